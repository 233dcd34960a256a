package io.upriver.segment;

/** Lets tests of other packages give a segment back as a stopping worker does. */
public final class Stopping {

    private Stopping() {}

    /** What {@link SegmentUpscaler#upscale} throws once it is told to stop. */
    public static StoppingException whileWorkingOn(String segment) {
        return new StoppingException(segment);
    }
}
