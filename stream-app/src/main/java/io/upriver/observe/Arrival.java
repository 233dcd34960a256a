package io.upriver.observe;

import org.jspecify.annotations.Nullable;

/**
 * A segment's record, as its observers know it.
 *
 * @param topic it came from
 * @param partition there
 * @param offset there
 * @param streamId null where the record does not say it
 * @param sequence of the segment
 * @param bytes of its value
 * @param producedMillis the record's time, in milliseconds since 1970 UTC
 * @param traceparent the W3C trace context that it travels in, or null
 * @param tracestate what belongs to that, or null
 */
public record Arrival(
        String topic,
        int partition,
        long offset,
        @Nullable String streamId,
        long sequence,
        int bytes,
        long producedMillis,
        @Nullable String traceparent,
        @Nullable String tracestate) {

    String label() {
        return (streamId == null ? "an unnamed stream" : "stream " + streamId)
                + " segment "
                + sequence;
    }
}
