package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.egress.RejectedStreamException;
import io.upriver.job.FileJob;
import io.upriver.job.SegmentsDone;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.media.Clips;
import io.upriver.media.FileFormat;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Deinterlace;
import io.upriver.schemas.Topics;
import io.upriver.segment.PictureLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole files through a real broker and a real worker: all but the framework that wires it. */
@ExtendWith(SharedBroker.class)
class FileJobTest {

    private static final Topics TOPICS = new Topics("jobs");
    private static final StreamSettings INTERPOLATION = StreamSettings.DEFAULT.withModel("none");

    @TempDir static Path directory;

    private static KafkaAccess access;
    private static LocalWorker worker;
    private static Path clip;
    private static int number;

    @BeforeAll
    static void startAWorker(KafkaAccess broker) {
        access = broker;
        worker = new LocalWorker(access, TOPICS, "jobs", directory.resolve("state"), 1 << 20);
        clip =
                Clips.make(
                        directory.resolve("clip.mp4"),
                        "-f lavfi -i testsrc2=size=128x72:rate=25:duration=5,format=yuv420p"
                                + " -f lavfi -i sine=duration=5 "
                                + Clips.H264
                                + "-c:a aac");
    }

    @AfterAll
    static void stopTheWorker() {
        worker.close();
    }

    @Test
    void bringsAFileThroughKafkaWithTimesAndSoundIntact() throws IOException {
        // Given
        Path out = directory.resolve("out.mp4");

        // When
        FileJob.Result result = job(clip, out, INTERPOLATION, null).run(() -> {});

        // Then
        assertNull(JobSummary.of(clip, out, result, 1, null, "none").damage());
        assertEquals(125, result.frames());
        assertEquals(125, result.framesExpected());
        assertEquals(3, result.segments());
        assertEquals(
                List.of(LocalWorker.NAME),
                List.copyOf(SegmentsDone.of(result.outcomes()).workers()));
        assertEquals(256, Clips.stream(out, "v:0").path("width").asInt());
        assertEquals(Clips.frameSeconds(clip), Clips.frameSeconds(out));
        assertEquals(Clips.packetHashes(clip).get(1), Clips.packetHashes(out).get(1));
        assertEquals(Clips.soundMd5(clip), Clips.soundMd5(out));
        assertEquals(List.of(), unfinished());
    }

    @Test
    void writesAFileInFragmentsWithTheSameTimesAndSound() {
        for (String name : List.of("fragments.mp4", "fragments.mov")) {
            // Given
            Path whole = directory.resolve("whole-" + name);
            Path out = directory.resolve(name);
            job(clip, whole, INTERPOLATION, null).run(() -> {});

            // When
            FileFormat format = FileFormat.ofName(name).inFragments();
            FileJob.Result result = job(clip, out, format, INTERPOLATION, null).run(() -> {});

            // Then
            assertEquals(List.of(), result.notes());
            assertEquals(Clips.frameSeconds(clip), Clips.frameSeconds(out), name);
            assertEquals(Clips.packetHashes(whole), Clips.packetHashes(out), name);
            assertEquals(Clips.soundMd5(clip), Clips.soundMd5(out), name);
            // three segments, each with a key frame in front
            assertEquals(
                    List.of("ftyp", "moov", "moof", "mdat", "moof", "mdat", "moof", "mdat", "mfra"),
                    boxes(Clips.bytes(out)),
                    name);
        }
    }

    /** The types of the boxes of which a file consists. */
    private static List<String> boxes(byte[] file) {
        List<String> types = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(file);
        while (in.hasRemaining()) {
            int size = in.getInt(in.position());
            types.add(new String(file, in.position() + 4, 4, StandardCharsets.ISO_8859_1));
            in.position(in.position() + size);
        }
        return types;
    }

    @Test
    void bringsItsOwnModel() throws IOException {
        // Given
        Path out = directory.resolve("network.mp4");
        byte[] onnx;
        try (InputStream in = getClass().getResourceAsStream("/models/nano-x2.onnx")) {
            onnx = in.readAllBytes();
        }
        StreamSettings wanted = StreamSettings.DEFAULT.withModel("job");

        // When
        FileJob.Result result =
                new FileJob(
                                clip,
                                out,
                                FileFormat.ofName("network.mp4"),
                                wanted,
                                onnx,
                                access,
                                TOPICS,
                                LocalWorker.PARTITIONS,
                                "job",
                                PictureLimits.DEFAULT.taken())
                        .run(() -> {});

        // Then
        for (Outcome outcome : result.outcomes()) {
            assertEquals(Outcome.Method.NETWORK, outcome.method());
            assertEquals(ModelRegistry.digestOf(onnx), outcome.modelDigest());
        }
        assertEquals(125, result.frames());
    }

    @Test
    void losesNothingOfAFileWithAnEditList() {
        // Given
        Path cut = Clips.make(directory.resolve("cut.mp4"), clip, "-ss 0.5 -i FILE -c copy");
        Path out = directory.resolve("cut.out.mp4");

        // When
        FileJob.Result result = job(cut, out, INTERPOLATION, null).run(() -> {});

        // Then
        assertEquals(Clips.frameSeconds(cut), Clips.frameSeconds(out));
        assertEquals(result.framesExpected(), result.frames());
    }

    @Test
    void deinterlacesUnlessToldNotTo() {
        // Given
        Path fields =
                Clips.make(
                        directory.resolve("fields.mp4"),
                        Clips.INTERLACED + Clips.H264 + "-flags +ildct+ilme");
        StreamSettings off =
                StreamSettings.DEFAULT.withModel("none").withDeinterlace(Deinterlace.OFF);

        // When
        FileJob.Result done =
                job(fields, directory.resolve("done.mp4"), INTERPOLATION, null).run(() -> {});
        FileJob.Result left = job(fields, directory.resolve("left.mp4"), off, null).run(() -> {});

        // Then
        assertEquals(50, deinterlaced(done));
        assertEquals(List.of(), done.notes());
        assertEquals(0, deinterlaced(left));
        assertEquals(
                List.of("interlaced frames were taken as progressive: deinterlace is off"),
                left.notes());
    }

    private static long deinterlaced(FileJob.Result result) {
        return result.outcomes().stream().mapToLong(Outcome::framesDeinterlaced).sum();
    }

    @Test
    void countsWhatATruncatedFileLacks() {
        // Given
        Path whole =
                Clips.make(
                        directory.resolve("fast.mp4"), clip, "-i FILE -c copy -movflags faststart");
        byte[] bytes = Clips.bytes(whole);
        Path half =
                Clips.write(directory.resolve("half.mp4"), Arrays.copyOf(bytes, bytes.length / 2));

        // When
        FileJob.Result result =
                job(half, directory.resolve("half.out.mp4"), INTERPOLATION, null).run(() -> {});

        // Then
        assertEquals(125, result.framesExpected());
        assertTrue(result.frames() > 20 && result.frames() < 100, "got " + result.frames());
    }

    @Test
    void saysHowManyPicturesTheDecoderHasConcealed() throws IOException {
        // Given: three segments, and damage in the second
        Path damaged = Clips.damaged(directory.resolve("damaged.mp4"), clip, 61, 67);
        Path out = directory.resolve("damaged.out.mp4");
        long corrupt = Clips.corruptFrames(damaged, "v:0");
        assertTrue(corrupt > 0);

        // When
        FileJob.Result result = job(damaged, out, INTERPOLATION, null).run(() -> {});

        // Then
        JobSummary summary = JobSummary.of(damaged, out, result, 1, null, "none");
        assertEquals(corrupt, summary.framesConcealed());
        assertEquals(
                "%s is damaged: %d of 125 frames were incomplete and filled up by the decoder's guesses; what could be decoded is in %s"
                        .formatted(damaged, corrupt, out),
                summary.damage());
        assertTrue(summary.toJson().contains("\"frames_concealed\":" + corrupt + ","));
    }

    @Test
    void endsWithTheReasonWhenASegmentIsRejected() {
        // Given
        StreamSettings wanted =
                StreamSettings.DEFAULT
                        .withScale(4)
                        .withModel("anime")
                        .withWithoutModel(StreamSettings.WithoutModel.REJECT);
        Path out = directory.resolve("rejected.mp4");

        // When
        RejectedStreamException failure =
                assertThrows(
                        RejectedStreamException.class,
                        () -> job(clip, out, wanted, null).run(() -> {}));

        // Then
        assertEquals(Rejection.Code.NO_MODEL, failure.rejection().code());
        assertTrue(failure.getMessage().contains(" segment "), failure.getMessage());
        assertFalse(Files.exists(out));
        assertEquals(List.of(), unfinished());
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip.avi", "clip.h264", "clip.hevc"})
    void ordersThePicturesOfContainersThatDoNotSayWhenTheyAreShown(String name) {
        // Given B-frames without presentation times
        String codec = name.endsWith("hevc") ? Clips.HEVC_OPEN : Clips.H264;
        Path unordered = Clips.make(directory.resolve(name), clip, "-i FILE -an " + codec);
        Path out = directory.resolve(name + ".mkv");

        // When
        FileJob.Result result = job(unordered, out, INTERPOLATION, null).run(() -> {});

        // Then all are there, in the order in which ffmpeg shows them, at a steady pace
        assertEquals(125, result.frames());
        assertEquals(125, result.framesExpected());
        List<Double> times = Clips.frameSeconds(out);
        for (int i = 1; i < times.size(); i++) {
            assertEquals(0.04, times.get(i) - times.get(i - 1), 0.0011, "picture " + i);
        }
        assertEquals(List.of(), misplaced(unordered, out));
    }

    /** Numbers of the pictures that are less like themselves than like one of their neighbours. */
    private static List<Integer> misplaced(Path small, Path large) {
        String shrunk = "-i FILE -map 0:v:0 -vf scale=16:9:flags=area,format=gray -f rawvideo";
        byte[] before = Clips.bytes(Clips.make(directory.resolve("small.raw"), small, shrunk));
        byte[] after = Clips.bytes(Clips.make(directory.resolve("large.raw"), large, shrunk));
        int size = 16 * 9;
        List<Integer> misplaced = new ArrayList<>();
        for (int i = 1; i + 1 < before.length / size; i++) {
            long same = difference(before, i * size, after, i * size, size);
            long earlier = difference(before, (i - 1) * size, after, i * size, size);
            long later = difference(before, (i + 1) * size, after, i * size, size);
            if (same > Math.min(earlier, later)) {
                misplaced.add(i);
            }
        }
        return misplaced;
    }

    private static long difference(byte[] a, int fromA, byte[] b, int fromB, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.abs((a[fromA + i] & 0xFF) - (b[fromB + i] & 0xFF));
        }
        return sum;
    }

    @Test
    void leavesNothingBehindWhenItFailsHalfWay() {
        // Given
        Path out = directory.resolve("both.mp4");

        // When
        RuntimeException failure =
                assertThrows(
                        RuntimeException.class,
                        () ->
                                job(recordingThatChangesSize(), out, INTERPOLATION, null)
                                        .run(() -> {}));

        // Then
        assertEquals(
                "expected 256x144 throughout, the picture changes to 128x72 after 125 frames; a"
                        + " name ending in .ts can hold that",
                failure.getMessage());
        assertFalse(Files.exists(out));
        assertEquals(List.of(), unfinished());
    }

    @Test
    void carriesAChangeOfSizeInTheMiddleOfATransportStream() {
        // Given
        Path recording = recordingThatChangesSize();
        Path out = directory.resolve("both.out.ts");

        // When
        FileJob.Result result = job(recording, out, INTERPOLATION, null).run(() -> {});

        // Then every picture is twice as large as it was, at its time
        List<String> sizes = new ArrayList<>();
        for (JsonNode frame :
                Clips.probe(out, "-select_streams v:0 -show_entries frame=width,height")
                        .path("frames")) {
            sizes.add(frame.path("width").asInt() + "x" + frame.path("height").asInt());
        }
        assertEquals(250, result.frames());
        assertEquals(250, sizes.size());
        assertEquals(Set.of("256x144"), Set.copyOf(sizes.subList(0, 125)));
        assertEquals(Set.of("128x72"), Set.copyOf(sizes.subList(125, 250)));
        assertEquals(Clips.frameSeconds(recording), Clips.frameSeconds(out));
    }

    /** 125 pictures, then 125 of half the size, with sound. */
    private static Path recordingThatChangesSize() {
        byte[] large = Clips.bytes(part("large.ts", "-c copy"));
        byte[] small =
                Clips.bytes(
                        part(
                                "small.ts",
                                "-vf scale=64:36 "
                                        + Clips.H264
                                        + "-c:a copy -output_ts_offset 5.08"));
        byte[] both = Arrays.copyOf(large, large.length + small.length);
        System.arraycopy(small, 0, both, large.length, small.length);
        return Clips.write(directory.resolve("both.ts"), both);
    }

    private static Path part(String name, String settings) {
        return Clips.make(directory.resolve(name), clip, "-i FILE " + settings);
    }

    @Test
    void leavesNothingBehindWhenItIsCancelled() {
        // Given
        Path out = directory.resolve("cancelled.mp4");
        FileJob job = job(clip, out, INTERPOLATION, null);

        // When
        IllegalStateException failure =
                assertThrows(IllegalStateException.class, () -> job.run(job::cancel));

        // Then
        assertEquals("stopped; " + out + " was not written", failure.getMessage());
        assertFalse(Files.exists(out));
        assertEquals(List.of(), unfinished());
    }

    private static FileJob job(Path in, Path out, StreamSettings wanted, byte[] model) {
        return job(in, out, FileFormat.ofName(out.getFileName().toString()), wanted, model);
    }

    private static FileJob job(
            Path in, Path out, FileFormat format, StreamSettings wanted, byte[] model) {
        number++;
        return new FileJob(
                in,
                out,
                format,
                wanted,
                model,
                access,
                TOPICS,
                LocalWorker.PARTITIONS,
                "test-job-" + number,
                PictureLimits.DEFAULT.taken());
    }

    private static List<String> unfinished() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".part"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
