package io.upriver.segment;

import io.upriver.media.Deinterlacer;
import io.upriver.media.Demuxer;
import io.upriver.media.Packet;
import io.upriver.media.Picture;
import io.upriver.media.Track;
import io.upriver.media.VideoDecoder;
import io.upriver.observe.Stage;
import io.upriver.observe.StageTimes;
import io.upriver.schemas.PresentationRange;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Deinterlace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a segment apart: pictures of its main video track, made progressive where they are not, one
 * way, packets of the other tracks the other.
 */
final class DecodeStage {

    private final Segment segment;
    private final Demuxer demuxer;
    private final StreamSettings settings;
    private final WorkerLimits limits;
    private final AtomicBoolean stopping;
    private final StageTimes times;
    private final long startNanos = System.nanoTime();
    private long latestTicks = Long.MIN_VALUE;
    private long passedOnNanos;
    private long totalNanos;
    private long expected;
    private long delivered;
    private long concealed;
    private long deinterlaced;
    private long refused;
    private boolean leftInterlaced;
    private Picture.@Nullable Like first; // of those that one encoder takes
    private boolean recoloured;
    private final List<String> notes = new ArrayList<>();

    DecodeStage(
            Segment segment,
            Demuxer demuxer,
            StreamSettings settings,
            WorkerLimits limits,
            AtomicBoolean stopping,
            StageTimes times) {
        this.segment = segment;
        this.demuxer = demuxer;
        this.settings = settings;
        this.limits = limits;
        this.stopping = stopping;
        this.times = times;
    }

    /** Decodes the whole segment; both takers close what they get. */
    void run(Consumer<Picture> pictures, Consumer<Packet> others) {
        Track video = demuxer.mainVideo();
        Consumer<Picture> delivery = picture -> deliver(picture, pictures);
        try (VideoDecoder decoder =
                        new VideoDecoder(video, settings.decoder(), limits.decoderThreads());
                Deinterlacer deinterlacer = new Deinterlacer(limits.decoderThreads())) {
            // Also frames that are not ours go through: a deinterlacer looks at neighbours.
            Consumer<Picture> taker =
                    settings.deinterlace() == Deinterlace.OFF
                            ? delivery
                            : picture -> deinterlacer.deinterlace(picture, delivery);
            for (Packet next = demuxer.read(); next != null; next = demuxer.read()) {
                if (next.trackIndex() != video.index()) {
                    others.accept(next);
                    continue;
                }
                try (Packet packet = next) {
                    boolean ours = isOurs(video.timeBase().toNanos(packet.ptsTicks()));
                    expected += ours && video.shows(packet) ? 1 : 0;
                    decoder.decode(packet, taker);
                }
            }
            decoder.decode(null, taker);
            deinterlacer.deinterlace(null, delivery);
            note(decoder.note());
            refused = decoder.refusedPackets();
            noteFields(deinterlacer.note(), decoder.loneFields());
        }
        long end = System.nanoTime();
        totalNanos = end - startNanos;
        times.add(Stage.DECODE, startNanos, end, totalNanos - passedOnNanos);
        if (delivered == 0) {
            throw new RejectedException(
                    Rejection.Code.UNREADABLE_MEDIA, noFrames(video) + because(demuxer.damage()));
        }
    }

    private void deliver(Picture picture, Consumer<Picture> pictures) {
        // In damaged video a time may go back: what is shown already stays.
        if (!isOurs(picture.ptsNanos()) || picture.ptsTicks() <= latestTicks) {
            picture.close();
            return;
        }
        latestTicks = picture.ptsTicks();
        checkTime(picture);
        delivered++;
        concealed += picture.isConcealed() ? 1 : 0;
        deinterlaced += picture.isDeinterlaced() ? 1 : 0;
        noteColours(picture);
        leftInterlaced |= picture.isInterlaced();
        long start = System.nanoTime();
        pictures.accept(picture);
        passedOnNanos += System.nanoTime() - start;
    }

    /** An encoder says the colours of its first picture for all of them. */
    private void noteColours(Picture picture) {
        Picture.Like like = picture.like();
        if (first == null || !first.isOfSizeAndLayout(like)) {
            first = like;
        } else if (!recoloured && !first.colour().readsLike(like.colour())) {
            recoloured = true;
            notes.add(
                    "colours change from %s to %s after %d frames, and are said to be the first throughout"
                            .formatted(
                                    first.colour().words(), like.colour().words(), delivered - 1));
        }
    }

    private void note(@Nullable String words) {
        if (words != null) {
            notes.add(words);
        }
    }

    private void noteFields(@Nullable String notTaken, long loneFields) {
        if (notTaken != null) {
            notes.add(notTaken);
        } else if (leftInterlaced) {
            notes.add("interlaced frames were taken as progressive: deinterlace is off");
        }
        if (loneFields > 0) {
            notes.add(
                    "frames are single fields, which HEVC and VVC code each by itself, and were"
                            + " enlarged as such: they stay half as high as the film and twice as many");
        }
    }

    private void checkTime(Picture picture) {
        if (stopping.get()) {
            picture.close();
            throw new StoppingException(segment.label());
        }
        long millis = (System.nanoTime() - startNanos) / 1_000_000;
        if (millis > limits.deadline().toMillis()) {
            picture.close();
            throw new RejectedException(
                    Rejection.Code.DEADLINE,
                    "expected to be done within %d ms, only %d frames were after %d ms"
                            .formatted(limits.deadline().toMillis(), delivered, millis));
        }
    }

    private boolean isOurs(long ptsNanos) {
        PresentationRange range = segment.presentation();
        return range == null || range.contains(ptsNanos);
    }

    private String noFrames(Track video) {
        if (expected == 0) {
            return "expected frames of %s, found no packet of one that is to be delivered"
                    .formatted(video.codecName());
        }
        // FFmpeg forgets the size of pictures that are larger than it was told to take.
        boolean mayBeTooLarge = video.width() == 0;
        String none =
                "expected %d frames of %s%s, decoder gave none"
                        .formatted(
                                expected,
                                video.codecName(),
                                mayBeTooLarge
                                        ? ""
                                        : " (%dx%d)".formatted(video.width(), video.height()));
        if (refused == 0) {
            return none;
        }
        return "%s; it refused %d packets as damaged%s"
                .formatted(
                        none,
                        refused,
                        mayBeTooLarge ? " or larger than " + limits.pictures().taken() : "");
    }

    private static String because(@Nullable String damage) {
        return damage == null ? "" : "; " + damage;
    }

    long framesDelivered() {
        return delivered;
    }

    /** Frames that the packets promised and the decoder did not give. */
    long framesLost() {
        return Math.max(0, expected - delivered);
    }

    /** Delivered frames that are damaged. */
    long framesConcealed() {
        return concealed;
    }

    /** Delivered frames that were interlaced and are not any more. */
    long framesDeinterlaced() {
        return deinterlaced;
    }

    /** What was not done as it should be and why, or null. */
    @Nullable String note() {
        return notes.isEmpty() ? null : String.join("; ", notes);
    }

    long decodeMillis() {
        return (totalNanos - passedOnNanos) / 1_000_000;
    }

    long totalMillis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}
