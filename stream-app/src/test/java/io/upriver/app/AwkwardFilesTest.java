package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.job.FileJob;
import io.upriver.kafka.EmbeddedBroker;
import io.upriver.kafka.KafkaAccess;
import io.upriver.media.FileFormat;
import io.upriver.media.Seen;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.Topics;
import io.upriver.schemas.VideoEncoding;
import io.upriver.segment.FrameExactness;
import io.upriver.segment.PictureLimits;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A folder of awkward files against the table of what is to come of each, {@code conformance.txt}.
 * Not part of the usual tests: the files are not ours to ship. {@code .ci/conformance FOLDER} runs
 * it and prints the table.
 */
@Tag("conformance")
class AwkwardFilesTest {

    private static final Topics TOPICS = new Topics("awkward");
    private static final int SCALE = 2;
    private static final double SHORTEST_SECONDS = 0.001;
    private static final int MAX_MESSAGE_BYTES = 32 << 20;

    @TempDir static Path directory;

    private static final List<String> TABLE = new ArrayList<>();
    private static EmbeddedBroker broker;
    private static KafkaAccess access;
    private static LocalWorker worker;

    /** A line of the table: what is to come of a file. */
    private record Expected(String file, String outcome, String words) {

        static List<Expected> all() throws IOException {
            List<Expected> rows = new ArrayList<>();
            String text =
                    new String(
                            AwkwardFilesTest.class
                                    .getResourceAsStream("/conformance.txt")
                                    .readAllBytes(),
                            StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    String[] cells = line.split("\\|", -1);
                    rows.add(
                            new Expected(
                                    cells[0].strip(),
                                    cells[1].strip(),
                                    cells.length > 2 ? cells[2].strip() : ""));
                }
            }
            return rows;
        }

        /** False for a file that takes many minutes, unless such are asked for. */
        boolean isWanted() {
            return clause("long") == null || Boolean.getBoolean("upriver.awkward.long");
        }

        boolean isRejected() {
            return outcome.equals("rejected");
        }

        /** Checks that do not hold, from {@code except width,height: why}. */
        Set<String> exceptions() {
            String clause = clause("except ");
            return clause == null
                    ? Set.of()
                    : new TreeSet<>(Arrays.asList(clause.split(":", 2)[0].split(", *")));
        }

        /** Frames in which the decoder conceals damage, from {@code concealed 3}. */
        long concealed() {
            String clause = clause("concealed ");
            return clause == null ? 0 : Long.parseLong(clause);
        }

        /** What follows this word in one of the clauses between semicolons, or null. */
        private @Nullable String clause(String word) {
            return Arrays.stream(words.split("; *"))
                    .filter(clause -> clause.startsWith(word))
                    .map(clause -> clause.substring(word.length()))
                    .findFirst()
                    .orElse(null);
        }
    }

    @BeforeAll
    static void startAWorker() {
        broker = EmbeddedBroker.start(directory.resolve("broker"), 0, MAX_MESSAGE_BYTES);
        access = new KafkaAccess(broker.bootstrapServers(), MAX_MESSAGE_BYTES);
        worker =
                new LocalWorker(
                        access,
                        TOPICS,
                        "awkward",
                        directory.resolve("state"),
                        MAX_MESSAGE_BYTES - KafkaAccess.OVERHEAD_BYTES);
    }

    @AfterAll
    static void printTheTable() {
        worker.close();
        broker.close();
        PrintStream out = System.out;
        TABLE.forEach(out::println);
    }

    /** All files of the folders in the property, which are separated by colons. */
    static List<Path> files() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String folder : System.getProperty("upriver.awkward").split(":", -1)) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(Files::isRegularFile).sorted().forEach(all::add);
            }
        }
        return all;
    }

    @TestFactory
    Stream<DynamicTest> everyFileComesOutAsTheTableSays() throws IOException {
        List<Path> all = files();
        List<Expected> rows = Expected.all();
        Set<String> known = new TreeSet<>(rows.stream().map(Expected::file).toList());
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(
                DynamicTest.dynamicTest(
                        "the table names every file",
                        () ->
                                assertEquals(
                                        known,
                                        new TreeSet<>(
                                                all.stream()
                                                        .map(AwkwardFilesTest::name)
                                                        .toList()))));
        for (Path file : all) {
            rows.stream()
                    .filter(row -> row.file().equals(name(file)))
                    .filter(Expected::isWanted)
                    .forEach(
                            row ->
                                    tests.add(
                                            DynamicTest.dynamicTest(
                                                    name(file), () -> judge(file, row))));
        }
        return tests.stream();
    }

    /**
     * Before anything is done to them, the frames are those that the ffmpeg program decodes: all of
     * them, of damaged files too, cut as a job does it and wherever it can be done.
     */
    @TestFactory
    Stream<DynamicTest> everyFrameIsDecodedAsFfmpegDecodesIt() throws IOException {
        List<Expected> rows = Expected.all();
        List<DynamicTest> tests = new ArrayList<>();
        for (Path file : files()) {
            rows.stream()
                    .filter(row -> row.file().equals(name(file)) && !row.isRejected())
                    .filter(Expected::isWanted)
                    .forEach(
                            row ->
                                    tests.add(
                                            DynamicTest.dynamicTest(
                                                    name(file), () -> compareFrames(file, row))));
        }
        return tests.stream();
    }

    private static void compareFrames(Path file, Expected expected) {
        for (FrameExactness found :
                FrameExactness.of(file, SHORTEST_SECONDS, FileJob.SEGMENT_SECONDS)) {
            boolean right =
                    found.isExact() && (expected.concealed() > 0) == (found.concealed() > 0);
            TABLE.add(
                    "%-5s %-58s decoded  %s%s"
                            .formatted(
                                    right ? "right" : "WRONG",
                                    name(file),
                                    found,
                                    found.concealed() > 0
                                            ? ", " + found.concealed() + " concealed"
                                            : ""));
            assertTrue(right, found.toString());
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static void judge(Path file, Expected expected) throws IOException {
        Path out = directory.resolve("out" + ending(file));
        long start = System.nanoTime();
        String outcome;
        List<String> complaints = new ArrayList<>();
        String said;
        try {
            FileJob.Result result =
                    new FileJob(
                                    file,
                                    out,
                                    FileFormat.ofName(out.getFileName().toString()),
                                    settings(out),
                                    null,
                                    access,
                                    TOPICS,
                                    LocalWorker.PARTITIONS,
                                    "file-" + TABLE.size(),
                                    PictureLimits.DEFAULT.taken())
                            .run(() -> {});
            long lost = result.framesExpected() - result.frames();
            long concealed = result.outcomes().stream().mapToLong(Outcome::framesConcealed).sum();
            boolean damaged =
                    lost > 0
                            || concealed > 0
                            || result.notes().stream()
                                    .anyMatch(n -> n.contains("could not be read"));
            outcome = damaged ? "damaged" : "upscaled";
            int leftOut =
                    (int)
                            result.notes().stream()
                                    .filter(n -> n.matches("track .* left out.*"))
                                    .count();
            complaints.addAll(
                    Fidelity.complaints(
                            Seen.in(file), Seen.in(out), SCALE, leftOut, expected.exceptions()));
            if (concealed != expected.concealed()) {
                complaints.add(
                        "concealed: expected %d, got %d"
                                .formatted(expected.concealed(), concealed));
            }
            said =
                    "%d frames%s %s"
                            .formatted(
                                    result.frames(),
                                    damaged
                                            ? ", %d lost, %d concealed".formatted(lost, concealed)
                                            : "",
                                    String.join("; ", result.notes()));
        } catch (RuntimeException e) {
            outcome = "rejected";
            said = e.getMessage();
            if (!said.contains(expected.words())) {
                complaints.add("expected a reason with \"" + expected.words() + "\"");
            }
        }
        Files.deleteIfExists(out);
        String verdict =
                outcome.equals(expected.outcome()) && complaints.isEmpty() ? "right" : "WRONG";
        TABLE.add(
                "%-5s %-58s %-8s %4.1f s  %s %s"
                        .formatted(
                                verdict,
                                expected.file(),
                                outcome,
                                (System.nanoTime() - start) / 1e9,
                                said,
                                complaints.isEmpty() ? "" : complaints));
        assertEquals(expected.outcome(), outcome, said);
        assertTrue(complaints.isEmpty(), () -> String.join("\n", complaints));
    }

    /** The same container where we write it, Matroska else. */
    private static String ending(Path file) {
        String name = file.getFileName().toString().toLowerCase(java.util.Locale.ROOT);
        String ending = name.substring(name.lastIndexOf('.'));
        return Set.of(".mp4", ".mov", ".mkv", ".webm", ".ts").contains(ending) ? ending : ".mkv";
    }

    private static StreamSettings settings(Path out) {
        boolean webm = out.toString().endsWith(".webm");
        return StreamSettings.DEFAULT
                .withScale(SCALE)
                .withModel("none")
                .withEncoding(
                        VideoEncoding.of(webm ? Codec.AV1 : Codec.H264)
                                .withPreset(webm ? "12" : "ultrafast"));
    }
}
