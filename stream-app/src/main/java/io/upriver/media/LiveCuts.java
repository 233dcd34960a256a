package io.upriver.media;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a live stream may be cut, and where it does not go on as before. Looks at the key frames of
 * its picture, in their order. Not thread-safe.
 */
final class LiveCuts implements AutoCloseable {

    private final Demuxer demuxer;
    private final Track video;
    private final long targetTicks;
    private final PictureHeaders headers;
    private byte[] header;
    private boolean otherHeader; // than the track's own
    private @Nullable String size;
    private long clockJumps;
    private boolean differs;

    LiveCuts(Demuxer demuxer, Track video, double targetSeconds) {
        this.demuxer = demuxer;
        this.video = video;
        TimeBase clock = video.timeBase();
        this.targetTicks = (long) (targetSeconds * clock.denominator() / clock.numerator());
        this.headers = new PictureHeaders(video);
        this.header = video.header();
    }

    /** Takes the key frame with which the first segment begins. */
    void begin(Packet first) {
        look(first);
        differs = false;
    }

    /**
     * True where a segment is to begin with this key frame.
     *
     * @param startTicks when the one before began
     */
    boolean isHere(Packet packet, long startTicks) {
        look(packet);
        long time = packet.ptsTicks() - startTicks;
        differs |= time < 0;
        return differs || (time >= targetTicks && isEntry(packet));
    }

    /** True where the key frame looked at last does not go on from what was before it. */
    boolean differs() {
        return differs;
    }

    private void look(Packet packet) {
        String before = size;
        long jumpsBefore = clockJumps;
        String here = headers.read(packet).size();
        size = here == null ? before : here;
        clockJumps = demuxer.clockJumps();
        boolean resized = before != null && !before.equals(size);
        differs = takesHeader(packet) || resized || clockJumps != jumpsBefore;
    }

    /**
     * Notes a header that comes with the packet, and gives the packet the one that holds, since a
     * segment may begin with it. Senders by RTMP repeat theirs.
     *
     * @return true where it is another one
     */
    private boolean takesHeader(Packet packet) {
        byte[] own = packet.header();
        boolean changed = own != null && !Arrays.equals(own, header);
        if (changed) {
            header = own;
            otherHeader = true;
        } else if (own == null && otherHeader) {
            packet.header(header);
        }
        return changed;
    }

    /** True where a decoder that begins with the key frame gives it whole: see {@link Splitter}. */
    private boolean isEntry(Packet packet) {
        FirstPicture picture = FirstPicture.of(video, packet);
        return picture != null && picture.isWhole();
    }

    @Override
    public void close() {
        headers.close();
    }
}
