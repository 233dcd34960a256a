package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Packs the packets of a live segment into its container. Not thread-safe. */
final class LiveSegmentWriter {

    /** Pictures are told apart by times half a millisecond before them, as clocks round. */
    private static final long MARGIN_NANOS = 500_000;

    private static final long MILLION = 1_000_000;

    private final LiveTracks tracks;
    private final Track video;
    private final TimeBase clock;

    /**
     * What is to go into a segment, all of it handed over.
     *
     * @param own its packets, as they came
     * @param leading what it needs of the next one: the key frame and pictures shown before it
     * @param startTicks when its key frame is shown, on the picture's clock
     * @param endTicks when the next one's is, or none at the end
     * @param differs true where it does not go on from the segment before
     */
    record Piece(
            List<Packet> own,
            List<Packet> leading,
            long startTicks,
            OptionalLong endTicks,
            boolean differs) {}

    LiveSegmentWriter(LiveTracks tracks) {
        this.tracks = tracks;
        this.video = tracks.video();
        this.clock = video.timeBase();
    }

    LiveSegment write(Piece piece) {
        List<Packet> pictures =
                new ArrayList<>(piece.own().stream().filter(this::isPicture).toList());
        long end =
                piece.endTicks()
                        .orElseGet(
                                () ->
                                        pictures.stream()
                                                .mapToLong(p -> p.ptsTicks() + p.durationTicks())
                                                .max()
                                                .orElse(piece.startTicks()));
        long frames =
                pictures.stream()
                                .filter(p -> p.ptsTicks() >= piece.startTicks() && video.shows(p))
                                .count()
                        + piece.leading().stream().filter(p -> p.ptsTicks() < end).count();
        boolean hasForeign =
                !piece.leading().isEmpty()
                        || pictures.stream().anyMatch(p -> p.ptsTicks() < piece.startTicks());
        long millis = clock.toNanos(end) / MILLION - clock.toNanos(piece.startTicks()) / MILLION;
        putParameterSetsInto(pictures.get(0));
        pictures.addAll(piece.leading());
        Splitter.decodeBeforeShown(pictures);
        byte[] data = mux(piece, pictures.get(0).header());
        return new LiveSegment(
                data,
                tracks.format(),
                Math.max(1, millis),
                frames,
                hasForeign ? shown(data, piece) : null,
                piece.differs(),
                piece.endTicks().isEmpty());
    }

    private boolean isPicture(Packet packet) {
        return packet.trackIndex() == video.index();
    }

    private void putParameterSetsInto(Packet first) {
        if (tracks.format() == SegmentFormat.MPEG_TS && video.codecId() == AV_CODEC_ID_H264) {
            byte[] changed = first.header();
            AvcHeader header = AvcHeader.of(changed == null ? video.header() : changed);
            if (header != null) {
                header.putInto(first);
            }
        }
    }

    private byte[] mux(Piece piece, byte @Nullable [] header) {
        try (Muxer muxer = Muxer.segment(tracks.format(), video)) {
            Map<Integer, Integer> indexes = new HashMap<>();
            int picture = muxer.addCopy(video);
            if (header != null) {
                muxer.header(picture, header);
            }
            indexes.put(video.index(), picture);
            tracks.others().forEach(t -> indexes.put(t.index(), muxer.addCopy(t)));
            muxer.start();
            piece.own().forEach(p -> muxer.write(indexes.get(p.trackIndex()), p));
            piece.leading().forEach(p -> muxer.write(picture, p));
            return muxer.finishBytes();
        } catch (MediaException e) {
            throw e.behind(
                    "the segment from %.3f s on cannot be written"
                            .formatted(clock.toNanos(piece.startTicks()) / 1e9));
        }
    }

    /** The range of its own pictures, by the times that a reader sees: clocks of MPEG-TS wrap. */
    private LiveSegment.Shown shown(byte[] data, Piece piece) {
        try (Demuxer demuxer = Demuxer.open(data, video.largest())) {
            int index = demuxer.mainVideo().index();
            Packet first = demuxer.read();
            while (first != null && first.trackIndex() != index) {
                first.close();
                first = demuxer.read();
            }
            if (first == null) {
                throw new MediaException(
                        MediaException.Kind.UNREADABLE,
                        "expected a picture in the segment just written, found none");
            }
            long start = first.timeBase().toNanos(first.ptsTicks());
            first.close();
            long end =
                    piece.leading().isEmpty()
                            ? Long.MAX_VALUE
                            : start
                                    + clock.toNanos(piece.endTicks().orElseThrow())
                                    - clock.toNanos(piece.startTicks())
                                    - MARGIN_NANOS;
            return new LiveSegment.Shown(start - MARGIN_NANOS, end);
        }
    }
}
