package io.upriver.schemas;

import static io.upriver.schemas.SegmentHeaders.CONTENT_TYPE;
import static io.upriver.schemas.SegmentHeaders.DATA_REF;
import static io.upriver.schemas.SegmentHeaders.DISCONTINUITY;
import static io.upriver.schemas.SegmentHeaders.DURATION_MILLIS;
import static io.upriver.schemas.SegmentHeaders.END_OF_STREAM;
import static io.upriver.schemas.SegmentHeaders.PLAIN_TRACEPARENT;
import static io.upriver.schemas.SegmentHeaders.PRESENTATION_END;
import static io.upriver.schemas.SegmentHeaders.PRESENTATION_START;
import static io.upriver.schemas.SegmentHeaders.SEQUENCE;
import static io.upriver.schemas.SegmentHeaders.SOURCE_VALUE;
import static io.upriver.schemas.SegmentHeaders.SPEC_VERSION;
import static io.upriver.schemas.SegmentHeaders.SPEC_VERSION_VALUE;
import static io.upriver.schemas.SegmentHeaders.SUBJECT;
import static io.upriver.schemas.SegmentHeaders.TRACEPARENT;
import static io.upriver.schemas.SegmentHeaders.TYPE;
import static io.upriver.schemas.SegmentHeaders.TYPE_VALUE;

import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.data.BytesCloudEventData;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Segments to Kafka records and back: CloudEvents 1.0 in binary mode, so the record's value is the
 * media itself.
 *
 * <p>Writing follows the CloudEvents rules to the letter, through their own library. Reading is
 * kinder: every header may be missing, as {@link SegmentHeaders} says, but one that is there must
 * be right. Neither copies the media. Safe for use by many threads.
 */
public final class SegmentRecords {

    private static final URI DEFAULT_SOURCE = URI.create(SOURCE_VALUE);
    private static final String STRUCTURED_MODE = "application/cloudevents";
    private static final String ANY_BYTES = "application/octet-stream";

    private SegmentRecords() {}

    /** The record for a segment, with the source {@value SegmentHeaders#SOURCE_VALUE}. */
    public static ProducerRecord<byte[], byte[]> toRecord(
            String topic, @Nullable Integer partition, Segment segment) {
        return toRecord(topic, partition, segment, DEFAULT_SOURCE);
    }

    /**
     * The record for a segment.
     *
     * @param partition where to put it, or null to let the key decide
     * @param source who makes the event; CloudEvents wants another for each maker of events with
     *     the same stream id and sequence
     */
    public static ProducerRecord<byte[], byte[]> toRecord(
            String topic, @Nullable Integer partition, Segment segment, URI source) {
        String streamId = segment.streamId();
        CloudEventBuilder event =
                CloudEventBuilder.v1()
                        .withId(streamId + "/" + segment.sequence())
                        .withSource(source)
                        .withType(TYPE_VALUE)
                        .withSubject(streamId)
                        .withData(
                                segment.container().contentType(),
                                BytesCloudEventData.wrap(segment.data()))
                        .withExtension(attribute(SEQUENCE), sortable(segment.sequence()))
                        .withExtension(attribute(SegmentHeaders.PARTITION_KEY), streamId);
        if (segment.durationMillis() > 0) {
            event.withExtension(attribute(DURATION_MILLIS), segment.durationMillis());
        }
        if (segment.discontinuity()) {
            event.withExtension(attribute(DISCONTINUITY), true);
        }
        if (segment.endOfStream()) {
            event.withExtension(attribute(END_OF_STREAM), true);
        }
        PresentationRange range = segment.presentation();
        if (range != null) {
            event.withExtension(attribute(PRESENTATION_START), range.startNanos());
            if (!range.isOpen()) {
                event.withExtension(attribute(PRESENTATION_END), range.endNanos());
            }
        }
        if (segment.traceparent() != null) {
            event.withExtension(attribute(TRACEPARENT), segment.traceparent());
        }
        byte[] key = streamId.getBytes(StandardCharsets.UTF_8);
        return KafkaMessageFactory.createWriter(topic, partition, key).writeBinary(event.build());
    }

    /**
     * The segment in a record; its data is the value itself, not a copy.
     *
     * @param offset the record's offset, the sequence of a record that names none
     * @throws MalformedRecordException when the record is no segment
     */
    public static Segment fromRecord(
            byte @Nullable [] key, byte @Nullable [] value, Headers headers, long offset) {
        HeaderFields fields = new HeaderFields(headers);
        String streamId = null;
        long sequence = offset;
        try {
            streamId = streamId(key, fields);
            sequence = Expect.notNegative(SEQUENCE, fields.number(SEQUENCE, offset));
            checkEnvelope(fields);
            byte[] data = data(value, fields);
            return new Segment(
                    streamId,
                    sequence,
                    container(data, fields),
                    data,
                    Expect.notNegative(DURATION_MILLIS, fields.number(DURATION_MILLIS, 0)),
                    fields.flag(DISCONTINUITY),
                    fields.flag(END_OF_STREAM),
                    presentation(fields),
                    traceparent(fields));
        } catch (IllegalArgumentException e) {
            throw new MalformedRecordException(streamId, sequence, e);
        }
    }

    private static String streamId(byte @Nullable [] key, HeaderFields fields) {
        String subject = fields.textOrNull(SUBJECT);
        if (subject != null) {
            return Expect.name(SUBJECT, subject);
        }
        if (key == null || key.length == 0) {
            throw new IllegalArgumentException(
                    "expected the stream id as the key or in " + SUBJECT + ", got neither");
        }
        return Expect.name("key", HeaderFields.utf8("key", key));
    }

    private static void checkEnvelope(HeaderFields fields) {
        checkValue(fields, SPEC_VERSION, SPEC_VERSION_VALUE);
        checkValue(fields, TYPE, TYPE_VALUE);
    }

    private static void checkValue(HeaderFields fields, String name, String expected) {
        String text = fields.textOrNull(name);
        if (text != null && !text.equals(expected)) {
            throw new IllegalArgumentException(
                    name + ": expected " + expected + ", got " + Expect.shown(text));
        }
    }

    private static byte[] data(byte @Nullable [] value, HeaderFields fields) {
        if (value != null && value.length > 0) {
            return value;
        }
        if (fields.has(DATA_REF)) {
            throw new IllegalArgumentException(
                    "expected the media as the value, got a reference in "
                            + DATA_REF
                            + " (claim check), which is not supported yet");
        }
        throw new IllegalArgumentException(
                "expected the media as the value, got " + (value == null ? "no value" : "0 bytes"));
    }

    private static Container container(byte[] data, HeaderFields fields) {
        String contentType = fields.textOrNull(CONTENT_TYPE);
        if (contentType == null || contentType.equalsIgnoreCase(ANY_BYTES)) {
            return Container.sniff(data)
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            "expected a value that begins like one of "
                                                    + Container.known()
                                                    + ", got "
                                                    + data.length
                                                    + " bytes of something else and no "
                                                    + CONTENT_TYPE));
        }
        if (contentType.toLowerCase(Locale.ROOT).startsWith(STRUCTURED_MODE)) {
            throw new IllegalArgumentException(
                    CONTENT_TYPE
                            + ": expected CloudEvents in binary mode, got structured mode, "
                            + Expect.shown(contentType));
        }
        return Container.ofContentType(contentType)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        CONTENT_TYPE
                                                + ": expected one of "
                                                + Container.known()
                                                + ", got "
                                                + Expect.shown(contentType)));
    }

    private static @Nullable PresentationRange presentation(HeaderFields fields) {
        long end = fields.number(PRESENTATION_END, Long.MAX_VALUE);
        if (fields.has(PRESENTATION_START)) {
            return new PresentationRange(fields.number(PRESENTATION_START), end);
        }
        if (fields.has(PRESENTATION_END)) {
            throw new IllegalArgumentException(
                    PRESENTATION_START + ": expected beside " + PRESENTATION_END + ", got nothing");
        }
        return null;
    }

    // W3C Trace Context, section 4.3: a trace context that cannot be read is dropped, not an error
    private static @Nullable String traceparent(HeaderFields fields) {
        String text = fields.textOrNull(TRACEPARENT);
        if (text == null) {
            text = fields.textOrNull(PLAIN_TRACEPARENT);
        }
        return text == null || !Segment.isTraceparent(text) ? null : text;
    }

    private static String attribute(String header) {
        return header.substring("ce_".length());
    }

    private static String sortable(long sequence) {
        return String.format(Locale.ROOT, "%019d", sequence);
    }
}
