package io.upriver.media;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedSegmentsTest {

    @TempDir Path directory;

    @Test
    void haveSoManyFramesEachAndCanBeDecodedAlone() throws IOException {
        // When
        List<byte[]> made =
                new GeneratedSegments("testsrc2=size=128x72:rate=30", 30, 15, 3).make();

        // Then
        List<Integer> frames = new ArrayList<>();
        for (byte[] segment : made) {
            Path file = Clips.write(directory.resolve("segment.ts"), segment);
            frames.add(Clips.frameSeconds(file).size());
            assertEquals(List.of(), Clips.warnings(file, "-i FILE -f null -"));
        }
        assertEquals(List.of(15, 15, 15), frames);
    }
}
