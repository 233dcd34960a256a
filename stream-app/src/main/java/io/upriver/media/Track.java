package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_BIN_DATA;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_NONE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP8;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_get;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_TIMED_THUMBNAILS;
import static org.bytedeco.ffmpeg.global.avformat.avformat_index_get_entries_count;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_ATTACHMENT;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_SUBTITLE;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_NONE;

import io.upriver.frame.Colour;
import io.upriver.frame.PixelLayout;
import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.jspecify.annotations.Nullable;

/**
 * One track of a demuxed file or segment: what it carries and on what clock.
 *
 * <p>A view into its {@link Demuxer}: valid until that is closed.
 */
public final class Track {

    /** What a track carries. */
    public enum Kind {
        VIDEO,
        AUDIO,
        SUBTITLE,
        ATTACHMENT,
        OTHER
    }

    private static final int VP8_SHOW_FRAME = 0x10;
    private static final int TS_CLOCK_BITS = 33;
    private static final int TEXT_TAG = Ffmpeg.tag("text");

    private final AVStream stream;
    private final TimeBase timeBase;
    private final LargestPicture largest;

    /**
     * @param largest the largest of its pictures that is decoded
     */
    Track(AVStream stream, LargestPicture largest) {
        this.stream = stream;
        this.largest = largest;
        AVRational base = stream.time_base();
        this.timeBase = new TimeBase(base.num(), base.den());
    }

    public int index() {
        return stream.index();
    }

    public Kind kind() {
        int type = stream.codecpar().codec_type();
        if (type == AVMEDIA_TYPE_VIDEO) {
            return Kind.VIDEO;
        } else if (type == AVMEDIA_TYPE_AUDIO) {
            return Kind.AUDIO;
        } else if (type == AVMEDIA_TYPE_SUBTITLE) {
            return Kind.SUBTITLE;
        }
        return type == AVMEDIA_TYPE_ATTACHMENT ? Kind.ATTACHMENT : Kind.OTHER;
    }

    /** True for a still picture that only illustrates the file, such as an album cover. */
    public boolean isCoverArt() {
        return (stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0;
    }

    /**
     * True where the track is only the way in which MP4 keeps chapters, which FFmpeg reads as
     * {@link Demuxer#chapters()} too: their titles as text, or a picture of each.
     */
    public boolean isOfChapters() {
        boolean titles = codecId() == AV_CODEC_ID_BIN_DATA && tag() == TEXT_TAG;
        return titles || (stream.disposition() & AV_DISPOSITION_TIMED_THUMBNAILS) != 0;
    }

    /**
     * FFmpeg's short name of the codec, such as {@code h264}; the four letters of the container
     * where FFmpeg does not know it, and {@code none} where there are none either.
     */
    public String codecName() {
        if (codecId() != AV_CODEC_ID_NONE || !hasLetters()) {
            return avcodec_get_name(codecId()).getString();
        }
        int tag = tag();
        byte[] letters = {(byte) tag, (byte) (tag >> 8), (byte) (tag >> 16), (byte) (tag >> 24)};
        return new String(letters, StandardCharsets.ISO_8859_1);
    }

    /** How messages call the track: "track 1 (audio, aac)". */
    public String label() {
        String words =
                switch (kind()) {
                    case VIDEO -> isCoverArt() ? "cover picture" : "video";
                    case AUDIO -> "audio";
                    case SUBTITLE -> "subtitle";
                    case ATTACHMENT -> "attachment";
                    case OTHER -> "data";
                };
        return "track %d (%s, %s)".formatted(index(), words, codecName());
    }

    /** True where the container does not say what the track is at all. */
    public boolean isUndescribed() {
        return codecId() == AV_CODEC_ID_NONE && tag() == 0;
    }

    /** True for a track of MP4 that has a header and no pictures. */
    public boolean isWithoutPictures() {
        return kind() == Kind.VIDEO
                && !isCoverArt()
                && stream.codecpar().format() == AV_PIX_FMT_NONE
                && hasLetters()
                && avformat_index_get_entries_count(stream) == 0;
    }

    LargestPicture largest() {
        return largest;
    }

    /** Columns of the pictures as they are to be shown, without those that the container crops. */
    public int width() {
        int coded = stream.codecpar().width();
        Cropping cropping = Cropping.of(this);
        return cropping == null || !hasLayout() ? coded : cropping.width(coded, layout());
    }

    /** Rows of the pictures as they are to be shown, without those that the container crops. */
    public int height() {
        int coded = stream.codecpar().height();
        Cropping cropping = Cropping.of(this);
        return cropping == null || !hasLayout() ? coded : cropping.height(coded, layout());
    }

    /**
     * FFmpeg's name of the samples' layout, such as {@code yuv420p}, whatever their range;
     * "unknown" if it is.
     */
    public String layoutName() {
        int format = PixelLayouts.withoutRange(stream.codecpar().format());
        return hasLayout() ? PixelLayouts.of(format).name() : "unknown";
    }

    /** How its code values are to be read, as the container and the first pictures say. */
    public Colour colour() {
        AVCodecParameters says = stream.codecpar();
        return new Colour(
                PixelLayouts.withoutRange(says.format()) == says.format()
                        ? says.color_range()
                        : AVCOL_RANGE_JPEG,
                says.color_primaries(),
                says.color_trc(),
                says.color_space(),
                says.chroma_location());
    }

    private boolean hasLayout() {
        return stream.codecpar().format() != AV_PIX_FMT_NONE;
    }

    private PixelLayout layout() {
        return PixelLayouts.of(stream.codecpar().format());
    }

    public TimeBase timeBase() {
        return timeBase;
    }

    /** True for the clock of MPEG-TS, which starts again every 26.5 hours and has no beginning. */
    boolean clockWraps() {
        return stream.pts_wrap_bits() == TS_CLOCK_BITS;
    }

    /** Frames in the track by the container's index, or 0 where it does not say. */
    public long declaredFrames() {
        return stream.nb_frames();
    }

    /** The average frame rate in frames a second, or 0 where it is not known. */
    public double framesPerSecond() {
        AVRational rate = stream.avg_frame_rate();
        return rate.num() > 0 && rate.den() > 0 ? (double) rate.num() / rate.den() : 0;
    }

    /**
     * By how many frames decoding order may run ahead of presentation order: 0 without B-frames.
     */
    public int reorderingDelay() {
        return stream.codecpar().video_delay();
    }

    /**
     * True for codecs whose pictures may be coded in another order than shown, by their headers.
     */
    boolean isShownOutOfOrder() {
        return codecId() == AV_CODEC_ID_H264 || codecId() == AV_CODEC_ID_HEVC;
    }

    /** False for a packet that is decoded and never shown: VP8 has such, RFC 6386, section 9.1. */
    public boolean shows(Packet packet) {
        boolean hidden =
                codecId() == AV_CODEC_ID_VP8
                        && packet.sizeBytes() > 0
                        && (packet.raw().data().get(0) & VP8_SHOW_FRAME) == 0;
        return !hidden && !packet.isDiscarded();
    }

    /**
     * True for a track of Dolby Vision that is no picture by itself: what is to be added to the
     * pictures of another one.
     */
    public boolean isEnhancementOnly() {
        DolbyVision dolbyVision = DolbyVision.of(this);
        return dolbyVision != null && !dolbyVision.isBase();
    }

    /** What the container's header says of the track under the key of FFmpeg, or null. */
    byte @Nullable [] sideData(int type) {
        AVCodecParameters parameters = stream.codecpar();
        AVPacketSideData data =
                av_packet_side_data_get(
                        parameters.coded_side_data(), parameters.nb_coded_side_data(), type);
        if (data == null || data.isNull()) {
            return null;
        }
        byte[] bytes = new byte[(int) data.size()];
        data.data().capacity(bytes.length).get(bytes);
        return bytes;
    }

    /**
     * True where the container names the codec by four letters, as MP4 does, and not by a number.
     */
    private boolean hasLetters() {
        return tag() >>> 24 != 0;
    }

    /** The name of the codec by the container, four letters as a number, or 0. */
    int tag() {
        return stream.codecpar().codec_tag();
    }

    /** The codec's header, as the container has it for the track; empty where it has none. */
    byte[] header() {
        AVCodecParameters parameters = stream.codecpar();
        byte[] bytes = new byte[parameters.extradata_size()];
        if (bytes.length > 0) {
            parameters.extradata().capacity(bytes.length).get(bytes);
        }
        return bytes;
    }

    int codecId() {
        return stream.codecpar().codec_id();
    }

    AVStream raw() {
        return stream;
    }

    AVDictionary metadata() {
        return stream.metadata();
    }
}
