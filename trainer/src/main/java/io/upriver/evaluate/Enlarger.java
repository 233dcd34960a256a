package io.upriver.evaluate;

import io.upriver.data.Picture;

/**
 * Something that enlarges pictures, to be measured. Used by one thread at a time; closing frees
 * what it holds.
 */
public interface Enlarger extends AutoCloseable {
    /** What people call it. */
    String name();

    /** By how much both sides grow. */
    int scale();

    /** Planes that go in and come out: 1 for luma, 3 for red, green and blue. */
    int channels();

    /** Numbers learned; -1 if not known. */
    long parameters();

    /**
     * Multiplications (each with its addition) of the convolutions for an output of the given size;
     * -1 if not known.
     */
    long multiplyAdds(int outputWidth, int outputHeight);

    /** Enlarges a picture of any size, rounded and clipped. */
    Picture upscale(Picture low);

    @Override
    void close();
}
