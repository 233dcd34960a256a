package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_EIA_608;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_PROP_TEXT_SUB;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_decode_subtitle2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_descriptor_get;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_encode_subtitle;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avsubtitle_free;
import static org.bytedeco.ffmpeg.global.avutil.AV_TIME_BASE;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecDescriptor;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVSubtitle;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * Turns subtitles of one kind of text into another, one packet into one, at the same time and for
 * as long.
 *
 * <p>Bold, italics and the like go along as far as the other kind has them; places and fonts may
 * not. Not thread-safe.
 */
public final class SubtitleConverter implements AutoCloseable {

    private static final int MOST_BYTES = 1 << 16;

    private final Track track;
    private final AVCodecContext decoder;
    private final AVCodecContext encoder;
    private final byte[] buffer = new byte[MOST_BYTES];
    private long lost;

    /**
     * Opens a converter.
     *
     * @throws MediaException if the words cannot be read, or the format cannot hold any
     */
    public SubtitleConverter(Track track, FileFormat format) {
        this.track = track;
        AVCodec reading = avcodec_find_decoder(track.codecId());
        AVCodec writing = avcodec_find_encoder_by_name(format.textEncoderFor(track));
        this.decoder = avcodec_alloc_context3(reading);
        this.encoder = avcodec_alloc_context3(writing);
        try {
            Ffmpeg.check(
                    avcodec_parameters_to_context(decoder, track.raw().codecpar()),
                    "avcodec_parameters_to_context");
            decoder.pkt_timebase(track.raw().time_base());
            Ffmpeg.check(avcodec_open2(decoder, reading, (AVDictionary) null), "avcodec_open2");
            encoder.time_base().num(1).den(AV_TIME_BASE);
            copyStyles();
            Ffmpeg.check(avcodec_open2(encoder, writing, (AVDictionary) null), "avcodec_open2");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** True where the track's subtitles are text that FFmpeg reads, each with its own time. */
    static boolean reads(Track track) {
        AVCodecDescriptor kind = avcodec_descriptor_get(track.codecId());
        boolean text = kind != null && (kind.props() & AV_CODEC_PROP_TEXT_SUB) != 0;
        AVCodec decoder = avcodec_find_decoder(track.codecId());
        // Captions of television add up to lines over many packets.
        return text && decoder != null && track.codecId() != AV_CODEC_ID_EIA_608;
    }

    private void copyStyles() {
        int size = decoder.subtitle_header_size();
        if (size > 0) {
            byte[] styles = new byte[size];
            decoder.subtitle_header().get(styles);
            // Freed with the encoder; it is read as a string.
            BytePointer copy = new BytePointer(av_mallocz(size + 1L));
            copy.capacity(size).put(styles);
            encoder.subtitle_header(copy).subtitle_header_size(size);
        }
    }

    /**
     * The same words in the other kind of text, or null where there are none, or where they are
     * damaged: see {@link #lost()}. Closes the packet.
     */
    public @Nullable Packet convert(Packet packet) {
        AVSubtitle subtitle = new AVSubtitle();
        int[] found = {0};
        try (packet) {
            int code = avcodec_decode_subtitle2(decoder, subtitle, found, packet.raw());
            if (code < 0) {
                lost++;
                return null;
            } else if (found[0] == 0 || subtitle.num_rects() == 0) {
                return null;
            }
            subtitle.start_display_time(0);
            int size = avcodec_encode_subtitle(encoder, buffer, buffer.length, subtitle);
            lost += size < 0 ? 1 : 0;
            return size <= 0 ? null : packetOf(size, packet);
        } finally {
            if (found[0] != 0) {
                avsubtitle_free(subtitle);
            }
        }
    }

    private Packet packetOf(int size, Packet source) {
        AVPacket packet = av_packet_alloc();
        Ffmpeg.check(av_new_packet(packet, size), "av_new_packet");
        packet.data().capacity(size).put(buffer, 0, size);
        packet.stream_index(source.trackIndex());
        packet.flags(source.raw().flags());
        Packet converted = new Packet(packet, source.timeBase());
        converted.retime(source.ptsTicks(), source.dtsTicks(), source.durationTicks());
        return converted;
    }

    /** Packets whose words could not be read, or not be written in the other kind of text. */
    public long lost() {
        return lost;
    }

    /** The track that is converted. */
    public Track track() {
        return track;
    }

    /** FFmpeg's short name of the kind of text that comes out. */
    public String codecName() {
        return avcodec_get_name(encoder.codec_id()).getString();
    }

    AVCodecContext raw() {
        return encoder;
    }

    @Override
    public void close() {
        avcodec_free_context(decoder);
        avcodec_free_context(encoder);
    }
}
