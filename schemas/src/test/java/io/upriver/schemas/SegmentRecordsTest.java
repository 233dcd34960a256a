package io.upriver.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class SegmentRecordsTest {

    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final byte[] KEY = "cam-7".getBytes(UTF_8);
    private static final byte[] TS = transportStream();

    private static byte[] transportStream() {
        byte[] data = new byte[376];
        data[0] = 0x47;
        data[188] = 0x47;
        return data;
    }

    private static Map<String, String> texts(Headers headers) {
        Map<String, String> texts = new TreeMap<>();
        headers.forEach(header -> texts.put(header.key(), new String(header.value(), UTF_8)));
        return texts;
    }

    @Test
    void writesEverythingItKnowsInTheHeadersOfTheContract() {
        // Given a segment with all there is to say
        Segment segment =
                new Segment(
                        "cam-7",
                        1042,
                        Container.MP4,
                        TS,
                        2000,
                        true,
                        true,
                        new PresentationRange(-40_000_000, 1_960_000_000),
                        TRACE);

        // When
        ProducerRecord<byte[], byte[]> record =
                SegmentRecords.toRecord("upriver.segments", 3, segment);

        // Then
        assertEquals("upriver.segments", record.topic());
        assertEquals(3, record.partition());
        assertArrayEquals(KEY, record.key());
        assertSame(TS, record.value());
        Map<String, String> expected = new TreeMap<>();
        expected.put("ce_specversion", "1.0");
        expected.put("ce_id", "cam-7/1042");
        expected.put("ce_source", "/upriver");
        expected.put("ce_type", "io.upriver.segment.v1");
        expected.put("ce_subject", "cam-7");
        expected.put("content-type", "video/mp4");
        expected.put("ce_sequence", "0000000000000001042");
        expected.put("ce_partitionkey", "cam-7");
        expected.put("ce_segmentdurationms", "2000");
        expected.put("ce_discontinuity", "true");
        expected.put("ce_endofstream", "true");
        expected.put("ce_presentationstart", "-40000000");
        expected.put("ce_presentationend", "1960000000");
        expected.put("ce_traceparent", TRACE);
        assertEquals(expected, texts(record.headers()));
    }

    @Test
    void leavesOutWhatIsNotKnown() {
        // Given a segment of which only place and bytes are known
        Segment segment = Segment.of("cam-7", 0, Container.MPEG_TS, TS);

        // When
        ProducerRecord<byte[], byte[]> record = SegmentRecords.toRecord("t", null, segment);

        // Then
        assertNull(record.partition());
        assertEquals(
                Set.of(
                        "ce_specversion",
                        "ce_id",
                        "ce_source",
                        "ce_type",
                        "ce_subject",
                        "content-type",
                        "ce_sequence",
                        "ce_partitionkey"),
                texts(record.headers()).keySet());
    }

    @Test
    void leavesOutTheEndOfAnOpenRange() {
        // Given
        Segment segment =
                Segment.of("cam-7", 0, Container.MPEG_TS, TS)
                        .withPresentation(PresentationRange.from(5));

        // When
        Headers headers = SegmentRecords.toRecord("t", null, segment).headers();

        // Then
        assertEquals("5", texts(headers).get("ce_presentationstart"));
        assertFalse(texts(headers).containsKey("ce_presentationend"));
    }

    @Test
    void namesTheSourceItIsGiven() {
        // When
        Headers headers =
                SegmentRecords.toRecord(
                                "t",
                                null,
                                Segment.of("cam-7", 0, Container.MPEG_TS, TS),
                                URI.create("/upriver/upscaled"))
                        .headers();

        // Then
        assertEquals("/upriver/upscaled", texts(headers).get("ce_source"));
    }

    @Test
    void writesSequencesThatSortAsText() {
        // Given sequences in rising order, of several lengths
        long[] rising = {0, 9, 10, 99, 100, Long.MAX_VALUE};

        // When
        String[] written =
                Arrays.stream(rising)
                        .mapToObj(n -> Segment.of("a", n, Container.MPEG_TS, TS))
                        .map(s -> SegmentRecords.toRecord("t", null, s).headers())
                        .map(headers -> texts(headers).get("ce_sequence"))
                        .toArray(String[]::new);

        // Then the text is in the same order
        String[] sorted = written.clone();
        Arrays.sort(sorted);
        assertArrayEquals(sorted, written);
    }

    @Test
    void readsBackWhateverItWrites() {
        // Given a thousand segments of every shape
        Samples samples = new Samples(7);
        for (int i = 0; i < 1000; i++) {
            Segment segment = samples.segment();
            var record = SegmentRecords.toRecord("t", null, segment);

            // When
            Segment back =
                    SegmentRecords.fromRecord(record.key(), record.value(), record.headers(), 99);

            // Then
            assertEquals(segment, back);
            assertSame(segment.data(), back.data());
        }
    }

    @Test
    void takesARecordWithNoHeadersAtAll() {
        // When a record has a key, media and an offset only
        Segment segment = SegmentRecords.fromRecord(KEY, TS, new RecordHeaders(), 17);

        // Then those say everything
        assertEquals(Segment.of("cam-7", 17, Container.MPEG_TS, TS), segment);
    }

    @Test
    void takesARecordWithoutAKeyWhenTheSubjectNamesTheStream() {
        // Given
        Headers headers = new RecordHeaders().add("ce_subject", KEY);

        // When
        Segment segment = SegmentRecords.fromRecord(null, TS, headers, 0);

        // Then
        assertEquals("cam-7", segment.streamId());
    }

    @Test
    void believesTheSubjectMoreThanTheKey() {
        // Given a record keyed by something else, as other CloudEvents producers may
        Headers headers = new RecordHeaders().add("ce_subject", KEY);

        // When
        Segment segment = SegmentRecords.fromRecord("rack 2".getBytes(UTF_8), TS, headers, 0);

        // Then
        assertEquals("cam-7", segment.streamId());
    }

    @Test
    void readsHeadersWrittenByHand() {
        // Given what a person types for kcat: no CloudEvents envelope, no leading zeros
        Headers headers =
                new RecordHeaders()
                        .add("ce_sequence", "42".getBytes(UTF_8))
                        .add("ce_endofstream", "true".getBytes(UTF_8))
                        .add("ce_discontinuity", "false".getBytes(UTF_8));

        // When
        Segment segment = SegmentRecords.fromRecord(KEY, TS, headers, 0);

        // Then
        assertEquals(
                new Segment("cam-7", 42, Container.MPEG_TS, TS, 0, false, true, null, null),
                segment);
    }

    @Test
    void letsTheLastOfSeveralHeadersCount() {
        // Given
        Headers headers =
                new RecordHeaders()
                        .add("ce_sequence", "1".getBytes(UTF_8))
                        .add("ce_sequence", "2".getBytes(UTF_8));

        // Then
        assertEquals(2, SegmentRecords.fromRecord(KEY, TS, headers, 0).sequence());
    }

    @Test
    void takesAHeaderWithoutValueForAMissingOne() {
        // Given
        Headers headers = new RecordHeaders().add("ce_sequence", null).add("content-type", null);

        // Then
        assertEquals(17, SegmentRecords.fromRecord(KEY, TS, headers, 17).sequence());
    }

    @Test
    void believesTheContentTypeMoreThanTheBytes() {
        // Given
        Headers headers = new RecordHeaders().add("content-type", "video/mp4".getBytes(UTF_8));

        // Then
        assertEquals(Container.MP4, SegmentRecords.fromRecord(KEY, TS, headers, 0).container());
    }

    @Test
    void looksAtTheBytesWhenTheContentTypeSaysNothing() {
        // Given
        Headers headers =
                new RecordHeaders().add("content-type", "application/octet-stream".getBytes(UTF_8));

        // Then
        assertEquals(Container.MPEG_TS, SegmentRecords.fromRecord(KEY, TS, headers, 0).container());
    }

    @Test
    void readsTheTraceOfATracingLibraryWhenCloudEventsHasNone() {
        // Given
        Headers headers = new RecordHeaders().add("traceparent", TRACE.getBytes(UTF_8));

        // Then
        assertEquals(TRACE, SegmentRecords.fromRecord(KEY, TS, headers, 0).traceparent());
    }

    @Test
    void dropsATraceItCannotRead() {
        // Given
        Headers headers = new RecordHeaders().add("ce_traceparent", "nonsense".getBytes(UTF_8));

        // Then
        assertNull(SegmentRecords.fromRecord(KEY, TS, headers, 0).traceparent());
    }

    @Test
    void ignoresAReferenceBesideTheMediaItself() {
        // Given a record that has both, which CloudEvents allows
        Headers headers = new RecordHeaders().add("ce_dataref", "s3://bucket/1.ts".getBytes(UTF_8));

        // Then the media is taken
        assertSame(TS, SegmentRecords.fromRecord(KEY, TS, headers, 0).data());
    }
}
