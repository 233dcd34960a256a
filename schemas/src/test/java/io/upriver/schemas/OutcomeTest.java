package io.upriver.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.upriver.schemas.Outcome.Method;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeTest {

    private static Outcome outcome(
            Method method, @Nullable String reason, @Nullable String digest, int scale) {
        return new Outcome(
                method,
                reason,
                "10 bits kept",
                new Shortcut("base", Shortcut.Code.GIVEN_UP, "behind schedule: 300 ms left"),
                digest,
                scale,
                60,
                1,
                3,
                7,
                List.of(new PictureSize(256, 144), new PictureSize(128, 96)),
                80,
                900,
                310,
                950,
                "worker-1");
    }

    private static Headers written() {
        Headers headers = new RecordHeaders();
        outcome(Method.NETWORK, null, "sha256:1", 2).writeTo(headers);
        return headers;
    }

    private static @Nullable String text(Headers headers, String name) {
        return headers.lastHeader(name) == null
                ? null
                : new String(headers.lastHeader(name).value(), UTF_8);
    }

    @Test
    void writesTheHeadersOfTheContract() {
        // When
        Headers headers = written();

        // Then
        assertEquals("network", text(headers, "ce_upscaled"));
        assertNull(text(headers, "ce_upscaledreason"));
        assertEquals("10 bits kept", text(headers, "ce_upscalednote"));
        assertEquals("base", text(headers, "ce_shortcutfrom"));
        assertEquals("given-up", text(headers, "ce_shortcutcode"));
        assertEquals("behind schedule: 300 ms left", text(headers, "ce_shortcutmessage"));
        assertEquals("sha256:1", text(headers, "ce_modeldigest"));
        assertEquals("2", text(headers, "ce_scale"));
        assertEquals("60", text(headers, "ce_frames"));
        assertEquals("1", text(headers, "ce_framesdropped"));
        assertEquals("80", text(headers, "ce_decodems"));
        assertEquals("900", text(headers, "ce_networkms"));
        assertEquals("310", text(headers, "ce_encodems"));
        assertEquals("950", text(headers, "ce_totalms"));
        assertEquals("worker-1", text(headers, "ce_worker"));
        assertEquals("3", text(headers, "ce_framesconcealed"));
        assertEquals("7", text(headers, "ce_framesdeinterlaced"));
        assertEquals("256x144,128x96", text(headers, "ce_sizes"));
    }

    @Test
    void readsBackWhateverItWrites() {
        // Given a thousand outcomes, written into the same headers one after another
        Samples samples = new Samples(17);
        Headers headers = new RecordHeaders();
        for (int i = 0; i < 1000; i++) {
            Outcome outcome = samples.outcome();

            // When
            outcome.writeTo(headers);

            // Then nothing of the one before is left
            assertEquals(outcome, Outcome.readFrom(headers));
        }
    }

    @Test
    void readsWhatWorkersWroteBeforeTheyKnewOfInterlacedFrames() {
        // Given
        Headers headers = written().remove("ce_framesdeinterlaced").remove("ce_upscalednote");

        // When
        Outcome outcome = Outcome.readFrom(headers);

        // Then
        assertEquals(0, outcome.framesDeinterlaced());
        assertNull(outcome.note());
    }

    @Test
    void readsWhatWorkersWroteBeforeTheyTookShortcuts() {
        // Given
        Headers headers =
                written()
                        .remove("ce_shortcutfrom")
                        .remove("ce_shortcutcode")
                        .remove("ce_shortcutmessage");

        // Then
        assertNull(Outcome.readFrom(headers).shortcut());
    }

    @Test
    void saysWhyEachShortcutWasTaken() {
        // Given
        Headers headers = written().remove("ce_shortcutmessage");

        // When
        var refused = assertThrows(IllegalArgumentException.class, () -> Outcome.readFrom(headers));

        // Then
        assertEquals("ce_shortcutmessage: expected text, got nothing", refused.getMessage());
    }

    @Test
    void readsWhatWorkersWroteBeforeTheyCountedConcealedFrames() {
        // Given
        Headers headers = written().remove("ce_framesconcealed");

        // When
        Outcome outcome = Outcome.readFrom(headers);

        // Then
        assertEquals(0, outcome.framesConcealed());
        assertEquals(7, outcome.framesDeinterlaced());
    }

    @Test
    void readsWhatWorkersWroteBeforeTheySaidHowLargeFramesAre() {
        // Given
        Headers headers = written().remove("ce_sizes");

        // Then
        assertEquals(List.of(), Outcome.readFrom(headers).sizes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ce_upscaled",
                "ce_scale",
                "ce_frames",
                "ce_framesdropped",
                "ce_decodems",
                "ce_networkms",
                "ce_encodems",
                "ce_totalms",
                "ce_worker"
            })
    void refusesARecordThatLacksAHeaderAndNamesIt(String name) {
        // Given
        Headers headers = written().remove(name);

        // When
        var refusal = assertThrows(IllegalArgumentException.class, () -> Outcome.readFrom(headers));

        // Then
        assertEquals(name + ": expected text, got nothing", refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ce_upscaled | magic | expected one of network, interpolated, passthrough,"
                        + " got 'magic'",
                "ce_scale | two | expected a decimal number, got 'two'",
                "ce_scale | 4294967298 | expected 1 to 8, got 4294967298",
                "ce_frames | many | expected a decimal number, got 'many'",
                "ce_sizes | 256x144, | expected a size such as 1280x720, got ''",
                "ce_sizes | 256x0 | expected a size such as 1280x720, got '256x0'",
                "ce_sizes | 1234567x2 | expected a size such as 1280x720, got '1234567x2'"
            })
    void refusesAHeaderThatIsWrongAndNamesIt(String name, String value, String sentence) {
        // Given
        Headers headers = written().remove(name).add(name, value.getBytes(UTF_8));

        // When
        var refusal = assertThrows(IllegalArgumentException.class, () -> Outcome.readFrom(headers));

        // Then
        assertEquals(name + ": " + sentence, refusal.getMessage());
    }

    @Test
    void belongsToAModelExactlyWhenTheNetworkWasUsed() {
        assertRefused(Method.NETWORK, null, null, 2);
        assertRefused(Method.INTERPOLATED, "no model", "sha256:1", 2);
        assertRefused(Method.PASSTHROUGH, "too late", "sha256:1", 1);
    }

    @Test
    void givesAReasonExactlyWhenTheNetworkWasNotUsed() {
        assertRefused(Method.NETWORK, "because", "sha256:1", 2);
        assertRefused(Method.INTERPOLATED, null, null, 2);
        assertRefused(Method.INTERPOLATED, " ", null, 2);
        assertRefused(Method.PASSTHROUGH, null, null, 1);
    }

    @Test
    void doesNotGrowWhatItPassesThrough() {
        assertRefused(Method.PASSTHROUGH, "too late", null, 2);
        assertEquals(1, outcome(Method.PASSTHROUGH, "too late", null, 1).scale());
    }

    private static void assertRefused(
            Method method, @Nullable String reason, @Nullable String digest, int scale) {
        assertThrows(IllegalArgumentException.class, () -> outcome(method, reason, digest, scale));
    }
}
