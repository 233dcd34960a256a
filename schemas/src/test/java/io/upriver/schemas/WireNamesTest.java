package io.upriver.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The words on the wire: changing one breaks whoever reads or wrote it. */
class WireNamesTest {

    private static List<String> wireNames(WireNamed[] constants) {
        return Arrays.stream(constants).map(WireNamed::wireName).toList();
    }

    @Test
    void areLowerCaseWithHyphens() {
        assertEquals(
                List.of("network", "interpolated", "passthrough"),
                wireNames(Outcome.Method.values()));
        assertEquals(
                List.of(
                        "malformed-record",
                        "unreadable-media",
                        "no-video",
                        "unsupported",
                        "no-model",
                        "deadline",
                        "output-too-large",
                        "encoding-failed",
                        "internal"),
                wireNames(Rejection.Code.values()));
        assertEquals(List.of("h264", "hevc", "av1"), wireNames(StreamSettings.Codec.values()));
        assertEquals(List.of("mpegts", "fmp4", "matroska"), wireNames(Container.values()));
        assertEquals(
                List.of("interpolate", "reject"), wireNames(StreamSettings.WithoutModel.values()));
        assertEquals(
                List.of("late", "slow", "held", "given-up"), wireNames(Shortcut.Code.values()));
        assertEquals(List.of("auto", "off"), wireNames(StreamSettings.Deinterlace.values()));
        assertEquals(
                List.of("loaded", "current", "refused", "withdrawn", "promoted", "rolled-back"),
                wireNames(ModelStatus.State.values()));
        assertEquals(List.of("luma", "rgb"), wireNames(ModelMetadata.Planes.values()));
    }
}
