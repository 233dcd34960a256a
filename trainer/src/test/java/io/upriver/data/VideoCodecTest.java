package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.VideoCodec.Coding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VideoCodecTest {

    @Test
    void saysWhatIsMissingWithoutAnEncoder() {
        assertEquals(
                "expected an FFmpeg with the encoder libx266, this one has none: pairs that went"
                        + " through a codec need the GPL build (without -Plgpl)",
                assertThrows(IllegalStateException.class, () -> VideoCodec.find("libx266"))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"libx264", "libx265"})
    void saysWhatTheEncoderRefused(String encoder) {
        // Given a preset that no encoder knows
        Coding coding = new Coding(encoder, "leisurely", 20);
        List<Picture> clip = List.of(SyntheticPictures.noise(64, 48, 1));

        // When
        String message =
                assertThrows(
                                IllegalStateException.class,
                                () -> VideoCodec.throughCodec(clip, coding))
                        .getMessage();

        // Then
        String start =
                "clip of 64x48 by " + encoder + " leisurely crf 20: avcodec_open2, encoder: ";
        assertTrue(message.startsWith(start), message);
        assertTrue(message.matches(".*[A-Za-z ]+ \\(-\\d+\\)"), message);
    }

    @Test
    void givesBackEveryFrameOfAClipOfOne() {
        List<Picture> clip = List.of(SyntheticPictures.noise(64, 48, 1));
        assertEquals(1, VideoCodec.throughCodec(clip, new Coding("libx265", "medium", 20)).size());
    }
}
