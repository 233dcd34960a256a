package io.upriver.topology;

import static io.upriver.topology.FakeWork.transportStream;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.observe.SegmentObserver;
import io.upriver.schemas.Container;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentHeaders;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.SegmentReport;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import io.upriver.schemas.VideoEncoding;
import io.upriver.segment.SegmentResult;
import io.upriver.segment.Stopping;
import io.upriver.segment.StoppingException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a gate that stays closed
class UpscaleTopologyTest {

    private static final Instant WHEN = Instant.ofEpochMilli(1_700_000_000_000L);
    private static final Segment SEGMENT =
            new Segment(
                    "cam-7",
                    1042,
                    Container.MPEG_TS,
                    transportStream(),
                    2000,
                    true,
                    false,
                    null,
                    null);

    @TempDir Path directory;

    private final FakeWork work = new FakeWork();
    private final StreamDirectory streams = new StreamDirectory();
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> segments;
    private TestOutputTopic<byte[], byte[]> upscaled;
    private TestOutputTopic<byte[], byte[]> rejected;
    private TestOutputTopic<byte[], byte[]> reports;

    @BeforeEach
    void start() {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        Topics topics = new Topics("test");
        // one place only: whoever keeps it stops the tests
        driver =
                new TopologyTestDriver(
                        UpscaleTopology.build(
                                topics,
                                work,
                                streams,
                                new WorkGate(1),
                                SegmentObserver.untold(),
                                1 << 20),
                        settings);
        ByteArraySerializer in = new ByteArraySerializer();
        ByteArrayDeserializer out = new ByteArrayDeserializer();
        segments = driver.createInputTopic(topics.segments(), in, in);
        upscaled = driver.createOutputTopic(topics.upscaled(), out, out);
        rejected = driver.createOutputTopic(topics.rejected(), out, out);
        reports = driver.createOutputTopic(topics.reports(), out, out);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void passesOnTheUpscaledSegmentUnderTheSameKeyAndSequence() {
        // When
        segments.pipeInput(record(SEGMENT));

        // Then
        TestRecord<byte[], byte[]> out = upscaled.readRecord();
        assertEquals("cam-7", new String(out.key(), UTF_8));
        assertArrayEquals(FakeWork.large(SEGMENT.data()), out.value());
        assertEquals(WHEN, out.getRecordTime());
        assertEquals("0000000000000001042", text(out.headers(), SegmentHeaders.SEQUENCE));
        assertEquals("cam-7/1042", text(out.headers(), SegmentHeaders.ID));
        assertEquals("/upriver/upscaled", text(out.headers(), SegmentHeaders.SOURCE));
        assertEquals("video/mp4", text(out.headers(), SegmentHeaders.CONTENT_TYPE));
        assertEquals(FakeWork.OUTCOME, Outcome.readFrom(out.headers()));
        Segment read = SegmentRecords.fromRecord(out.key(), out.value(), out.headers(), 0);
        assertEquals(SEGMENT.withMedia(Container.MP4, out.value()), read);
        assertTrue(rejected.isEmpty());
    }

    @Test
    void passesATraceOnAsItCameWhereNothingIsTraced() {
        // Given
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        TestRecord<byte[], byte[]> record = record(SEGMENT);
        record.headers().add("traceparent", trace.getBytes(UTF_8));

        // When
        segments.pipeInput(record);

        // Then
        Headers out = upscaled.readRecord().headers();
        assertEquals(trace, text(out, "ce_traceparent"));
        assertNull(out.lastHeader("traceparent"));
        assertNull(out.lastHeader("tracestate"));
    }

    @Test
    void reportsEachUpscaledSegment() {
        // Given
        segments.pipeInput(record(SEGMENT));

        // When
        TestRecord<byte[], byte[]> record = reports.readRecord();

        // Then
        SegmentReport report = SegmentReport.fromJson(record.value());
        assertEquals("cam-7", new String(record.key(), UTF_8));
        assertEquals("cam-7", report.streamId());
        assertEquals(1042, report.sequence());
        assertEquals(FakeWork.OUTCOME, report.outcome());
        assertEquals(400, report.bytesIn());
        assertEquals(405, report.bytesOut());
        assertTrue(reports.isEmpty());
    }

    @Test
    void letsASegmentThroughAtOnceForWhichThereIsNoTimeLeft() {
        // Given the record of a segment that was produced in another year
        streams.accept(settings("cam-7", StreamSettings.DEFAULT.withDeadlineMillis(86_400_000)));

        // When
        segments.pipeInput(record(SEGMENT));

        // Then
        TestRecord<byte[], byte[]> out = upscaled.readRecord();
        assertEquals(FakeWork.PASSED_THROUGH, Outcome.readFrom(out.headers()));
        assertArrayEquals(SEGMENT.data(), out.value());
        SegmentReport report = SegmentReport.fromJson(reports.readRecord().value());
        assertEquals(FakeWork.PASSED_THROUGH, report.outcome());
        assertEquals(WHEN.toEpochMilli(), report.producedMillis());
        assertTrue(work.segments.isEmpty());
    }

    @Test
    void worksOnASegmentThatCanBeInTime() {
        // Given
        streams.accept(settings("cam-7", StreamSettings.DEFAULT.withDeadlineMillis(86_400_000)));
        TestRecord<byte[], byte[]> given = record(SEGMENT);

        // When
        segments.pipeInput(
                new TestRecord<>(given.key(), given.value(), given.headers(), Instant.now()));

        // Then
        assertEquals(FakeWork.OUTCOME, Outcome.readFrom(upscaled.readRecord().headers()));
    }

    private static ConsumerRecord<byte[], byte[]> settings(String stream, StreamSettings settings) {
        return new ConsumerRecord<>(
                "test.streams", 0, 0, stream.getBytes(UTF_8), settings.toJson());
    }

    @Test
    void setsARejectedSegmentAsideUnchangedWithTheReason() {
        // Given
        Rejection reason =
                new Rejection(
                        Rejection.Code.NO_VIDEO,
                        "stream cam-7 segment 1042: nothing moves",
                        "cam-7",
                        1042,
                        "worker-1");
        work.does(segment -> new SegmentResult.Rejected(reason));
        TestRecord<byte[], byte[]> given = record(SEGMENT);
        given.headers().add("x-of-the-producer", new byte[] {1, 2});

        // When
        segments.pipeInput(given);

        // Then
        TestRecord<byte[], byte[]> out = rejected.readRecord();
        assertArrayEquals(given.key(), out.key());
        assertArrayEquals(given.value(), out.value());
        assertEquals(reason, Rejection.readFrom(out.headers()));
        Set<Header> kept = new HashSet<>(Arrays.asList(out.headers().toArray()));
        assertTrue(kept.containsAll(Arrays.asList(given.headers().toArray())));
        assertTrue(upscaled.isEmpty());
        SegmentReport report = SegmentReport.fromJson(reports.readRecord().value());
        assertEquals(reason, report.rejection());
        assertEquals(400, report.bytesIn());
    }

    @Test
    void replacesTheReasonOfARejectedRecordThatWasSentAgain() {
        // Given
        TestRecord<byte[], byte[]> given = record(SEGMENT);
        new Rejection(Rejection.Code.DEADLINE, "too slow", "cam-7", 1042, "worker-9")
                .writeTo(given.headers());
        work.does(
                segment -> {
                    throw new IllegalStateException("broken");
                });

        // When
        segments.pipeInput(given);

        // Then
        Headers headers = rejected.readRecord().headers();
        assertEquals(Rejection.Code.INTERNAL, Rejection.readFrom(headers).code());
        int reasons = 0;
        for (Header header : headers.headers("ce_rejection")) {
            reasons += header.value().length > 0 ? 1 : 0;
        }
        assertEquals(1, reasons);
    }

    @Test
    void rejectsARecordThatIsNoSegment() {
        // Given
        Headers wrongSequence = new RecordHeaders();
        wrongSequence.add(SegmentHeaders.SEQUENCE, "next".getBytes(UTF_8));
        byte[] key = "cam-7".getBytes(UTF_8);
        byte[] text = "hello".getBytes(UTF_8);
        List<TestRecord<byte[], byte[]>> wrong =
                List.of(
                        new TestRecord<>(key, transportStream(), wrongSequence, WHEN),
                        new TestRecord<>(key, text, new RecordHeaders(), WHEN),
                        new TestRecord<>(key, null, new RecordHeaders(), WHEN),
                        new TestRecord<>(null, transportStream(), new RecordHeaders(), WHEN));
        for (int i = 0; i < wrong.size(); i++) {
            // When
            segments.pipeInput(wrong.get(i));

            // Then
            TestRecord<byte[], byte[]> out = rejected.readRecord();
            assertArrayEquals(wrong.get(i).key(), out.key());
            assertArrayEquals(wrong.get(i).value(), out.value());
            Rejection rejection = Rejection.readFrom(out.headers());
            assertEquals(Rejection.Code.MALFORMED_RECORD, rejection.code());
            assertEquals(i, rejection.sequence(), "the record's offset");
            assertEquals("worker-1", rejection.worker());
            String named = wrong.get(i).key() == null ? "an unnamed stream" : "stream cam-7";
            String message = rejection.message();
            assertTrue(message.startsWith(named + " segment " + i + ": "), message);
            assertTrue(message.contains("expected"), message);
            assertEquals(rejection, SegmentReport.fromJson(reports.readValue()).rejection());
        }
        assertTrue(work.segments.isEmpty());
        assertTrue(upscaled.isEmpty());
    }

    @Test
    void rejectsASegmentOnWhichTheWorkFailedUnexpectedly() {
        for (RuntimeException fault :
                List.of(new IllegalStateException("broken"), new NullPointerException())) {
            // Given
            work.does(
                    segment -> {
                        throw fault;
                    });

            // When
            segments.pipeInput(record(SEGMENT));

            // Then
            Rejection rejection = Rejection.readFrom(rejected.readRecord().headers());
            assertEquals(Rejection.Code.INTERNAL, rejection.code());
            assertEquals("stream cam-7 segment 1042: " + fault, rejection.message());
        }
    }

    @Test
    void goesOnAfterAFailure() {
        // Given
        work.does(
                segment -> {
                    throw new IllegalStateException("broken");
                });
        segments.pipeInput(record(SEGMENT));
        work.does(FakeWork::large);

        // When
        segments.pipeInput(record(SEGMENT));

        // Then
        assertEquals(1, upscaled.getQueueSize());
        assertEquals(1, rejected.getQueueSize());
        assertEquals(2, reports.getQueueSize());
    }

    @Test
    void writesNothingAboutASegmentThatAStoppingWorkerGivesBack() {
        // Given
        work.does(
                segment -> {
                    throw Stopping.whileWorkingOn(segment.label());
                });

        // When
        Throwable failure =
                assertThrows(RuntimeException.class, () -> segments.pipeInput(record(SEGMENT)));

        // Then
        while (failure.getCause() != null) {
            failure = failure.getCause();
        }
        assertInstanceOf(StoppingException.class, failure);
        assertTrue(upscaled.isEmpty());
        assertTrue(rejected.isEmpty());
        assertTrue(reports.isEmpty());
    }

    @Test
    void takesARecordWithoutHeaders() {
        // Given: as kcat writes it
        byte[] key = "cam-9".getBytes(UTF_8);
        segments.pipeInput(new TestRecord<>(key, transportStream(), new RecordHeaders(), WHEN));

        // When
        segments.pipeInput(new TestRecord<>(key, transportStream(), new RecordHeaders(), WHEN));

        // Then
        Segment second = work.segments.get(1);
        assertEquals("cam-9", second.streamId());
        assertEquals(1, second.sequence());
        assertEquals(Container.MPEG_TS, second.container());
        assertNull(second.presentation());
        upscaled.readRecord();
        assertEquals(
                "0000000000000000001",
                text(upscaled.readRecord().headers(), SegmentHeaders.SEQUENCE));
    }

    @Test
    void worksWithTheSettingsOfTheStream() {
        // Given
        StreamSettings anime =
                StreamSettings.DEFAULT
                        .withScale(4)
                        .withModel("anime")
                        .withEncoding(VideoEncoding.of(StreamSettings.Codec.HEVC).withCrf(20));
        streams.accept(
                new ConsumerRecord<>(
                        "test.streams", 0, 0, "cam-7".getBytes(UTF_8), anime.toJson()));
        segments.pipeInput(record(SEGMENT));

        // When
        Segment other = Segment.of("cam-8", 0, Container.MPEG_TS, transportStream());
        segments.pipeInput(record(other));

        // Then
        assertEquals(List.of(anime, StreamSettings.DEFAULT), work.settings);
    }

    private static TestRecord<byte[], byte[]> record(Segment segment) {
        ProducerRecord<byte[], byte[]> record = SegmentRecords.toRecord("any", null, segment);
        return new TestRecord<>(record.key(), record.value(), record.headers(), WHEN);
    }

    private static String text(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), UTF_8);
    }
}
