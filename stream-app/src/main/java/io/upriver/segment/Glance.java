package io.upriver.segment;

import io.upriver.media.Demuxer;
import io.upriver.media.LargestPicture;
import io.upriver.media.Packet;
import io.upriver.media.Track;
import io.upriver.schemas.PictureSize;
import io.upriver.schemas.PresentationRange;
import io.upriver.schemas.Segment;
import org.jspecify.annotations.Nullable;

/**
 * What a segment holds, seen without decoding it.
 *
 * @param frames of its picture that are to be delivered
 * @param size of the picture
 */
record Glance(long frames, PictureSize size) {

    /**
     * Reads a segment through, a matter of milliseconds.
     *
     * @param largest the largest picture that is decoded
     * @return null where the picture has no size, no frames, or is too large, which who decodes it
     *     has words for
     * @throws io.upriver.media.MediaException if it cannot be read
     */
    static @Nullable Glance of(Segment segment, LargestPicture largest) {
        try (Demuxer demuxer = Demuxer.open(segment.data(), largest)) {
            Track video = demuxer.mainVideo();
            PresentationRange range = segment.presentation();
            long frames = 0;
            for (Packet next = demuxer.read(); next != null; next = demuxer.read()) {
                try (Packet packet = next) {
                    boolean ours =
                            range == null
                                    || range.contains(video.timeBase().toNanos(packet.ptsTicks()));
                    frames +=
                            packet.trackIndex() == video.index() && ours && video.shows(packet)
                                    ? 1
                                    : 0;
                }
            }
            return frames == 0 || video.width() < 1 || video.height() < 1
                    ? null
                    : new Glance(frames, new PictureSize(video.width(), video.height()));
        }
    }
}
