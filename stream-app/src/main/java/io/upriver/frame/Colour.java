package io.upriver.frame;

/**
 * How the code values of a video are to be read: the code points of ITU-T H.273, as the stream
 * gives them, 2 meaning unspecified (0 for the range and the chroma location).
 *
 * <p>Nothing here is interpreted on the way through: what came in goes out, also when it says
 * "unspecified".
 *
 * @param range 0 unspecified, 1 limited (16 to 235), 2 full (0 to 255)
 * @param primaries colour primaries, H.273 table 2
 * @param transfer transfer characteristics, H.273 table 3
 * @param matrix matrix coefficients, H.273 table 4
 * @param chromaLocation 0 unspecified, 1 left, 2 centre, 3 top left, 4 top, 5 bottom left, 6 bottom
 */
public record Colour(int range, int primaries, int transfer, int matrix, int chromaLocation) {

    private static final int LEFT = 1;
    private static final int TOP_LEFT = 3;
    private static final int TOP = 4;
    private static final int BOTTOM_LEFT = 5;
    private static final int UNSPECIFIED = 0;
    private static final int UNSPECIFIED_POINT = 2;
    private static final int FULL = 2;

    /**
     * True where pictures of both may follow each other and are shown rightly by what one of them
     * says: nothing that both specify differs, and nothing said of the range means limited.
     */
    public boolean readsLike(Colour other) {
        return (range == FULL) == (other.range == FULL)
                && alike(primaries, other.primaries)
                && alike(transfer, other.transfer)
                && alike(matrix, other.matrix);
    }

    private static boolean alike(int one, int other) {
        return one == other || one == UNSPECIFIED_POINT || other == UNSPECIFIED_POINT;
    }

    /** In words, as far as pictures are shown by it. */
    public String words() {
        return "%s range, primaries %d, transfer %d, matrix %d"
                .formatted(range == FULL ? "full" : "limited", primaries, transfer, matrix);
    }

    /**
     * True where chroma sits on every second luma column; that is also the rule where nothing is
     * said (H.264 E.2.1).
     */
    public boolean chromaCositedHorizontally() {
        return chromaLocation == UNSPECIFIED
                || chromaLocation == LEFT
                || chromaLocation == TOP_LEFT
                || chromaLocation == BOTTOM_LEFT;
    }

    /** True where chroma sits on every second luma row. */
    public boolean chromaCositedVertically() {
        return chromaLocation == TOP_LEFT || chromaLocation == TOP;
    }
}
