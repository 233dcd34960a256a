package io.upriver.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes planes larger by a whole factor.
 *
 * <p>An upscaler is immutable and may be used by many threads at once, each with its own {@link
 * Scratch}. The samples of a region do not depend on how a frame was cut into regions, nor on the
 * other patches of a call: splitting and batching change the time it takes and nothing else.
 */
public interface Upscaler extends AutoCloseable {

    /** How many times wider and higher the result is, at least 1. */
    int scale();

    /** The largest number of patches that one call takes, at least 1. */
    int maxBatch();

    /**
     * Why planes of this depth cannot be upscaled, in a sentence without its end, or null where
     * they can. Bytes always can.
     *
     * @param bitDepth bits of a sample, 8 to 16
     */
    default @Nullable String refusalOf(int bitDepth) {
        return null;
    }

    /** New scratch memory for one thread. It fits this upscaler only. */
    Scratch newScratch();

    /**
     * Upscales all patches, which have frames and regions of equal size and depth, and returns when
     * the last sample is written.
     *
     * @param patches 1 to {@link #maxBatch()} patches with this upscaler's scale
     * @param scratch from {@link #newScratch()}, used by no other thread meanwhile
     * @throws IllegalArgumentException if the patches do not fit each other or this upscaler
     * @throws EngineException if the network cannot be run, also where it does not take the depth
     *     at all, see {@link #refusalOf}; the high-resolution regions then hold anything
     */
    void upscale(List<Patch> patches, Scratch scratch);

    /** Waits for the calls in progress and gives everything back. There must be no later calls. */
    @Override
    void close();
}
