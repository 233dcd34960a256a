package io.upriver.data;

import java.util.List;

/**
 * What one picture teaches.
 *
 * @param pair what the network reads and what it should give
 * @param label what a teacher gives for it, as large as the pair's high picture; null without one
 * @param features a teacher's feature maps of the low picture, shrunk; empty without them
 */
public record Lesson(ImagePair pair, Picture label, List<Maps> features) {

    /**
     * Feature maps [channels, height, width].
     *
     * @param shrunk by how much they are smaller than the low picture
     */
    @SuppressWarnings("ArrayRecordComponent") // compared and hashed nowhere
    public record Maps(int channels, int height, int width, int shrunk, float[] values) {}

    public Lesson {
        features = List.copyOf(features);
    }

    /** A picture and its shrunken copy, without a teacher. */
    public static Lesson of(ImagePair pair) {
        return new Lesson(pair, null, List.of());
    }
}
