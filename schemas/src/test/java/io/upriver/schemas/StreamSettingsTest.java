package io.upriver.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.StreamSettings.Deinterlace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamSettingsTest {

    private static StreamSettings read(String json) {
        return StreamSettings.fromJson(json.getBytes(UTF_8));
    }

    @Test
    void areTheDefaultsWhenNothingIsSet() {
        assertEquals(StreamSettings.DEFAULT, read("{}"));
        assertEquals(
                new StreamSettings(
                        2,
                        "default",
                        VideoEncoding.of(Codec.H264),
                        null,
                        Deinterlace.AUTO,
                        null,
                        StreamSettings.WithoutModel.INTERPOLATE,
                        null),
                StreamSettings.DEFAULT);
        assertFalse(StreamSettings.DEFAULT.isInterpolation());
        assertEquals(Deinterlace.AUTO, StreamSettings.DEFAULT.deinterlace());
    }

    @Test
    void leaveInterlacedPicturesAloneOnlyWhenAskedTo() {
        assertEquals(Deinterlace.OFF, read("{\"deinterlace\":\"off\"}").deinterlace());
        assertEquals(Deinterlace.AUTO, read("{\"deinterlace\":null}").deinterlace());
    }

    @Test
    void nameTheContainerOfTheResultOnlyWhenAskedTo() {
        assertEquals(Container.MPEG_TS, read("{\"container\":\"mpegts\"}").container());
        assertEquals(Container.MP4, read("{\"container\":\"fmp4\"}").container());
        assertEquals(Container.MATROSKA, read("{\"container\":\"matroska\"}").container());
        assertNull(read("{\"container\":null}").container());
        assertEquals(
                Container.MP4,
                StreamSettings.DEFAULT.withContainer(Container.MP4).withScale(3).container());
    }

    @Test
    void giveAStreamADeadlineOnlyWhenAskedTo() {
        assertEquals(2000, read("{\"deadlineMillis\":2000}").deadlineMillis());
        assertNull(read("{\"deadlineMillis\":null}").deadlineMillis());
        assertEquals(
                1500,
                StreamSettings.DEFAULT
                        .withDeadlineMillis(1500)
                        .withScale(3)
                        .withModel("anime")
                        .withContainer(Container.MP4)
                        .withDecoder("cuda")
                        .withDeinterlace(Deinterlace.OFF)
                        .withWithoutModel(StreamSettings.WithoutModel.REJECT)
                        .withEncoding(VideoEncoding.of(Codec.HEVC))
                        .deadlineMillis());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 86_400_001})
    void refuseADeadlineThatIsNone(int millis) {
        var refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> read("{\"deadlineMillis\":" + millis + "}"));
        assertEquals(
                "StreamSettings: deadlineMillis: expected 1 to 86400000, got " + millis,
                refused.getMessage());
    }

    @Test
    void keepTheDefaultOfWhatIsNotSet() {
        assertEquals(
                StreamSettings.DEFAULT
                        .withModel("none")
                        .withEncoding(VideoEncoding.of(Codec.AV1).withCrf(63)),
                read("{\"codec\":\"av1\",\"model\":\"none\",\"crf\":63,\"scale\":null}"));
    }

    @Test
    void sayHowTheResultIsEncodedAndTheInputDecoded() {
        assertEquals(
                StreamSettings.DEFAULT
                        .withEncoding(
                                VideoEncoding.of(Codec.HEVC)
                                        .withBitrate(4_000_000)
                                        .withGop(50)
                                        .withPixelFormat("yuv420p10le"))
                        .withDecoder("cuda"),
                read(
                        "{\"codec\":\"hevc\",\"bitrate\":4000000,\"gop\":50,"
                                + "\"pixelFormat\":\"yuv420p10le\",\"decoder\":\"cuda\"}"));
    }

    @Test
    void askForInterpolationWithTheModelNone() {
        assertTrue(read("{\"model\":\"none\"}").isInterpolation());
    }

    @Test
    void ignoreWhatALaterVersionAdds() {
        assertEquals(StreamSettings.DEFAULT, read("{\"denoise\":{\"strength\":3},\"tags\":[1]}"));
    }

    @Test
    void writeOnlyWhatHasAValue() {
        assertEquals(
                "{\"scale\":2,\"model\":\"default\",\"codec\":\"h264\",\"deinterlace\":\"auto\",\"withoutModel\":\"interpolate\"}",
                new String(StreamSettings.DEFAULT.toJson(), UTF_8));
    }

    @Test
    void readBackWhateverTheyWrite() {
        // Given
        Samples samples = new Samples(29);
        for (int i = 0; i < 1000; i++) {
            StreamSettings settings = samples.streamSettings();

            // Then
            assertEquals(settings, StreamSettings.fromJson(settings.toJson()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"scale\":0} | scale: expected 1 to 8, got 0",
                "{\"scale\":9} | scale: expected 1 to 8, got 9",
                "{\"scale\":2.5} | property scale:",
                "{\"scale\":\"2\"} | property scale:",
                "{\"scale\":true} | property scale:",
                "{\"scale\":99999999999} | property scale:",
                "{\"model\":\"\"} | model: expected text, got blanks",
                "{\"model\":5} | property model:",
                "{\"model\":[\"a\"]} | property model:",
                "{\"codec\":\"vp9\"} | property codec: expected one of h264, hevc, av1, got 'vp9'",
                "{\"codec\":1} | property codec:",
                "{\"deinterlace\":\"on\"} | property deinterlace: expected one of auto, off, got 'on'",
                "{\"deinterlace\":false} | property deinterlace:",
                "{\"deinterlace\":0} | property deinterlace:",
                "{\"container\":\"mp4\"} | property container: expected one of mpegts, fmp4, matroska, got 'mp4'",
                "{\"container\":1} | property container:",
                "{\"codec\":\"av1\",\"container\":\"mpegts\"} | container: mpegts cannot hold av1; expected codec h264 or hevc, or container fmp4 or matroska",
                "{\"encoder\":\"libx264 -y\"} | encoder: expected 1 to 64 letters",
                "{\"encoder\":\"\"} | encoder: expected 1 to 64 letters",
                "{\"preset\":\"a=b\"} | preset: expected 1 to 64 letters",
                "{\"crf\":-1} | crf: expected 0 to 51, got -1",
                "{\"crf\":52} | crf: expected 0 to 51, got 52",
                "{\"codec\":\"hevc\",\"crf\":63} | crf: expected 0 to 51, got 63",
                "{\"codec\":\"av1\",\"crf\":64} | crf: expected 0 to 63, got 64",
                "{\"crf\":20,\"bitrate\":4000000} | expected crf or bitrate, got both",
                "{\"bitrate\":999} | bitrate: expected 1000 to 2000000000, got 999",
                "{\"bitrate\":\"4M\"} | property bitrate:",
                "{\"bitrate\":4.5} | property bitrate:",
                "{\"gop\":0} | gop: expected 1 to 100000, got 0",
                "{\"pixelFormat\":\"yuv420p:crf\"} | pixelFormat: expected 1 to 64 letters",
                "{\"decoder\":\"\"} | decoder: expected 1 to 64 letters",
                "{\"scale\":2,\"scale\":3} | scale"
            })
    void refuseAWrongValueAndNameItsProperty(String json, String part) {
        // When
        var refusal = assertThrows(IllegalArgumentException.class, () -> read(json));

        // Then
        assertTrue(refusal.getMessage().startsWith("StreamSettings"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "5", "\"scale\"", "{", "{} {}", "\0"})
    void refuseWhatIsNoJsonObject(String json) {
        // When
        var refusal = assertThrows(IllegalArgumentException.class, () -> read(json));

        // Then
        assertTrue(refusal.getMessage().startsWith("StreamSettings: "), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "5", "{", "{} {}", "{\"crf\":1,\"crf\":2}"})
    void refuseAPatchThatIsNoJsonObject(String json) {
        // When
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> StreamSettings.DEFAULT.patched(json.getBytes(UTF_8)));

        // Then
        assertTrue(refusal.getMessage().startsWith("StreamSettings"), refusal.getMessage());
    }

    @Test
    void nameUnknownPropertiesWhereTheyAreReadStrictly() {
        byte[] json = "{\"scale\":3,\"modell\":\"nano\",\"Codec\":\"av1\"}".getBytes(UTF_8);

        // When
        var setting =
                assertThrows(
                        IllegalArgumentException.class, () -> StreamSettings.fromStrictJson(json));
        var patching =
                assertThrows(
                        IllegalArgumentException.class, () -> StreamSettings.DEFAULT.patched(json));

        // Then
        assertEquals(3, StreamSettings.fromJson(json).scale());
        assertTrue(
                setting.getMessage()
                        .contains(
                                "pixelFormat, decoder, deinterlace, container, withoutModel, deadlineMillis], got"),
                setting.getMessage());
        assertTrue(setting.getMessage().endsWith("got ['Codec', 'modell']"), setting.getMessage());
        assertEquals(setting.getMessage(), patching.getMessage());
    }

    @Test
    void changeByAMergePatch() {
        // Given
        StreamSettings before = read("{\"scale\":3,\"crf\":20,\"preset\":\"fast\"}");

        // When
        StreamSettings after =
                before.patched("{\"crf\":null,\"bitrate\":4000000,\"scale\":null}".getBytes(UTF_8));
        var both =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> before.patched("{\"bitrate\":4000000}".getBytes(UTF_8)));

        // Then
        assertEquals(read("{\"bitrate\":4000000,\"preset\":\"fast\"}"), after);
        assertTrue(both.getMessage().contains("expected crf or bitrate"), both.getMessage());
    }
}
