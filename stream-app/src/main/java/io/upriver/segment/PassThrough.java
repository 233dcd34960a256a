package io.upriver.segment;

import io.upriver.media.Demuxer;
import io.upriver.media.MediaException;
import io.upriver.media.Muxer;
import io.upriver.media.Packet;
import io.upriver.media.SegmentFormat;
import io.upriver.media.Track;
import io.upriver.schemas.Container;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Segment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets a segment through as it is: nothing is decoded. */
final class PassThrough {

    private PassThrough() {}

    /**
     * @param glance what it holds
     * @param wanted the container that the stream asks for; the segment goes into it if that takes
     *     all of its tracks as they are, and else stays in its own
     */
    static SegmentResult.Upscaled of(
            Segment segment,
            Glance glance,
            @Nullable Container wanted,
            String because,
            String worker) {
        long start = System.nanoTime();
        Segment out = segment;
        String note = null;
        if (wanted != null && wanted != segment.container()) {
            try {
                out =
                        segment.withMedia(
                                wanted, moved(segment.data(), SegmentWriter.formatOf(wanted)));
            } catch (MediaException e) {
                note =
                        "stays in %s, since it cannot be in %s as it is: %s"
                                .formatted(
                                        segment.container().wireName(),
                                        wanted.wireName(),
                                        e.getMessage());
            }
        }
        Outcome outcome =
                new Outcome(
                        Outcome.Method.PASSTHROUGH,
                        because,
                        note,
                        null,
                        null,
                        1,
                        glance.frames(),
                        0,
                        0,
                        0,
                        List.of(glance.size()),
                        0,
                        0,
                        0,
                        (System.nanoTime() - start) / 1_000_000,
                        worker);
        return new SegmentResult.Upscaled(out, outcome, null, null);
    }

    private static byte[] moved(byte[] data, SegmentFormat format) {
        try (Demuxer demuxer = Demuxer.open(data);
                Muxer muxer = Muxer.segment(format, demuxer.mainVideo())) {
            Map<Integer, Integer> places = new HashMap<>();
            for (Track track : demuxer.tracks()) {
                if (!format.holds(track)) {
                    throw new MediaException(
                            MediaException.Kind.UNSUPPORTED, "no place for " + track.label());
                }
                places.put(track.index(), muxer.addCopy(track));
            }
            muxer.start();
            for (Packet next = demuxer.read(); next != null; next = demuxer.read()) {
                Integer place = places.get(next.trackIndex());
                if (place == null) {
                    next.close(); // of a track that was announced late
                } else {
                    muxer.write(place, next);
                }
            }
            return muxer.finishBytes();
        }
    }
}
