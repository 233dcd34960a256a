package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.media.Clips;
import io.upriver.observe.ResidentMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files: a few of our own in every build, thousands of awkward ones with {@code .ci/fuzz}.
 */
class MutantsTest {

    private static final long BUDGET_BYTES = 400L << 20;
    private static final String SMALL =
            "-f lavfi -i testsrc2=size=64x36:rate=25:duration=1,format=yuv420p -f lavfi -i"
                    + " sine=duration=1 -g 8 -c:a aac ";

    @TempDir Path directory;

    @Test
    void endInAResultOrARefusal() throws IOException {
        List<Path> files =
                List.of(
                        Clips.make(directory.resolve("a.mp4"), SMALL + "-c:v libx264"),
                        Clips.make(
                                directory.resolve("b.mp4"),
                                SMALL + "-c:v libx264 -movflags empty_moov+frag_keyframe"),
                        Clips.make(directory.resolve("c.ts"), SMALL + "-c:v libx264"),
                        Clips.make(directory.resolve("d.mkv"), SMALL + "-c:v libx264"),
                        Clips.make(directory.resolve("e.avi"), SMALL + "-c:v mpeg4"));
        run(files, 300, 1);
    }

    @Test
    @Tag("conformance")
    void ofAwkwardFilesEndInAResultOrARefusal() throws IOException {
        long largest = Long.getLong("upriver.fuzz.largest", 120_000);
        List<Path> files =
                AwkwardFilesTest.files().stream()
                        .filter(file -> isBetween(file, 1, largest))
                        .toList();
        run(
                files,
                Integer.getInteger("upriver.fuzz.mutants", 5000),
                Long.getLong("upriver.fuzz.seed", 1));
    }

    private static boolean isBetween(Path file, long least, long most) {
        try {
            return Files.isRegularFile(file)
                    && Files.size(file) >= least
                    && Files.size(file) <= most;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void run(List<Path> files, int mutants, long firstSeed) throws IOException {
        Random choice = new Random(firstSeed);
        long before = 0;
        try (Mutants sent = new Mutants(directory)) {
            for (int i = 0; i < mutants; i++) {
                Path file = files.get(choice.nextInt(files.size()));
                Path other = files.get(choice.nextInt(files.size()));
                sent.send(
                        Clips.bytes(file),
                        Clips.bytes(other),
                        file.getFileName().toString(),
                        firstSeed * 1_000_000 + i);
                if (i == mutants / 3) {
                    before = ResidentMemory.bytesWithoutGarbage();
                }
            }
            sent.awaitAll();
            long grown = ResidentMemory.bytesWithoutGarbage() - before;
            sent.table().forEach(System.out::println);
            System.out.printf("%d mutants, memory grown by %d MB%n", mutants, grown >> 20);
            assertTrue(grown < BUDGET_BYTES, "memory grew by " + grown + " bytes");
        }
    }
}
