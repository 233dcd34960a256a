package io.upriver.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class EncoderSettingsTest {

    @Test
    void findsAnEncoderOfThisBuildForEveryCodec() {
        for (String codec : List.of("h264", "hevc", "av1")) {
            // When
            EncoderSettings settings = EncoderSettings.ofCodec(codec, null, null, null, 1);

            // Then
            assertTrue(VideoEncoder.exists(settings.encoder()), settings.encoder());
            assertTrue(settings.effectiveCrf() > 0);
            assertFalse(settings.effectivePreset().isBlank());
        }
    }

    @Test
    void prefersWhatIsAskedFor() {
        // When
        EncoderSettings settings = EncoderSettings.ofCodec("h264", "h264_nvenc", 30, "p4", 2);

        // Then
        assertEquals(new EncoderSettings("h264_nvenc", 30, "p4", 2), settings);
        assertEquals(30, settings.effectiveCrf());
        assertEquals("p4", settings.effectivePreset());
    }

    @Test
    void leavesAnUnknownEncoderToItsOwnDefaults() {
        // When
        EncoderSettings settings = EncoderSettings.ofCodec("h264", "h264_nvenc", null, null, 1);

        // Then
        assertNull(settings.effectiveCrf());
        assertNull(settings.effectivePreset());
    }

    @Test
    void refusesAnUnknownCodec() {
        // When
        Exception refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> EncoderSettings.ofCodec("theora", null, null, null, 1));

        // Then
        assertEquals("expected codec h264, hevc or av1, got theora", refusal.getMessage());
    }
}
