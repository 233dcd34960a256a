package io.upriver.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir Path temporary;

    @Test
    void replacesWhatWasThereAndLeavesNothingBeside() throws IOException {
        Path file = temporary.resolve("new").resolve("a.bin");
        WholeFile.write(file, new byte[] {1});
        WholeFile.write(file, new byte[] {2, 3});

        assertArrayEquals(new byte[] {2, 3}, Files.readAllBytes(file));
        assertEquals(1, count(file.getParent()));
    }

    @Test
    void namesTheFileAndLeavesNothingWhenItCannotBeReplaced() throws IOException {
        Path occupied = temporary.resolve("a.bin");
        Files.createDirectories(occupied.resolve("inside"));

        var failure =
                assertThrows(
                        IOException.class, () -> WholeFile.write(occupied, new byte[] {1, 2, 3}));

        assertTrue(
                failure.getMessage().startsWith(occupied + ": cannot be written, what was there"),
                failure.getMessage());
        assertEquals(1, count(temporary));
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }
}
