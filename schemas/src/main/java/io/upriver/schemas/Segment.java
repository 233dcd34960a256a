package io.upriver.schemas;

import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a stream that can be played on its own: what comes in, and what goes out.
 *
 * <p>Its place in the stream is {@code streamId} and {@code sequence}. The bytes are not copied:
 * who makes a segment hands them over, and nobody modifies them afterwards. Then a segment may be
 * read by many threads.
 *
 * @param streamId 1 to 249 printable characters, not blank
 * @param sequence the place in the stream, from 0 upwards; later segments have higher numbers
 * @param container the format of {@code data}
 * @param data the media, not empty, not to be modified
 * @param durationMillis how long it plays, 0 when not known
 * @param discontinuity whether times or format do not continue those of the segment before
 * @param endOfStream whether no segment follows
 * @param presentation which of its frames are to be delivered, or null for all
 * @param traceparent the W3C trace context it travels in, or null
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes: shared on purpose, compared by content
public record Segment(
        String streamId,
        long sequence,
        Container container,
        byte[] data,
        long durationMillis,
        boolean discontinuity,
        boolean endOfStream,
        @Nullable PresentationRange presentation,
        @Nullable String traceparent) {

    // W3C Trace Context, section 3.2: version, trace id, parent id, flags; ids of zeros are invalid
    private static final Pattern TRACEPARENT =
            Pattern.compile(
                    "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    public Segment {
        Expect.name("stream id", streamId);
        Expect.notNegative("sequence", sequence);
        Expect.present("container", container);
        if (Expect.present("data", data).length == 0) {
            throw new IllegalArgumentException("data: expected media, got 0 bytes");
        }
        Expect.notNegative("durationMillis", durationMillis);
        if (traceparent != null && !isTraceparent(traceparent)) {
            throw new IllegalArgumentException(
                    "traceparent: expected version-trace-parent-flags in hexadecimal, got "
                            + Expect.shown(traceparent));
        }
    }

    /** A segment of which no more is known than its place and its bytes. */
    public static Segment of(String streamId, long sequence, Container container, byte[] data) {
        return new Segment(streamId, sequence, container, data, 0, false, false, null, null);
    }

    /**
     * This segment with other media in its place: the upscaled ones. All its frames are to be
     * delivered.
     */
    public Segment withMedia(Container container, byte[] data) {
        return new Segment(
                streamId,
                sequence,
                container,
                data,
                durationMillis,
                discontinuity,
                endOfStream,
                null,
                traceparent);
    }

    /** This segment with only these frames to be delivered, or all of them for null. */
    public Segment withPresentation(@Nullable PresentationRange presentation) {
        return new Segment(
                streamId,
                sequence,
                container,
                data,
                durationMillis,
                discontinuity,
                endOfStream,
                presentation,
                traceparent);
    }

    /** This segment in another trace, or in none for null. */
    public Segment withTraceparent(@Nullable String traceparent) {
        return new Segment(
                streamId,
                sequence,
                container,
                data,
                durationMillis,
                discontinuity,
                endOfStream,
                presentation,
                traceparent);
    }

    /** How errors call this segment: "stream cam-7 segment 1042". */
    public String label() {
        return label(streamId, sequence);
    }

    /** How errors call the segment at this place; "an unnamed stream" when the id is not known. */
    public static String label(@Nullable String streamId, long sequence) {
        return (streamId == null ? "an unnamed stream" : "stream " + streamId)
                + " segment "
                + sequence;
    }

    /** Whether this is a W3C trace context that a segment may travel in. */
    public static boolean isTraceparent(String text) {
        return TRACEPARENT.matcher(text).matches();
    }

    /** Compares the media byte by byte. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Segment that
                && sequence == that.sequence
                && durationMillis == that.durationMillis
                && discontinuity == that.discontinuity
                && endOfStream == that.endOfStream
                && container == that.container
                && streamId.equals(that.streamId)
                && Objects.equals(presentation, that.presentation)
                && Objects.equals(traceparent, that.traceparent)
                && Arrays.equals(data, that.data);
    }

    /** From the place and the number of bytes: reading megabytes for a hash is not worth it. */
    @Override
    public int hashCode() {
        return Objects.hash(streamId, sequence, container, data.length);
    }

    /** Everything but the media, of which only the number of bytes is told. */
    @Override
    public String toString() {
        return "Segment["
                + label()
                + ", "
                + container
                + ", "
                + data.length
                + " bytes, "
                + durationMillis
                + " ms"
                + (discontinuity ? ", discontinuity" : "")
                + (endOfStream ? ", end of stream" : "")
                + (presentation == null ? "" : ", " + presentation)
                + (traceparent == null ? "" : ", " + traceparent)
                + "]";
    }
}
