package io.upriver.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.upriver.schemas.ModelMetadata.Planes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one way to enlarge pictures; one row of a table.
 *
 * @param name what people call it
 * @param source {@value #MEASURED}, or where the figures come from
 * @param planes what it enlarges, or null
 * @param parameters numbers learned, or null
 * @param multiplyAdds of the convolutions for an output of 1280x720, or null
 * @param millisPerFrame a 640x360 frame on this machine, or null
 * @param psnr dB by set, luma; sets without a figure are missing
 * @param ssim by set, luma; sets without a figure are missing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Result(
        String name,
        String source,
        @Nullable Planes planes,
        @Nullable Long parameters,
        @Nullable Long multiplyAdds,
        @Nullable Double millisPerFrame,
        Map<String, Double> psnr,
        Map<String, Double> ssim) {

    /** The source of what was measured here and now. */
    public static final String MEASURED = "measured";

    public Result {
        psnr = Collections.unmodifiableMap(new LinkedHashMap<>(psnr));
        ssim = Collections.unmodifiableMap(new LinkedHashMap<>(ssim));
    }
}
