package io.upriver.data;

/**
 * Where batches come from. A step's batch depends only on the step's number, so that a resumed run
 * sees what an uninterrupted one would have seen. Safe for several threads.
 */
public interface BatchSource {
    /** The batch of a step, from 0. */
    Batch batch(long step);
}
