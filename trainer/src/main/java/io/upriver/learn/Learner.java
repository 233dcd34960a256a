package io.upriver.learn;

import io.upriver.data.Batch;
import io.upriver.data.Picture;

/**
 * What {@link Training} needs of something that learns: numbers in one flat vector that the caller
 * holds, the loss of a batch with its gradient, and a picture enlarged by what was learned.
 *
 * <p>Used by one thread at a time.
 */
public interface Learner {
    /** The numbers that are learned, by name. */
    Parameters parameters();

    /** By how much both sides of a picture grow. */
    int scale();

    /**
     * Mean loss of a batch.
     *
     * @param vector the learned numbers, only read; statistics among them ({@link
     *     Parameters.Entry#learned()}) may be brought up to date
     * @param gradient receives d loss / d vector
     * @return the loss
     */
    float lossAndGradient(float[] vector, Batch batch, float[] gradient);

    /**
     * Whether what is learned is added to an interpolation. Such a correction can die; what has
     * become its own interpolation is not trained further.
     */
    default boolean correctsAnInterpolation() {
        return true;
    }

    /** Enlarges a picture of any size with the learned numbers; rounded and clipped. */
    Picture upscale(float[] vector, Picture low);
}
