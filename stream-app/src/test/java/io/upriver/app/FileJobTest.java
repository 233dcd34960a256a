package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.egress.RejectedStreamException;
import io.upriver.engine.EngineSettings;
import io.upriver.engine.ExecutionProviders;
import io.upriver.engine.FrameBatcher;
import io.upriver.engine.ProviderPreference;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.kafka.TopicFollower;
import io.upriver.kafka.TopicSetup;
import io.upriver.media.Clips;
import io.upriver.model.ModelRegistry;
import io.upriver.observe.FrameCounter;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.StreamSettings.Deinterlace;
import io.upriver.schemas.Topics;
import io.upriver.segment.SegmentResult;
import io.upriver.segment.SegmentUpscaler;
import io.upriver.segment.WorkerLimits;
import io.upriver.topology.SegmentWork;
import io.upriver.topology.StreamDirectory;
import io.upriver.topology.UpscaleTopology;
import io.upriver.topology.WorkGate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whole files through a real broker and a real worker: all but the framework that wires it. */
@ExtendWith(SharedBroker.class)
class FileJobTest {

    private static final int PARTITIONS = 2;
    private static final Topics TOPICS = new Topics("jobs");
    private static final StreamSettings INTERPOLATION =
            new StreamSettings(2, "none", Codec.H264, null, null, null);

    @TempDir static Path directory;

    private static KafkaAccess access;
    private static ModelRegistry models;
    private static FrameBatcher batcher;
    private static ExecutorService encoders;
    private static Followers followers;
    private static KafkaStreams streams;
    private static Path clip;
    private static int number;

    @BeforeAll
    static void startAWorker(KafkaAccess broker) {
        access = broker;
        new TopicSetup(access, TOPICS).createMissing(PARTITIONS);
        models =
                new ModelRegistry(
                        ExecutionProviders.choose(
                                EngineSettings.defaults().with(ProviderPreference.CPU)));
        batcher = new FrameBatcher(2);
        encoders = Executors.newFixedThreadPool(PARTITIONS);
        StreamDirectory directoryOfStreams = new StreamDirectory();
        TopicFollower settings =
                new TopicFollower(access, TOPICS.streams(), directoryOfStreams).start();
        directoryOfStreams.followedBy(settings);
        ModelChannel channel = new ModelChannel(models, access, TOPICS, "worker-1");
        TopicFollower modelFiles = new TopicFollower(access, TOPICS.models(), channel).start();
        models.beforeGivingUp(() -> modelFiles.awaitCaughtUp(ModelChannel.PATIENCE));
        followers = new Followers(settings, modelFiles, channel);
        WorkerLimits limits = new WorkerLimits(Duration.ofMinutes(1), 1 << 20, 1, 1, 4);
        SegmentUpscaler upscaler =
                new SegmentUpscaler(
                        models, batcher, encoders, new FrameCounter(), limits, "worker-1");
        streams =
                new KafkaStreams(
                        UpscaleTopology.build(
                                TOPICS, work(upscaler), directoryOfStreams, new WorkGate(2)),
                        streamSettings());
        streams.start();
        clip =
                Clips.make(
                        directory.resolve("clip.mp4"),
                        "-f lavfi -i testsrc2=size=128x72:rate=25:duration=5,format=yuv420p"
                                + " -f lavfi -i sine=duration=5 "
                                + Clips.H264
                                + "-c:a aac");
    }

    private static SegmentWork work(SegmentUpscaler upscaler) {
        return new SegmentWork() {
            @Override
            public SegmentResult upscale(Segment segment, StreamSettings wanted) {
                return upscaler.upscale(segment, wanted);
            }

            @Override
            public String worker() {
                return upscaler.worker();
            }
        };
    }

    private static Properties streamSettings() {
        Properties properties = new Properties();
        StreamsTuning.derive(Duration.ofMinutes(1), 2, PARTITIONS, 2, access.maxMessageBytes())
                .forEach(
                        (key, value) ->
                                properties.put(key.substring("kafka-streams.".length()), value));
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "jobs");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, access.bootstrapServers());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.resolve("state").toString());
        return properties;
    }

    @AfterAll
    static void stopTheWorker() {
        streams.close(Duration.ofSeconds(20));
        followers.close();
        encoders.shutdown();
        batcher.close();
        models.close();
    }

    @Test
    void bringsAFileThroughKafkaWithTimesAndSoundIntact() {
        // Given
        Path out = directory.resolve("out.mp4");

        // When
        FileJob.Result result = job(clip, out, INTERPOLATION, null).run(() -> {});

        // Then
        assertEquals(125, result.frames());
        assertEquals(125, result.framesExpected());
        assertEquals(3, result.segments());
        assertEquals(List.of("worker-1"), List.copyOf(result.workers()));
        assertEquals(256, Clips.stream(out, "v:0").path("width").asInt());
        assertEquals(Clips.frameSeconds(clip), Clips.frameSeconds(out));
        assertEquals(Clips.packetHashes(clip).get(1), Clips.packetHashes(out).get(1));
        assertEquals(Clips.soundMd5(clip), Clips.soundMd5(out));
        assertEquals(List.of(), unfinished());
    }

    @Test
    void bringsItsOwnModel() throws IOException {
        // Given
        Path out = directory.resolve("network.mp4");
        byte[] onnx;
        try (InputStream in = getClass().getResourceAsStream("/models/nano-x2.onnx")) {
            onnx = in.readAllBytes();
        }
        StreamSettings wanted = new StreamSettings(2, "job", Codec.H264, null, null, null);

        // When
        FileJob.Result result =
                new FileJob(clip, out, wanted, onnx, access, TOPICS, PARTITIONS, "job")
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
                new StreamSettings(2, "none", Codec.H264, null, null, null, Deinterlace.OFF);

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
    void endsWithTheReasonWhenASegmentIsRejected() {
        // Given
        StreamSettings wanted = new StreamSettings(4, "anime", Codec.H264, null, null, null);
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

    @Test
    void leavesNothingBehindWhenItFailsHalfWay() {
        // Given: a recording whose picture becomes smaller after 5 s
        byte[] large = Clips.bytes(part("large.ts", "-c copy"));
        byte[] small =
                Clips.bytes(
                        part(
                                "small.ts",
                                "-vf scale=64:36 " + Clips.H264 + "-c:a copy -output_ts_offset 5"));
        byte[] both = Arrays.copyOf(large, large.length + small.length);
        System.arraycopy(small, 0, both, large.length, small.length);
        Path recording = Clips.write(directory.resolve("both.ts"), both);
        Path out = directory.resolve("both.mp4");

        // When
        RuntimeException failure =
                assertThrows(
                        RuntimeException.class,
                        () -> job(recording, out, INTERPOLATION, null).run(() -> {}));

        // Then: by the worker or by the writer, as the change falls into a segment or between two
        assertTrue(failure.getMessage().contains("256x144"), failure.getMessage());
        assertTrue(failure.getMessage().contains("128x72"), failure.getMessage());
        assertFalse(Files.exists(out));
        assertEquals(List.of(), unfinished());
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
        number++;
        return new FileJob(
                in, out, wanted, model, access, TOPICS, PARTITIONS, "test-job-" + number);
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
