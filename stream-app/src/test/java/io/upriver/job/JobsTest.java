package io.upriver.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.job.JobDescription.State;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicSetup;
import io.upriver.media.LargestPicture;
import io.upriver.schemas.Topics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of files and of limits; that jobs are done is tested over HTTP. */
class JobsTest {

    private static final Duration DAY = Duration.ofDays(1);

    @TempDir Path directory;

    @Test
    void keepsResultsOverARestartAndDeletesTheRest() throws IOException {
        // Given one that was done, and one that was not
        leave("1", done("job-00000001", System.currentTimeMillis()));
        Path unfinished = Files.createDirectories(directory.resolve("1/job-00000002"));
        Files.writeString(unfinished.resolve("original.mp4"), "half");
        Files.writeString(unfinished.resolve(".result.mp4.job-00000002.part"), "half");

        // When
        try (Jobs jobs = jobs(limits(1000, 1000, DAY))) {
            // Then
            assertEquals(List.of("job-00000001"), ids(jobs));
            JobFile result = jobs.result("job-00000001").orElseThrow();
            assertEquals("result", Files.readString(result.path()));
            assertEquals("film.x2.mkv", result.name());
            assertEquals("video/x-matroska", result.mediaType());
            assertFalse(Files.exists(unfinished));

            // and its bytes count
            JobException full =
                    assertThrows(
                            JobException.class, () -> jobs.take(order(), 990, body(new byte[0])));
            assertEquals(JobException.Kind.NO_SPACE, full.kind());
            jobs.remove("job-00000001");
            assertEquals(List.of("1", "1/lock"), left());
        }
    }

    @Test
    void forgetsAResultWhenItsTimeIsOver() throws IOException {
        leave("1", done("job-00000001", System.currentTimeMillis() - 3_600_000));

        try (Jobs jobs = jobs(limits(100, 1000, Duration.ofMinutes(59)))) {
            Awaitility.await().until(() -> jobs.list().isEmpty());
            Awaitility.await().untilAsserted(() -> assertEquals(List.of("1", "1/lock"), left()));
        }
    }

    @Test
    void sharesAFolderWithOtherInstances() throws IOException {
        try (Jobs first = jobs(limits(100, 1000, DAY))) {
            leave("1", done("job-00000001", System.currentTimeMillis()));
            leave("2", done("job-00000002", System.currentTimeMillis()));
            leave("3", done("job-00000003", 1)); // of one that is gone for long
            Files.createDirectories(directory.resolve("3/job-00000004"));

            try (Jobs second = jobs(limits(100, 1000, DAY))) {
                assertEquals(List.of(), ids(first));
                assertEquals(List.of("job-00000002"), ids(second));
                assertTrue(Files.exists(directory.resolve("1/job-00000001")));
                assertEquals(
                        List.of("3", "3/lock"),
                        left().stream().filter(file -> file.startsWith("3")).toList());
            }
        }
    }

    @Test
    void leavesNothingOfAFileThatIsNotTaken() throws IOException {
        try (Jobs jobs = jobs(limits(100, 150, DAY))) {
            assertRefused(
                    JobException.Kind.TOO_LARGE,
                    "expected a file of at most 100 bytes, got 101",
                    jobs,
                    101,
                    body(new byte[0]));
            assertRefused(
                    JobException.Kind.TOO_LARGE,
                    "expected a file of at most 100 bytes, got more",
                    jobs,
                    -1,
                    body(new byte[101]));
            assertRefused(
                    JobException.Kind.MEDIA,
                    "film.mkv: it is no media that FFmpeg knows",
                    jobs,
                    80,
                    body(new byte[80]));
            assertRefused(
                    JobException.Kind.BROKEN_OFF,
                    "expected a whole file, it broke off: gone",
                    jobs,
                    -1,
                    new InputStream() {
                        @Override
                        public int read() throws IOException {
                            throw new IOException("gone");
                        }

                        @Override
                        public int read(byte[] bytes, int from, int most) throws IOException {
                            throw new IOException("gone");
                        }
                    });
            assertEquals(List.of(), jobs.list());
            assertEquals(List.of("1", "1/lock"), left());
        }
    }

    @Test
    void refusesWhatTheDiskHasNoRoomFor() {
        long most = Long.MAX_VALUE / 2;
        try (Jobs jobs = jobs(limits(most, most, DAY))) {
            assertRefused(
                    JobException.Kind.NO_SPACE,
                    "expected room for %d bytes on the disk, there is some for".formatted(most),
                    jobs,
                    most,
                    body(new byte[0]));
        }
    }

    @Test
    void hasRoomForAllFilesTogether() {
        DiskSpace space = new DiskSpace(100);
        space.take(60);

        JobException full = assertThrows(JobException.class, () -> space.take(41));

        assertEquals(
                "expected room for 41 bytes beside the 60 of other jobs, all of them may take 100",
                full.getMessage());
        assertEquals(60, space.used());
        space.take(40);
        space.giveBack(60);
        space.requireRoomFor(60);
    }

    @Test
    void saysWhichFolderCannotBeUsed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        Exception refusal =
                assertThrows(IllegalArgumentException.class, () -> JobFolder.open(file, DAY));

        assertTrue(
                refusal.getMessage().startsWith("folder: expected one to write to, " + file),
                refusal.getMessage());
    }

    private static void assertRefused(
            JobException.Kind kind, String words, Jobs jobs, long declared, InputStream body) {
        JobException refusal =
                assertThrows(JobException.class, () -> jobs.take(order(), declared, body));
        assertEquals(kind, refusal.kind());
        assertTrue(refusal.getMessage().startsWith(words), refusal.getMessage());
    }

    private Jobs jobs(JobLimits limits) {
        KafkaAccess nowhere = new KafkaAccess("127.0.0.1:1", 1 << 20);
        Topics topics = new Topics("none");
        return new Jobs(
                limits,
                directory,
                nowhere,
                topics,
                new TopicSetup(nowhere, topics),
                new LargestPicture(8192, 4320));
    }

    private static JobLimits limits(long maxBytes, long folderMaxBytes, Duration keep) {
        return new JobLimits(1, 1, maxBytes, folderMaxBytes, keep, DAY, false);
    }

    private static JobOrder order() {
        return JobOrder.of(JobProperties.ofQuery(Map.of("name", "film.mkv", "model", "none")));
    }

    private static InputStream body(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    /** Leaves what an instance leaves of a job that was done. */
    private void leave(String instance, JobDescription done) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(instance).resolve(done.job()));
        Files.writeString(folder.resolve("result.mkv"), "result");
        Files.writeString(folder.resolve("original.mkv"), "original");
        try (JobFolder other = JobFolder.open(directory.resolve("another"), DAY)) {
            other.create(done.job());
            other.keep(done);
            Path record = directory.resolve("another/1").resolve(done.job()).resolve("job.json");
            Files.move(record, folder.resolve("job.json"));
            other.delete(done.job());
        }
        Files.delete(directory.resolve("another/1/lock"));
        Files.delete(directory.resolve("another/1"));
        Files.delete(directory.resolve("another"));
    }

    private static JobDescription done(String id, long endedMillis) {
        return new JobDescription(
                id,
                "film.mkv",
                null,
                State.DONE,
                endedMillis - 2000,
                endedMillis - 1000,
                endedMillis,
                50,
                50L,
                50.0,
                null,
                "128x72",
                "256x144",
                8,
                6,
                SegmentsDone.NONE,
                List.of("a note"),
                null,
                "film.x2.mkv",
                "video/x-matroska",
                false,
                2,
                "none");
    }

    private static List<String> ids(Jobs jobs) {
        return jobs.list().stream().map(JobDescription::job).toList();
    }

    private List<String> left() {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(file -> !file.equals(directory))
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
