package io.upriver.graph;

/**
 * How large a network may be and how much it may ask for. The frame meant is one of {@value
 * #FRAME_WIDTH}x{@value #FRAME_HEIGHT} samples.
 *
 * @param maxBytes the largest file, in bytes, at least 1
 * @param maxFrameBytes the most memory for what is between a frame's layers, in bytes, at least 1;
 *     every number in it is counted as four bytes, and as held until its last use
 * @param maxFrameMultiplyAdds the most multiplications with an addition for a frame, at least 1;
 *     other operators count as one for each number they make
 */
public record GraphLimits(int maxBytes, long maxFrameBytes, long maxFrameMultiplyAdds) {

    /** The width of the frame that is estimated. */
    public static final int FRAME_WIDTH = 1920;

    /** The height of the frame that is estimated. */
    public static final int FRAME_HEIGHT = 1080;

    /**
     * 64 MiB, 4 GiB, and 5 million million: five times the memory and 25 times the work of the
     * largest model that comes with the program.
     */
    public static final GraphLimits DEFAULT =
            new GraphLimits(64 << 20, 4L << 30, 5_000_000_000_000L);

    public GraphLimits {
        require("max-bytes", maxBytes);
        require("max-frame-bytes", maxFrameBytes);
        require("max-frame-multiply-adds", maxFrameMultiplyAdds);
    }

    private static void require(String what, long actual) {
        if (actual < 1) {
            throw new IllegalArgumentException(
                    "%s: expected at least 1, got %d".formatted(what, actual));
        }
    }
}
