package io.upriver.media;

import static org.bytedeco.ffmpeg.avformat.AVFormatContext.AVFMT_AVOID_NEG_TS_DISABLED;
import static org.bytedeco.ffmpeg.avformat.AVFormatContext.AVFMT_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_STEREO3D;
import static org.bytedeco.ffmpeg.global.avcodec.FF_COMPLIANCE_EXPERIMENTAL;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_new;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_TS_NONSTRICT;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_close_dyn_buf;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avformat.avio_open_dyn_buf;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_ATTACHMENT;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_DICT_IGNORE_SUFFIX;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_get;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_free;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.avutil.AVStereo3D;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Puts packets of several tracks into a file or a segment, ordered by time.
 *
 * <p>First all tracks are added, then {@link #start()}, then packets, then {@link #finish()} or
 * {@link #finishBytes()}. Times are written as they come: nothing is shifted to begin at zero. Not
 * thread-safe.
 */
public final class Muxer implements AutoCloseable {

    private static final int HVC1 = Ffmpeg.tag("hvc1");
    private static final byte HVCC_VERSION = 1;
    private static final int HEV1 = Ffmpeg.tag("hev1");
    private static final BigInteger MILLISECONDS = BigInteger.valueOf(1000);

    private final AVFormatContext context;
    private final boolean inMemory;
    private final String movFlags;
    private final Map<Integer, Long> latestDts = new HashMap<>();
    private int clockDenominator;
    private boolean open = true;

    private Muxer(AVFormatContext context, boolean inMemory, String movFlags) {
        this.context = context;
        this.inMemory = inMemory;
        this.movFlags = movFlags;
        context.avoid_negative_ts(AVFMT_AVOID_NEG_TS_DISABLED);
        context.strict_std_compliance(FF_COMPLIANCE_EXPERIMENTAL);
    }

    /**
     * A segment in memory, in the dialect of its container that holds the video codec of {@code
     * like}.
     */
    public static Muxer segment(SegmentFormat format, Track like) {
        return segment(format, like.codecId());
    }

    /** A segment in memory for what the encoder makes. */
    public static Muxer segment(SegmentFormat format, VideoEncoder encoder) {
        return segment(format, encoder.raw().codec_id());
    }

    private static Muxer segment(SegmentFormat format, int videoCodecId) {
        AVFormatContext context = allocate(format.muxerFor(videoCodecId), "");
        AVIOContext io = new AVIOContext(null);
        Ffmpeg.check(avio_open_dyn_buf(io), "avio_open_dyn_buf");
        context.pb(io);
        // No random identifiers: a segment that is done again has the same bytes.
        context.flags(context.flags() | AVFMT_FLAG_BITEXACT);
        return new Muxer(context, true, "empty_moov+default_base_moof+frag_discont+delay_moov");
    }

    /** A file, which may be written under another name than the one that decides on its format. */
    public static Muxer file(Path file, FileFormat format) {
        String url = "file:" + file;
        AVFormatContext context = allocate(format.raw(), url);
        AVIOContext io = new AVIOContext(null);
        int code = avio_open(io, url, AVIO_FLAG_WRITE);
        if (code < 0) {
            avformat_free_context(context);
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "cannot write " + file + ": avio_open: " + Ffmpeg.words(code));
        }
        context.pb(io);
        return new Muxer(context, false, "faststart");
    }

    /**
     * @param url where the muxer reads its own output again, to put the index in front
     */
    private static AVFormatContext allocate(AVOutputFormat format, String url) {
        AVFormatContext context = new AVFormatContext(null);
        Ffmpeg.check(
                avformat_alloc_output_context2(context, format, (String) null, url),
                "avformat_alloc_output_context2");
        return context;
    }

    /**
     * Adds a track as it is: codec parameters, names, flags and clock; returns its index. Cover art
     * takes the form that the container has for it.
     */
    public int addCopy(Track source) {
        int index = addCopy(source, source);
        if (source.isCoverArt()) {
            AVStream stream = context.streams(index);
            if (context.oformat().name().getString().equals("matroska")) {
                CoverArt.attach(source.raw(), stream);
            } else {
                // MP4's muxer takes it for a cover with this flag alone.
                stream.disposition(AV_DISPOSITION_ATTACHED_PIC);
            }
        }
        return index;
    }

    /** Adds subtitles that come in another kind of text than the source's; returns its index. */
    public int addConverted(SubtitleConverter converter) {
        AVStream stream = avformat_new_stream(context, null);
        Ffmpeg.check(
                avcodec_parameters_from_context(stream.codecpar(), converter.raw()),
                "avcodec_parameters_from_context");
        describe(stream, converter.track(), converter.track().timeBase());
        return stream.index();
    }

    /**
     * Adds a track that is coded like one and looks in all else (names, flags, rotation, clock)
     * like another.
     *
     * @return its index
     */
    public int addCopy(Track coded, Track original) {
        AVStream stream = avformat_new_stream(context, null);
        AVCodecParameters parameters = stream.codecpar();
        Ffmpeg.check(
                avcodec_parameters_copy(parameters, coded.raw().codecpar()),
                "avcodec_parameters_copy");
        // The tag belongs to the source's container; the muxer finds its own.
        parameters.codec_tag(tagOf(parameters, hasHevcHeader(parameters)));
        stream.avg_frame_rate(original.raw().avg_frame_rate());
        AVRational aspect = original.raw().sample_aspect_ratio();
        stream.sample_aspect_ratio(aspect);
        if (aspect.num() > 0) {
            // Muxers refuse a track where the two differ, as they do in files that were given
            // another one.
            parameters.sample_aspect_ratio(aspect);
        }
        copyRotation(original, stream);
        copyStereo(original, stream);
        describe(stream, original, original.timeBase());
        return stream.index();
    }

    /**
     * Adds the track that an encoder makes; names, flags, frame rate and rotation come from the
     * track that was decoded.
     */
    public int addEncoded(VideoEncoder encoder, Track decoded) {
        AVStream stream = avformat_new_stream(context, null);
        Ffmpeg.check(
                avcodec_parameters_from_context(stream.codecpar(), encoder.raw()),
                "avcodec_parameters_from_context");
        boolean hasHeader = stream.codecpar().extradata_size() > 0;
        stream.codecpar().codec_tag(tagOf(stream.codecpar(), hasHeader));
        stream.avg_frame_rate(decoded.raw().avg_frame_rate());
        stream.sample_aspect_ratio(encoder.raw().sample_aspect_ratio());
        copyRotation(decoded, stream);
        describe(stream, decoded, encoder.timeBase());
        return stream.index();
    }

    /**
     * The name that MP4 is to give the codec, or 0 for the muxer's choice. For HEVC that is {@code
     * hev1}, which allows parameter sets in the packets and which Apple's players refuse. {@code
     * hvc1} says that they are all in the header (ISO/IEC 14496-15, 8.4.1).
     */
    private int tagOf(AVCodecParameters parameters, boolean hasHeader) {
        boolean hevcInMp4 =
                parameters.codec_id() == AV_CODEC_ID_HEVC
                        && FileFormat.isMp4Family(context.oformat().name().getString());
        return hevcInMp4 && hasHeader ? HVC1 : 0;
    }

    /** True where the track comes with HEVC's header for files and is not said to go beyond it. */
    private static boolean hasHevcHeader(AVCodecParameters parameters) {
        return parameters.codec_tag() != HEV1
                && parameters.extradata_size() > 0
                && parameters.extradata().get(0) == HVCC_VERSION;
    }

    private void describe(AVStream stream, Track source, TimeBase timeBase) {
        stream.time_base(Ffmpeg.rational(timeBase));
        stream.disposition(source.raw().disposition());
        AVDictionary metadata = new AVDictionary(null);
        av_dict_copy(metadata, source.metadata(), 0);
        stream.metadata(metadata);
        if (source.kind() == Track.Kind.VIDEO) {
            clockDenominator = timeBase.denominator();
        }
    }

    private static void copyRotation(Track from, AVStream to) {
        copySideData(AV_PKT_DATA_DISPLAYMATRIX, from.sideData(AV_PKT_DATA_DISPLAYMATRIX), to);
    }

    /**
     * How two views lie in a picture: FFmpeg writes it into MP4 in two ways and reads back the one
     * that says less, so what a segment says of it is not enough.
     */
    private static void copyStereo(Track from, AVStream to) {
        byte[] stereo = from.sideData(AV_PKT_DATA_STEREO3D);
        if (stereo != null && SideData.hasBothViews(new AVStereo3D(new BytePointer(stereo)))) {
            copySideData(AV_PKT_DATA_STEREO3D, stereo, to);
        }
    }

    private static void copySideData(int type, byte @Nullable [] data, AVStream to) {
        if (data == null) {
            return;
        }
        AVCodecParameters target = to.codecpar();
        int[] count = {target.nb_coded_side_data()};
        AVPacketSideData list = new AVPacketSideData(target.coded_side_data());
        AVPacketSideData copy = av_packet_side_data_new(list, count, type, data.length, 0);
        copy.data().capacity(data.length).put(data);
        target.coded_side_data(list).nb_coded_side_data(count[0]);
    }

    /** Takes over what the source file says of itself as a whole, such as its title. */
    public void copyMetadata(Demuxer source) {
        AVDictionary metadata = new AVDictionary(null);
        av_dict_copy(metadata, source.raw().metadata(), 0);
        context.metadata(metadata);
    }

    /**
     * Takes over the source's chapters, with their titles and times, where the container holds any.
     */
    public void copyChapters(Demuxer source) {
        Chapters.copy(source.raw(), context);
    }

    /** Writes the header; afterwards no track can be added. */
    public void start() {
        AVDictionary options = new AVDictionary(null);
        String name = context.oformat().name().getString();
        if (FileFormat.isMp4Family(name)) {
            String tags = hasCamerasTags() && !hasCover() ? "+use_metadata_tags" : "";
            av_dict_set(options, "movflags", movFlags + tags, 0);
            if (inMemory) {
                av_dict_set(options, "use_editlist", "0", 0);
            }
            if (clockDenominator > 0) {
                String clock = Integer.toString(clockDenominator);
                av_dict_set(options, "video_track_timescale", clock, 0);
                av_dict_set(options, "movie_timescale", Integer.toString(movieClock()), 0);
            }
        } else if (name.equals("mpegts")) {
            av_dict_set(options, "mpegts_copyts", "1", 0);
        }
        int code = avformat_write_header(context, options);
        av_dict_free(options);
        if (code < 0) {
            throw Ffmpeg.failure(
                    MediaException.Kind.UNSUPPORTED, code, "avformat_write_header (" + name + ")");
        }
    }

    /**
     * True for tags such as {@code com.apple.quicktime.location.ISO6709}, by which cameras say
     * where and with what a film was taken. MP4 has two lists of tags: one for those, and one for
     * covers.
     */
    private boolean hasCamerasTags() {
        AVDictionary tags = context.metadata();
        return tags != null && av_dict_get(tags, "com.", null, AV_DICT_IGNORE_SUFFIX) != null;
    }

    private boolean hasCover() {
        for (int i = 0; i < context.nb_streams(); i++) {
            if (context.streams(i).disposition() == AV_DISPOSITION_ATTACHED_PIC) {
                return true;
            }
        }
        return false;
    }

    /**
     * A clock that is exact for pictures, and for chapters, which most programs set by
     * milliseconds.
     */
    private int movieClock() {
        if (context.nb_chapters() == 0) {
            return clockDenominator;
        }
        int common = BigInteger.valueOf(clockDenominator).gcd(MILLISECONDS).intValue();
        long clock = (long) clockDenominator / common * MILLISECONDS.intValue();
        return clock <= Integer.MAX_VALUE ? (int) clock : clockDenominator;
    }

    /** Writes a packet to the track and closes it; attachments are in the header already. */
    public void write(int index, Packet packet) {
        try (packet) {
            if (context.streams(index).codecpar().codec_type() == AVMEDIA_TYPE_ATTACHMENT) {
                return;
            }
            AVPacket raw = packet.raw();
            raw.stream_index(index);
            raw.pos(-1);
            av_packet_rescale_ts(
                    raw, Ffmpeg.rational(packet.timeBase()), context.streams(index).time_base());
            keepOrder(index, raw);
            Ffmpeg.check(av_interleaved_write_frame(context, raw), "av_interleaved_write_frame");
        }
    }

    /**
     * Muxers refuse decoding times that do not grow, which damaged sound has. As in the ffmpeg
     * program, such a time becomes the next one possible.
     */
    private void keepOrder(int index, AVPacket raw) {
        if (raw.dts() == Ffmpeg.NO_TIMESTAMP) {
            return;
        }
        int type = context.streams(index).codecpar().codec_type();
        boolean isTimed = type == AVMEDIA_TYPE_AUDIO || type == AVMEDIA_TYPE_VIDEO;
        boolean takesEqual = (context.oformat().flags() & AVFMT_TS_NONSTRICT) != 0;
        Long before = latestDts.get(index);
        if (isTimed && before != null) {
            long earliest = takesEqual ? before : before + 1;
            if (raw.dts() < earliest) {
                raw.dts(earliest);
                raw.pts(Math.max(raw.pts(), earliest));
            }
        }
        latestDts.put(index, raw.dts());
    }

    /** Ends a file. */
    public void finish() {
        Ffmpeg.check(av_write_trailer(context), "av_write_trailer");
        close();
    }

    /** Ends a segment in memory and gives its bytes. */
    public byte[] finishBytes() {
        Ffmpeg.check(av_write_trailer(context), "av_write_trailer");
        byte[] bytes = takeBuffer();
        close();
        return bytes;
    }

    private byte[] takeBuffer() {
        PointerPointer<BytePointer> buffer = new PointerPointer<>(1);
        int size = avio_close_dyn_buf(context.pb(), buffer);
        context.pb(null);
        BytePointer data = buffer.get(BytePointer.class, 0);
        byte[] bytes = new byte[size];
        data.capacity(size).get(bytes);
        av_free(data);
        return bytes;
    }

    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        if (context.pb() != null && !context.pb().isNull()) {
            if (inMemory) {
                takeBuffer();
            } else {
                avio_closep(context.pb());
            }
        }
        avformat_free_context(context);
    }
}
