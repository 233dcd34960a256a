package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_copy_props;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_hwframe_transfer_data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.jspecify.annotations.Nullable;

/**
 * Turns the packets of one video track into pictures, in the order in which they are shown.
 *
 * <p>Pictures are as they are to be shown: what the container crops is taken off.
 *
 * <p>Damaged packets are counted and passed over, with FFmpeg's concealment for what remains. Not
 * thread-safe.
 */
public final class VideoDecoder implements AutoCloseable {

    private static final String WHAT = "pictures";

    /** Far more than packets wait in a decoder. */
    private static final int MOST_COMPLAINTS = 1000;

    private final DecoderChoice choice;
    private final PlanarForm planar = new PlanarForm();
    private final TimeBase timeBase;
    private final AVRational containerAspect;
    private final FieldOrder fieldOrder;
    private final @Nullable Cropping cropping;
    private final LargestPicture largest;
    private final PictureHeaders headers;
    private DecoderChoice.Open decoder;

    /** What a decoder that is not the usual one has been given before its first picture. */
    private @Nullable List<Packet> trial;

    private @Nullable String note;
    private long refusedPackets;
    private long loneFields;

    /**
     * Opens the usual decoder for the track.
     *
     * @param threads decoding threads, at least 1
     * @throws MediaException if this build has no decoder for it, or its pictures are larger than
     *     its {@link Demuxer} was told to take
     */
    public VideoDecoder(Track track, int threads) {
        this(track, null, threads);
    }

    /**
     * Opens a decoder for the track by name. Where there is none of that name for the track, or no
     * device for it, or where it refuses what comes before its first picture, the usual one takes
     * its place.
     *
     * @param wanted a decoder as {@link DecoderChoice} knows them, or null for the usual one
     * @param threads decoding threads, at least 1
     * @throws MediaException as the other constructor
     */
    public VideoDecoder(Track track, @Nullable String wanted, int threads) {
        this.timeBase = track.timeBase();
        this.containerAspect = track.raw().sample_aspect_ratio();
        this.fieldOrder = FieldOrder.of(track);
        this.cropping = Cropping.of(track);
        this.largest = track.largest();
        largest.check(WHAT, track.raw().codecpar().width(), track.raw().codecpar().height());
        this.choice = new DecoderChoice(track, threads);
        this.decoder = open(wanted);
        this.headers = new PictureHeaders(track);
    }

    private DecoderChoice.Open open(@Nullable String wanted) {
        if (wanted != null) {
            try {
                DecoderChoice.Open named = choice.named(wanted);
                trial = new ArrayList<>();
                return named;
            } catch (MediaException e) {
                note = e.getMessage() + "; decoded on the CPU";
            }
        }
        return choice.usual();
    }

    /**
     * Decodes one packet, or with null what is left at the end; hands on each picture, which the
     * taker closes.
     *
     * @throws MediaException if its pictures are larger than is taken; where its header says so,
     *     before there is memory for them
     */
    public void decode(@Nullable Packet packet, Consumer<Picture> pictures) {
        if (packet != null && packet.isKeyFrame()) {
            PictureHeaders.Picture header = headers.read(packet);
            largest.check(WHAT, header.width(), header.height());
            largest.checkCoded(WHAT, header.codedWidth(), header.codedHeight());
        }
        if (trial != null && packet != null) {
            trial.add(packet.share());
        }
        int sent = avcodec_send_packet(decoder.context(), packet == null ? null : packet.raw());
        boolean refused = sent < 0 && !Ffmpeg.isAgain(sent) && !Ffmpeg.isEnd(sent);
        refused |= receive(pictures, packet == null);
        if (trial != null && (refused || packet == null)) {
            giveUp(packet == null, pictures);
        } else if (refused) {
            refusedPackets++;
        } else if (Ffmpeg.isAgain(sent)) {
            decode(packet, pictures);
        }
    }

    /** Begins again with the usual decoder: the other one has not given a single picture. */
    private void giveUp(boolean atEnd, Consumer<Picture> pictures) {
        List<Packet> again = trial;
        trial = null;
        note =
                "decoder %s gave no picture of this stream; decoded on the CPU"
                        .formatted(decoder.context().codec().name().getString());
        avcodec_free_context(decoder.context());
        decoder = choice.usual();
        try {
            again.forEach(packet -> decode(packet, pictures));
        } finally {
            again.forEach(Packet::close);
        }
        if (atEnd) {
            decode(null, pictures);
        }
    }

    /** True where a decoder or a kind of device has this name, for whatever codec. */
    public static boolean exists(String decoder) {
        return DecoderChoice.isKnown(decoder);
    }

    /** Why another decoder was used than the one that was asked for, or null. */
    public @Nullable String note() {
        return note;
    }

    /** Packets that the decoder refused as damaged. */
    public long refusedPackets() {
        return refusedPackets;
    }

    /** Pictures that are single fields, coded each by itself; they count as progressive. */
    public long loneFields() {
        return loneFields;
    }

    /**
     * True where the decoder complained. With several threads it does so late: at the end of the
     * stream there may be more pictures behind a complaint.
     */
    private boolean receive(Consumer<Picture> pictures, boolean atEnd) {
        int complaints = 0;
        while (true) {
            AVFrame frame = av_frame_alloc();
            int code = avcodec_receive_frame(decoder.context(), frame);
            if (code < 0) {
                av_frame_free(frame);
                boolean complained = !Ffmpeg.isAgain(code) && !Ffmpeg.isEnd(code);
                complaints += complained ? 1 : 0;
                if (complained && atEnd && complaints < MOST_COMPLAINTS) {
                    continue;
                }
                return complaints > 0;
            }
            endTrial();
            frame = planar.of(inMemory(frame));
            if (containerAspect.num() > 0) {
                // What the container says goes above what the coded pictures say.
                frame.sample_aspect_ratio(containerAspect);
            }
            loneFields += fieldOrder.settle(frame) ? 1 : 0;
            pictures.accept(shown(frame));
        }
    }

    private Picture shown(AVFrame frame) {
        try {
            largest.check(WHAT, frame.width(), frame.height());
            if (cropping != null) {
                cropping.apply(frame);
            }
            return new Picture(frame, timeBase);
        } catch (RuntimeException e) {
            av_frame_free(frame);
            throw e;
        }
    }

    private void endTrial() {
        if (trial != null) {
            trial.forEach(Packet::close);
            trial = null;
        }
    }

    /** The frame itself, or a copy of it from the device's memory in its place. */
    private static AVFrame inMemory(AVFrame frame) {
        if (frame.hw_frames_ctx() == null) {
            return frame;
        }
        AVFrame copy = av_frame_alloc();
        try {
            Ffmpeg.check(av_hwframe_transfer_data(copy, frame, 0), "av_hwframe_transfer_data");
            Ffmpeg.check(av_frame_copy_props(copy, frame), "av_frame_copy_props");
            return copy;
        } catch (RuntimeException e) {
            av_frame_free(copy);
            throw e;
        } finally {
            av_frame_free(frame);
        }
    }

    @Override
    public void close() {
        endTrial();
        headers.close();
        avcodec_free_context(decoder.context());
        planar.close();
    }
}
