package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
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

    private final AVCodecContext context;
    private final TimeBase timeBase;
    private final AVRational containerAspect;
    private final FieldOrder fieldOrder;
    private final @Nullable Cropping cropping;
    private final LargestPicture largest;
    private final PictureHeaders headers;
    private long refusedPackets;
    private long loneFields;

    /**
     * Opens a decoder for the track.
     *
     * @param threads decoding threads, at least 1
     * @throws MediaException if this build has no decoder for it, or its pictures are larger than
     *     its {@link Demuxer} was told to take
     */
    public VideoDecoder(Track track, int threads) {
        AVCodec codec = avcodec_find_decoder(track.codecId());
        if (codec == null || codec.isNull()) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED, "no decoder for codec " + track.codecName());
        }
        this.timeBase = track.timeBase();
        this.containerAspect = track.raw().sample_aspect_ratio();
        this.fieldOrder = FieldOrder.of(track);
        this.cropping = Cropping.of(track);
        this.largest = track.largest();
        largest.check(WHAT, track.raw().codecpar().width(), track.raw().codecpar().height());
        this.headers = new PictureHeaders(track);
        this.context = avcodec_alloc_context3(codec);
        try {
            Ffmpeg.check(
                    avcodec_parameters_to_context(context, track.raw().codecpar()),
                    "avcodec_parameters_to_context");
            context.pkt_timebase(track.raw().time_base());
            context.thread_count(threads);
            context.max_pixels(largest.codedSamples());
            Ffmpeg.check(avcodec_open2(context, codec, (AVDictionary) null), "avcodec_open2");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
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
        int sent = avcodec_send_packet(context, packet == null ? null : packet.raw());
        if (sent < 0 && !Ffmpeg.isAgain(sent) && !Ffmpeg.isEnd(sent)) {
            refusedPackets++;
        }
        receive(pictures);
        if (Ffmpeg.isAgain(sent)) {
            decode(packet, pictures);
        }
    }

    /** Packets that the decoder refused as damaged. */
    public long refusedPackets() {
        return refusedPackets;
    }

    /** Pictures that are single fields, coded each by itself; they count as progressive. */
    public long loneFields() {
        return loneFields;
    }

    private void receive(Consumer<Picture> pictures) {
        while (true) {
            AVFrame frame = av_frame_alloc();
            int code = avcodec_receive_frame(context, frame);
            if (code < 0) {
                av_frame_free(frame);
                if (!Ffmpeg.isAgain(code) && !Ffmpeg.isEnd(code)) {
                    refusedPackets++;
                }
                return;
            }
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

    @Override
    public void close() {
        headers.close();
        avcodec_free_context(context);
    }
}
