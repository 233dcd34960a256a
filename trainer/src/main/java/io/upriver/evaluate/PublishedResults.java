package io.upriver.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.schemas.ModelMetadata.Planes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What others report of their networks on the usual test sets, to stand beside what is measured:
 * luma PSNR, multiply-adds for an output of 1280x720. Their bicubic copies of the pictures are not
 * ours to the last bit, so a few hundredths of a decibel mean nothing.
 */
public final class PublishedResults {
    private static final String RESOURCE = "/results/published.json";

    private record Row(
            int scale,
            String name,
            @Nullable Planes planes,
            @Nullable Long parameters,
            @Nullable Long multiplyAdds,
            Map<String, Double> psnr) {}

    private record Table(String source, List<Row> results) {}

    private PublishedResults() {}

    /**
     * All rows of a scale with their figures for the sets; none if nothing is published on any of
     * these sets.
     *
     * @param sets names as in the literature: Set5, Set14, BSD100, Urban100
     */
    public static List<Result> of(int scale, Collection<String> sets) {
        Table table = read();
        List<Result> results =
                table.results().stream()
                        .filter(row -> row.scale() == scale)
                        .map(row -> result(row, table.source(), sets))
                        .toList();
        return results.stream().allMatch(result -> result.psnr().isEmpty()) ? List.of() : results;
    }

    private static Result result(Row row, String source, Collection<String> sets) {
        Map<String, Double> psnr = new LinkedHashMap<>(row.psnr());
        psnr.keySet().retainAll(sets);
        return new Result(
                row.name(),
                source,
                row.planes(),
                row.parameters(),
                row.multiplyAdds(),
                null,
                psnr,
                Map.of());
    }

    private static Table read() {
        try (InputStream json = PublishedResults.class.getResourceAsStream(RESOURCE)) {
            return new ObjectMapper().readValue(json, Table.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
