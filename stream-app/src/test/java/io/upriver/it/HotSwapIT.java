package io.upriver.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code upriver bench swap}, a short run of it. */
class HotSwapIT {

    @TempDir Path directory;

    @Test
    void losesDoublesAndMixesNoSegmentInThirtySwaps() throws Exception {
        // Given
        Path json = directory.resolve("report.json");

        // When, with time for other tests beside it
        try (UpriverProcess process =
                UpriverProcess.start(
                        directory,
                        "bench",
                        "swap",
                        "--swaps",
                        "30",
                        "--bad",
                        "10",
                        "--longest",
                        "20000",
                        "--json",
                        json.toString())) {
            int code = process.await();

            // Then
            assertEquals(0, code, process.out() + process.err());
        }
        JsonNode report = new ObjectMapper().readTree(json.toFile());
        JsonNode segments = report.get("segments");
        assertEquals(10, report.get("refused").asInt());
        assertTrue(report.get("kept").asBoolean(), report.toString());
        assertTrue(segments.get("in").asInt() >= 30, report.toString());
        assertEquals(segments.get("in").asInt(), segments.get("out").asInt());
        assertEquals(8 * segments.get("in").asInt(), segments.get("pictures").asInt());
    }
}
