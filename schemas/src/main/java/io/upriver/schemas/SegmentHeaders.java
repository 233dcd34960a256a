package io.upriver.schemas;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a segment record, in and out: CloudEvents 1.0 in Kafka's binary mode.
 *
 * <p>Values are UTF-8 text. All may be missing: then the key is the stream id, the offset the
 * sequence, and the container is found from the bytes.
 */
public final class SegmentHeaders {

    /** The version of CloudEvents: {@value #SPEC_VERSION_VALUE}. */
    public static final String SPEC_VERSION = "ce_specversion";

    /** The event's id: stream id, a slash, sequence. */
    public static final String ID = "ce_id";

    /** Who made the event, a URI reference; {@value #SOURCE_VALUE} unless said otherwise. */
    public static final String SOURCE = "ce_source";

    /** What the event is: {@value #TYPE_VALUE}. */
    public static final String TYPE = "ce_type";

    /** The stream id; the record's key when missing. */
    public static final String SUBJECT = "ce_subject";

    /** The container's media type; found from the bytes when missing. */
    public static final String CONTENT_TYPE = "content-type";

    /**
     * The place in the stream, decimal; the offset when missing. Written with leading zeros, 19
     * digits in all, because the extension wants values that sort as text.
     */
    public static final String SEQUENCE = "ce_sequence";

    /** What to partition by: the stream id. Not read. */
    public static final String PARTITION_KEY = "ce_partitionkey";

    /** Where the value lies, for a record that has none (claim check). Not supported yet. */
    public static final String DATA_REF = "ce_dataref";

    /** The W3C trace context, as CloudEvents' extension for distributed tracing has it. */
    public static final String TRACEPARENT = "ce_traceparent";

    /** The same as tracing libraries write it; read when {@link #TRACEPARENT} is missing. */
    public static final String PLAIN_TRACEPARENT = "traceparent";

    /** What tracing systems add to {@link #TRACEPARENT}, as the same extension has it. */
    public static final String TRACESTATE = "ce_tracestate";

    /** The same as tracing libraries write it; read when {@link #TRACESTATE} is missing. */
    public static final String PLAIN_TRACESTATE = "tracestate";

    /** How long the segment plays, in milliseconds, decimal; left out when not known. */
    public static final String DURATION_MILLIS = "ce_segmentdurationms";

    /** {@code true} when times or format do not continue those of the segment before. */
    public static final String DISCONTINUITY = "ce_discontinuity";

    /** {@code true} when no segment follows. */
    public static final String END_OF_STREAM = "ce_endofstream";

    /** {@link PresentationRange#startNanos()}, decimal; left out when all frames are delivered. */
    public static final String PRESENTATION_START = "ce_presentationstart";

    /** {@link PresentationRange#endNanos()}, decimal; left out when the range is open. */
    public static final String PRESENTATION_END = "ce_presentationend";

    /**
     * How often the segment was put back after it was rejected, decimal; left out when never. Not a
     * CloudEvents attribute, since it is about the record and not the event.
     */
    public static final String REPLAYS = "upriver-replays";

    /** The only value of {@link #SPEC_VERSION}. */
    public static final String SPEC_VERSION_VALUE = "1.0";

    /** The only value of {@link #TYPE}. */
    public static final String TYPE_VALUE = "io.upriver.segment.v1";

    /** The value of {@link #SOURCE} when nobody says another. */
    public static final String SOURCE_VALUE = "/upriver";

    private SegmentHeaders() {}

    /** The W3C trace context that a record travels in, segment or not; null where there is none. */
    public static @Nullable String traceparentOf(Headers headers) {
        String text = eitherOf(headers, TRACEPARENT, PLAIN_TRACEPARENT);
        return text == null || !Segment.isTraceparent(text) ? null : text;
    }

    /** What tracing systems add to it, unread; null where there is nothing. */
    public static @Nullable String tracestateOf(Headers headers) {
        return eitherOf(headers, TRACESTATE, PLAIN_TRACESTATE);
    }

    private static @Nullable String eitherOf(Headers headers, String name, String other) {
        HeaderFields fields = new HeaderFields(headers);
        try {
            return fields.has(name) ? fields.textOrNull(name) : fields.textOrNull(other);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The value of {@link #REPLAYS}; 0 where there is none that can be read. */
    public static int replaysOf(Headers headers) {
        try {
            long replays = new HeaderFields(headers).number(REPLAYS, 0);
            return (int) Math.max(0, Math.min(replays, Integer.MAX_VALUE - 1));
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }
}
