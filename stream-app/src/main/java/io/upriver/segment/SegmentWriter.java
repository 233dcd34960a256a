package io.upriver.segment;

import io.upriver.media.DecodingOrder;
import io.upriver.media.Demuxer;
import io.upriver.media.MediaException;
import io.upriver.media.Muxer;
import io.upriver.media.Packet;
import io.upriver.media.ParameterSets;
import io.upriver.media.Picture;
import io.upriver.media.SegmentFormat;
import io.upriver.media.Track;
import io.upriver.media.VideoEncoder;
import io.upriver.schemas.Container;
import io.upriver.schemas.PictureSize;
import io.upriver.schemas.Rejection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is to be in the upscaled segment, and writes it when all is known that its header
 * has to say.
 *
 * <h2>Changes inside</h2>
 *
 * Where size or layout change, a second encoder goes on, and there is one track all the same: one
 * segment in, one segment out. Then each key frame has the parameter sets of its encoder in front
 * of it. An MPEG transport stream has them there anyway. In MP4 the track bears the name that says
 * so; its one init section has the sets of the first part. Decoding times are made anew, since the
 * second encoder begins before the end of the first.
 *
 * <p>Used by one thread at a time.
 */
final class SegmentWriter implements AutoCloseable {

    private static final int VIDEO = 0;

    private final Track video;
    private final List<Track> others;
    private final SegmentFormat wanted;
    private final List<String> notes = new ArrayList<>();
    private final List<Run> runs = new ArrayList<>();
    private final Deque<Ready> ready = new ArrayDeque<>();
    private final Map<Integer, Integer> outputIndex = new HashMap<>();
    private @Nullable Muxer muxer;
    private SegmentFormat format;

    /**
     * Pictures that are alike, made by one encoder.
     *
     * @param packets of the picture, which are among those that are ready
     */
    private record Run(PictureSize size, ParameterSets sets, List<Packet> packets) {

        long[] pts() {
            return packets.stream().mapToLong(Packet::ptsTicks).toArray();
        }

        int delay() {
            return packets.isEmpty() ? 0 : DecodingOrder.delayOf(pts(), packets.get(0).dtsTicks());
        }
    }

    /** A packet of the picture or of another track, in its place. */
    private record Ready(Packet packet, boolean isVideo) {}

    /**
     * @param demuxer of the segment that came in
     * @param container of that segment
     * @param chosen what is to be written, or null for the same container, or the next best where
     *     it does not hold what the encoder makes
     * @param encoder FFmpeg's name of the encoder
     * @throws RejectedException if the chosen one does not hold what the encoder makes, or a track
     *     of sound
     */
    SegmentWriter(
            Demuxer demuxer, Container container, @Nullable Container chosen, String encoder) {
        this.video = demuxer.mainVideo();
        this.others =
                demuxer.tracks().stream().filter(track -> track.index() != video.index()).toList();
        this.wanted = formatOf(chosen == null ? container : chosen);
        this.format = wanted;
        if (chosen != null) {
            check(chosen, encoder);
            others.forEach(track -> check(track, formatOf(container), chosen));
        }
    }

    private void check(Container chosen, String encoder) {
        if (!wanted.takesFrom(encoder)) {
            throw new RejectedException(
                    Rejection.Code.UNSUPPORTED,
                    "container %s cannot hold what the encoder %s makes%s"
                            .formatted(
                                    chosen.wireName(),
                                    encoder,
                                    advice(other -> other.takesFrom(encoder))));
        }
    }

    /** Sees to it that no track is lost on the way from one container into another unsaid. */
    private void check(Track track, SegmentFormat from, Container chosen) {
        if (wanted.holds(track) || !from.holds(track)) {
            return;
        }
        if (track.kind() == Track.Kind.AUDIO) {
            throw new RejectedException(
                    Rejection.Code.UNSUPPORTED,
                    "container %s cannot hold %s%s"
                            .formatted(
                                    chosen.wireName(),
                                    track.label(),
                                    advice(other -> other.holds(track))));
        }
        notes.add("%s left out: %s cannot hold it".formatted(track.label(), chosen.wireName()));
    }

    private static String advice(Predicate<SegmentFormat> holds) {
        String others =
                Arrays.stream(Container.values())
                        .filter(container -> holds.test(formatOf(container)))
                        .map(Container::wireName)
                        .collect(Collectors.joining(" and "));
        return others.isEmpty() ? "" : "; " + others + " can";
    }

    /** What is left out, or null. */
    @Nullable String note() {
        return notes.isEmpty() ? null : String.join("; ", notes);
    }

    /** True where encoders are to put parameter sets aside for the header. */
    boolean hasGlobalHeader() {
        return wanted.hasGlobalHeader();
    }

    /**
     * From now on the picture's packets come from this encoder, which may be closed before the end.
     *
     * @param first its first picture
     * @throws RejectedException if it is not the first encoder, and frames do not say by themselves
     *     that they have changed
     */
    void begin(VideoEncoder encoder, Picture first) {
        PictureSize size = new PictureSize(first.width(), first.height());
        if (muxer == null) {
            open(encoder);
        } else if (!encoder.saysSizes()) {
            throw new RejectedException(
                    Rejection.Code.UNSUPPORTED,
                    "expected %s throughout, the picture changes to %s, and %s cannot change inside a segment; h264 and hevc can, or begin a segment at the change"
                            .formatted(runs.get(0).size(), size, encoder.codecName()));
        }
        runs.add(new Run(size, encoder.parameterSets(), new ArrayList<>()));
    }

    private void open(VideoEncoder encoder) {
        format = wanted.holding(encoder);
        muxer = Muxer.segment(format, encoder);
        muxer.addEncoded(encoder, video);
        for (Track track : others) {
            if (format.holds(track)) {
                outputIndex.put(track.index(), muxer.addCopy(track));
            }
        }
    }

    /** Takes a packet of the encoder that has begun last. */
    void addVideo(Packet packet) {
        Run run = runs.get(runs.size() - 1);
        run.packets().add(packet);
        ready.add(new Ready(packet, true));
    }

    /**
     * Takes a packet of another track; it is copied as it is where the container can hold it, and
     * dropped elsewhere.
     */
    void addOther(Packet packet) {
        ready.add(new Ready(packet, false));
    }

    /** Writes all of it; the segment's bytes. */
    byte[] finish() {
        if (runs.size() > 1) {
            muxer.allowChanges(VIDEO);
            announceChanges();
            retime();
        }
        muxer.start();
        for (Ready next = ready.poll(); next != null; next = ready.poll()) {
            Integer index = next.isVideo() ? Integer.valueOf(VIDEO) : indexOf(next.packet());
            if (index == null) {
                next.packet().close();
            } else {
                write(index, next.packet());
            }
        }
        try {
            return muxer.finishBytes();
        } catch (MediaException e) {
            throw e.behind("the upscaled segment's end cannot be written");
        }
    }

    private void write(int index, Packet packet) {
        double seconds = packet.timeBase().toNanos(packet.dtsTicks()) / 1e9;
        try {
            muxer.write(index, packet);
        } catch (MediaException e) {
            // FFmpeg keeps packets back to interleave them: it may have been any track's.
            throw e.behind(
                    "the upscaled segment cannot take the packet at %.3f s or what comes beside it"
                            .formatted(seconds));
        }
    }

    private @Nullable Integer indexOf(Packet packet) {
        return outputIndex.get(packet.trackIndex());
    }

    private void announceChanges() {
        for (Run run : runs) {
            run.packets().stream().filter(Packet::isKeyFrame).forEach(run.sets()::putInto);
        }
    }

    private void retime() {
        int delay = runs.stream().mapToInt(Run::delay).max().orElse(0);
        DecodingOrder order = new DecodingOrder(delay);
        for (Run run : runs) {
            List<Packet> packets = run.packets();
            long[] pts = run.pts();
            long[] dts = order.next(pts);
            for (int i = 0; i < pts.length; i++) {
                packets.get(i).retime(pts[i], dts[i], packets.get(i).durationTicks());
            }
        }
    }

    /** How large the frames are, run by run. */
    List<PictureSize> sizes() {
        return runs.stream().map(Run::size).toList();
    }

    /** What is written. */
    Container container() {
        return switch (format) {
            case MPEG_TS -> Container.MPEG_TS;
            case MP4 -> Container.MP4;
            case MATROSKA -> Container.MATROSKA;
        };
    }

    static SegmentFormat formatOf(Container container) {
        return switch (container) {
            case MPEG_TS -> SegmentFormat.MPEG_TS;
            case MP4 -> SegmentFormat.MP4;
            case MATROSKA -> SegmentFormat.MATROSKA;
        };
    }

    @Override
    public void close() {
        ready.forEach(next -> next.packet().close());
        ready.clear();
        if (muxer != null) {
            muxer.close();
        }
    }
}
