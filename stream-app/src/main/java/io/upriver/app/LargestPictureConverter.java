package io.upriver.app;

import io.upriver.media.LargestPicture;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads sizes such as {@code 8192x4320} from settings. */
public final class LargestPictureConverter implements Converter<LargestPicture> {

    private static final long serialVersionUID = 1L;

    @Override
    public LargestPicture convert(String value) {
        return LargestPicture.parse(value);
    }
}
