package io.upriver.data;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A few frames in a row of a stream, planes of luma of one size.
 *
 * @param sequence place of their segment in the stream
 * @param first number of the first frame in its segment, from 0
 * @param frames nothing is missing between them
 * @param codec FFmpeg's name of the codec that they were decoded from, such as h264
 * @param quantizer how coarsely they were coded: {@link VideoQuantizer}; empty where it is not
 *     known
 */
public record StreamClip(
        long sequence, int first, List<Picture> frames, String codec, OptionalDouble quantizer)
        implements Comparable<StreamClip> {

    public StreamClip {
        frames = List.copyOf(frames);
    }

    String name() {
        return "segment " + sequence + " from frame " + first;
    }

    /** By their place in the stream. */
    @Override
    public int compareTo(StreamClip other) {
        return sequence == other.sequence
                ? Integer.compare(first, other.first)
                : Long.compare(sequence, other.sequence);
    }
}
