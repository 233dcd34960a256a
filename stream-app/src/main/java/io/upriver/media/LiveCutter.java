package io.upriver.media;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts media that arrive, without end perhaps, into segments that can be played on their own. Not a
 * byte of a picture or of sound is changed. For one thread.
 */
public interface LiveCutter {

    /**
     * The next segment, or null at the end. Blocks until it has come whole.
     *
     * @throws IOException if the media break off; what has not come whole is in no segment
     * @throws CutException if they cannot be cut
     */
    @Nullable Piece next() throws IOException;

    /**
     * A segment.
     *
     * @param data the media, the receiver's own
     * @param last whether the media say that nothing follows
     */
    @SuppressWarnings("ArrayRecordComponent") // megabytes: handed on, never compared
    record Piece(byte[] data, boolean last) {}
}
