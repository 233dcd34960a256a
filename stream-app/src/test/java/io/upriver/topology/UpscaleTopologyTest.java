package io.upriver.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.schemas.Container;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.SegmentReport;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import io.upriver.segment.SegmentResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The topology with a fake upscaler: what goes where, and with which words on it. */
class UpscaleTopologyTest {

    private static final byte[] UPSCALED_MEDIA = {9, 9, 9, 9};

    private final FakeWork work = new FakeWork();
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> segments;
    private TestOutputTopic<byte[], byte[]> upscaled;
    private TestOutputTopic<byte[], byte[]> rejected;
    private TestOutputTopic<byte[], byte[]> reports;

    private static final class FakeWork implements SegmentWork {
        private RuntimeException failure;
        private Rejection rejection;
        private Segment last;

        @Override
        public SegmentResult upscale(Segment segment, StreamSettings settings) {
            last = segment;
            if (failure != null) {
                throw failure;
            }
            if (rejection != null) {
                return new SegmentResult.Rejected(rejection);
            }
            Outcome outcome =
                    new Outcome(
                            Outcome.Method.INTERPOLATED,
                            "a test",
                            null,
                            2,
                            50,
                            1,
                            2,
                            3,
                            4,
                            9,
                            "w1");
            return new SegmentResult.Upscaled(
                    segment.withMedia(Container.MPEG_TS, UPSCALED_MEDIA), outcome);
        }

        @Override
        public String worker() {
            return "w1";
        }
    }

    @BeforeEach
    void open() {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nobody:1");
        driver =
                new TopologyTestDriver(
                        UpscaleTopology.build(
                                Topics.DEFAULT, work, new StreamDirectory(), new WorkGate(1)),
                        config);
        segments =
                driver.createInputTopic(
                        Topics.DEFAULT.segments(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        upscaled = output(Topics.DEFAULT.upscaled());
        rejected = output(Topics.DEFAULT.rejected());
        reports = output(Topics.DEFAULT.reports());
    }

    private TestOutputTopic<byte[], byte[]> output(String topic) {
        return driver.createOutputTopic(
                topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void sendsAnUpscaledSegmentOnUnderTheSameKeyAndSequence() {
        // Given
        Segment segment = Segment.of("cam-7", 1042, Container.MPEG_TS, transportStream());

        // When
        send(segment);

        // Then
        TestRecord<byte[], byte[]> out = upscaled.readRecord();
        assertEquals("cam-7", new String(out.key(), StandardCharsets.UTF_8));
        assertArrayEquals(UPSCALED_MEDIA, out.value());
        Segment read = SegmentRecords.fromRecord(out.key(), out.value(), out.headers(), 0);
        assertEquals(1042, read.sequence());
        Outcome outcome = Outcome.readFrom(out.headers());
        assertEquals(50, outcome.framesOut());
        assertEquals("w1", outcome.worker());
        assertTrue(rejected.isEmpty());
    }

    @Test
    void putsARejectedSegmentAsideAsItCameWithTheReason() {
        // Given
        work.rejection = new Rejection(Rejection.Code.NO_VIDEO, "only sound", "cam-7", 3, "w1");
        Segment segment = Segment.of("cam-7", 3, Container.MPEG_TS, transportStream());

        // When
        send(segment);

        // Then
        TestRecord<byte[], byte[]> out = rejected.readRecord();
        assertArrayEquals(transportStream(), out.value());
        assertEquals("only sound", Rejection.readFrom(out.headers()).message());
        assertEquals(segment, SegmentRecords.fromRecord(out.key(), out.value(), out.headers(), 0));
        assertTrue(upscaled.isEmpty());
    }

    @Test
    void rejectsARecordThatIsNoSegment() {
        // When
        segments.pipeInput("cam-7".getBytes(StandardCharsets.UTF_8), new byte[] {1, 2, 3});

        // Then
        Rejection rejection = Rejection.readFrom(rejected.readRecord().headers());
        assertEquals(Rejection.Code.MALFORMED_RECORD, rejection.code());
        assertTrue(rejection.message().contains("cam-7"), rejection.message());
    }

    @Test
    void rejectsARecordWithoutAnything() {
        // When
        segments.pipeInput(null, (byte[]) null);

        // Then
        TestRecord<byte[], byte[]> out = rejected.readRecord();
        assertEquals(Rejection.Code.MALFORMED_RECORD, Rejection.readFrom(out.headers()).code());
    }

    @Test
    void takesARecordWithoutHeaders() {
        // When
        segments.pipeInput("cam-7".getBytes(StandardCharsets.UTF_8), transportStream());

        // Then
        assertEquals("cam-7", work.last.streamId());
        assertEquals(Container.MPEG_TS, work.last.container());
        assertEquals(1, upscaled.getQueueSize());
    }

    @Test
    void rejectsASegmentThatBreaksTheUpscalerAndGoesOn() {
        // Given
        work.failure = new IllegalStateException("broken");
        send(Segment.of("cam-7", 1, Container.MPEG_TS, transportStream()));
        work.failure = null;

        // When
        send(Segment.of("cam-7", 2, Container.MPEG_TS, transportStream()));

        // Then
        Rejection rejection = Rejection.readFrom(rejected.readRecord().headers());
        assertEquals(Rejection.Code.INTERNAL, rejection.code());
        assertTrue(rejection.message().contains("stream cam-7 segment 1"), rejection.message());
        assertEquals(1, upscaled.getQueueSize());
    }

    @Test
    void neitherSendsNorRejectsWhatWasCutShortByTheEndOfTheVirtualMachine() {
        // Given
        work.failure = null;
        SegmentWork dying =
                new SegmentWork() {
                    @Override
                    public SegmentResult upscale(Segment segment, StreamSettings settings) {
                        throw new OutOfMemoryError("test");
                    }

                    @Override
                    public String worker() {
                        return "w1";
                    }
                };
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "dying");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nobody:1");
        try (TopologyTestDriver other =
                new TopologyTestDriver(
                        UpscaleTopology.build(
                                Topics.DEFAULT, dying, new StreamDirectory(), new WorkGate(1)),
                        config)) {
            TestInputTopic<byte[], byte[]> in =
                    other.createInputTopic(
                            Topics.DEFAULT.segments(),
                            new ByteArraySerializer(),
                            new ByteArraySerializer());
            byte[] key = "cam-7".getBytes(StandardCharsets.UTF_8);

            // When, Then
            assertThrows(Throwable.class, () -> in.pipeInput(key, transportStream()));
            assertTrue(
                    other.createOutputTopic(
                                    Topics.DEFAULT.rejected(),
                                    new ByteArrayDeserializer(),
                                    new ByteArrayDeserializer())
                            .isEmpty());
        }
    }

    @Test
    void reportsEverySegmentWhateverBecameOfIt() {
        // Given
        send(Segment.of("cam-7", 1, Container.MPEG_TS, transportStream()));
        work.rejection = new Rejection(Rejection.Code.NO_VIDEO, "only sound", "cam-7", 2, "w1");

        // When
        send(Segment.of("cam-7", 2, Container.MPEG_TS, transportStream()));

        // Then
        List<SegmentReport> all =
                reports.readValuesToList().stream().map(SegmentReport::fromJson).toList();
        assertEquals(2, all.size());
        assertEquals(50, all.get(0).outcome().framesOut());
        assertEquals(UPSCALED_MEDIA.length, all.get(0).bytesOut());
        assertEquals(Rejection.Code.NO_VIDEO, all.get(1).rejection().code());
    }

    private void send(Segment segment) {
        ProducerRecord<byte[], byte[]> made =
                SegmentRecords.toRecord(Topics.DEFAULT.segments(), null, segment);
        Headers headers = new RecordHeaders(made.headers().toArray());
        segments.pipeInput(new TestRecord<>(made.key(), made.value(), headers));
    }

    /** Two packets that look like MPEG-TS from outside. */
    private static byte[] transportStream() {
        byte[] bytes = new byte[376];
        Arrays.fill(bytes, (byte) 1);
        bytes[0] = 0x47;
        bytes[188] = 0x47;
        return bytes;
    }
}
