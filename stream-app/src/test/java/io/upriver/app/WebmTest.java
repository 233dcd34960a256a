package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.media.Clips;
import io.upriver.media.FileFormat;
import io.upriver.schemas.StreamSettings.Codec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The container that holds no codec of ours but one. */
class WebmTest {

    @TempDir static Path directory;

    @Test
    void upscalesWebmIntoWebm() {
        // Given
        Path film =
                Clips.make(
                        directory.resolve("film.webm"),
                        Clips.PICTURE
                                + Clips.TONE
                                + "-c:v libvpx-vp9 -cpu-used 8 -g 10 -c:a libopus");
        Path out = directory.resolve("out.webm");
        Codec codec = Codec.ofWireName(FileFormat.ofName("out.webm").usualCodec());
        try (FileUpscaling upscaling = new FileUpscaling()) {
            // When
            List<String> notes = upscaling.run(film, out, codec);

            // Then
            assertEquals("av1", Clips.stream(out, "v:0").path("codec_name").asText());
            assertEquals(256, Clips.stream(out, "v:0").path("width").asInt());
            assertEquals(Clips.frameSeconds(film), Clips.frameSeconds(out));
            assertEquals(Clips.packetHashes(film).get(1), Clips.packetHashes(out).get(1));
            assertEquals(Clips.soundMd5(film), Clips.soundMd5(out));
            assertEquals(List.of(), notes);
        }
    }
}
