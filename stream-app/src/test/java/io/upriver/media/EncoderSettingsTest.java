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
            EncoderSettings settings = EncoderSettings.of(EncoderSettings.usualEncoder(codec), 1);

            // Then
            assertTrue(VideoEncoder.exists(settings.encoder()), settings.encoder());
            assertTrue(settings.effectiveCrf() > 0);
            assertFalse(settings.effectivePreset().isBlank());
        }
    }

    @Test
    void prefersWhatIsAskedFor() {
        // When
        EncoderSettings settings = new EncoderSettings("libx264", 30, null, "slow", null, null, 2);

        // Then
        assertEquals(30, settings.effectiveCrf());
        assertEquals("slow", settings.effectivePreset());
    }

    @Test
    void giveADevicesEncoderTheQualityOfItsCounterpartAndItsOwnSpeed() {
        // When
        EncoderSettings settings = EncoderSettings.of("hevc_nvenc", 1);

        // Then
        assertTrue(settings.isHardware());
        assertEquals(EncoderSettings.of("libx265", 1).effectiveCrf(), settings.effectiveCrf());
        assertNull(settings.effectivePreset());
    }

    @Test
    void goToTheCpuWithAllButThePreset() {
        // Given
        EncoderSettings nvenc =
                new EncoderSettings("h264_nvenc", null, 800_000, "p4", 50, "yuv420p", 1);

        // Then
        assertEquals(
                new EncoderSettings("libx264", null, 800_000, null, 50, "yuv420p", 1),
                nvenc.inSoftware());
        EncoderSettings deep = new EncoderSettings("hevc_nvenc", 20, null, null, null, "p010le", 1);
        assertEquals(EncoderSettings.of("libx265", 1).withCrf(20), deep.inSoftware());
        assertNull(EncoderSettings.of("vp9_vaapi", 1).inSoftware());
        assertNull(nvenc.effectiveCrf());
    }

    @Test
    void refusesAnUnknownCodec() {
        // When
        Exception refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> EncoderSettings.usualEncoder("theora"));

        // Then
        assertEquals("expected codec h264, hevc or av1, got theora", refusal.getMessage());
    }
}
