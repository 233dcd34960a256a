package io.upriver.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class CanarySettingsTest {

    private static final String DIGEST = "0123456789abcdef".repeat(4);

    private static CanarySettings read(String json) {
        return CanarySettings.fromJson(json.getBytes(UTF_8));
    }

    @Test
    void readsBackWhateverItWrites() {
        Samples samples = new Samples(59);
        for (int i = 0; i < 1000; i++) {
            CanarySettings settings = samples.canarySettings();
            RecordHeaders headers = new RecordHeaders();
            settings.writeTo(headers);
            assertEquals(settings, CanarySettings.readFrom(headers));
        }
    }

    @Test
    void hasDefaultsWhereNothingIsSaid() {
        assertEquals(CanarySettings.DEFAULT, CanarySettings.readFrom(new RecordHeaders()));
        assertEquals(CanarySettings.DEFAULT, read("{\"later\":true}"));
    }

    @Test
    void isForTheNamedStreamsAloneWhenOnlyTheyAreGiven() {
        CanarySettings settings = read("{\"streams\":[\"cam-1\"]}");
        assertTrue(settings.covers("cam-1", DIGEST));
        assertFalse(IntStream.range(2, 1000).anyMatch(i -> settings.covers("cam-" + i, DIGEST)));
    }

    @Test
    void coversTheShareItSays() {
        CanarySettings tenth = read("{\"share\":0.1}");
        int covered =
                (int)
                        IntStream.range(0, 10_000)
                                .filter(i -> tenth.covers("cam-" + i, DIGEST))
                                .count();
        assertEquals(1000.0, covered, 100);
    }

    @Test
    void keepsItsStreamsWhenTheShareGrows() {
        CanarySettings some = read("{\"share\":0.1}");
        CanarySettings more = read("{\"share\":0.3}");
        List<String> streams = IntStream.range(0, 1000).mapToObj(i -> "cam-" + i).toList();
        assertTrue(
                streams.stream()
                        .filter(id -> some.covers(id, DIGEST))
                        .allMatch(id -> more.covers(id, DIGEST)));
    }

    @Test
    void choosesOtherStreamsForAnotherModel() {
        CanarySettings half = read("{\"share\":0.5}");
        String other = "f".repeat(64);
        int both =
                (int)
                        IntStream.range(0, 1000)
                                .mapToObj(i -> "cam-" + i)
                                .filter(id -> half.covers(id, DIGEST) && half.covers(id, other))
                                .count();
        assertEquals(250.0, both, 60);
    }

    /** Others are to be able to compute it: printf '%s/%s' DIGEST cam-7 | sha256sum. */
    @Test
    void hasPlacesThatOthersCanCompute() {
        assertEquals(PLACE_OF_CAM_7, CanarySettings.place("cam-7", DIGEST), 1e-9);
    }

    private static final double PLACE_OF_CAM_7 = 0xc4366b55L / 4294967296.0;

    @Test
    void namesTheHeaderAndThePropertyThatIsWrong() {
        RecordHeaders headers = new RecordHeaders();
        headers.add(CanarySettings.HEADER, "{\"share\":2}".getBytes(UTF_8));
        var refusal =
                assertThrows(
                        IllegalArgumentException.class, () -> CanarySettings.readFrom(headers));
        assertTrue(
                refusal.getMessage().startsWith("upriver-canary: CanarySettings"),
                refusal.getMessage());
        assertTrue(
                refusal.getMessage().contains("share: expected 0.0 to 1.0, got 2.0"),
                refusal.getMessage());
    }

    @Test
    void asksForStreamsInOneWayOrTheOther() {
        assertThrows(IllegalArgumentException.class, () -> read("{\"share\":0}"));
    }
}
