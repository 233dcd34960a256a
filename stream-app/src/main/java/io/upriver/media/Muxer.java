package io.upriver.media;

import static org.bytedeco.ffmpeg.avformat.AVFormatContext.AVFMT_AVOID_NEG_TS_DISABLED;
import static org.bytedeco.ffmpeg.avformat.AVFormatContext.AVFMT_FLAG_AUTO_BSF;
import static org.bytedeco.ffmpeg.avformat.AVFormatContext.AVFMT_FLAG_BITEXACT;
import static org.bytedeco.ffmpeg.global.avcodec.FF_COMPLIANCE_EXPERIMENTAL;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_rescale_ts;
import static org.bytedeco.ffmpeg.global.avformat.AVFMT_TS_NONSTRICT;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_WRITE;
import static org.bytedeco.ffmpeg.global.avformat.av_interleaved_write_frame;
import static org.bytedeco.ffmpeg.global.avformat.av_write_trailer;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_output_context2;
import static org.bytedeco.ffmpeg.global.avformat.avformat_free_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_write_header;
import static org.bytedeco.ffmpeg.global.avformat.avio_close_dyn_buf;
import static org.bytedeco.ffmpeg.global.avformat.avio_closep;
import static org.bytedeco.ffmpeg.global.avformat.avio_flush;
import static org.bytedeco.ffmpeg.global.avformat.avio_open;
import static org.bytedeco.ffmpeg.global.avformat.avio_open_dyn_buf;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_ATTACHMENT;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_AUDIO;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_free;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Puts packets of several tracks into a file or a segment, ordered by time.
 *
 * <p>First all tracks are added, then {@link #start()}, then packets, then {@link #finish()} or
 * {@link #finishBytes()}. Times are written as they come, unless {@link #delay} says otherwise:
 * nothing is shifted to begin at zero. Not thread-safe.
 */
public final class Muxer implements AutoCloseable {

    private final AVFormatContext context;
    private final boolean inMemory;
    private final Mp4Options.Kind kind;
    private final OutputTracks tracks;
    private final Map<Integer, Long> latestDts = new HashMap<>();
    private TimeBase delayClock = new TimeBase(1, 1);
    private long delayTicks;
    private boolean open = true;

    private Muxer(AVFormatContext context, Mp4Options.Kind kind) {
        this.context = context;
        this.inMemory = kind == Mp4Options.Kind.SEGMENT;
        this.kind = kind;
        this.tracks = new OutputTracks(context);
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
        return new Muxer(context, Mp4Options.Kind.SEGMENT);
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
        return new Muxer(
                context, format.isFragmented() ? Mp4Options.Kind.FRAGMENTS : Mp4Options.Kind.FILE);
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
        return tracks.addCopy(source);
    }

    /**
     * Adds a track that is coded like one and looks in all else (names, flags, rotation, clock)
     * like another.
     *
     * @return its index
     */
    public int addCopy(Track coded, Track original) {
        return tracks.addCopy(coded, original);
    }

    /** Adds subtitles that come in another kind of text than the source's; returns its index. */
    public int addConverted(SubtitleConverter converter) {
        return tracks.addConverted(converter);
    }

    /**
     * Adds the track that an encoder makes; names, flags, frame rate and rotation come from the
     * track that was decoded. Returns its index.
     */
    public int addEncoded(VideoEncoder encoder, Track decoded) {
        return tracks.addEncoded(encoder, decoded);
    }

    /**
     * Says that size or layout of a track may change at its key frames, each of which has its
     * {@link ParameterSets} in front then. MP4 has other names for such tracks ({@code avc3},
     * {@code hev1}: ISO/IEC 14496-15), by which players know to look there.
     */
    public void allowChanges(int index) {
        tracks.allowChanges(index);
    }

    /** Gives a track another header of its codec than that of the track it is a copy of. */
    void header(int index, byte[] header) {
        tracks.header(index, header);
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
            Mp4Options.put(options, context, kind, tracks.videoClocks());
        } else if (name.equals("mpegts")) {
            av_dict_set(options, "mpegts_copyts", "1", 0);
            if (inMemory) {
                // A segment counts its packets from 0, which in joined ones looks like a loss.
                av_dict_set(options, "mpegts_flags", "+initial_discontinuity", 0);
            }
        }
        int code = avformat_write_header(context, options);
        av_dict_free(options);
        // MP4's muxer switches it off where the header is written first. Here it is written later,
        // when AAC of a transport stream has told what it is.
        context.flags(context.flags() | AVFMT_FLAG_AUTO_BSF);
        if (code < 0) {
            throw Ffmpeg.failure(
                    MediaException.Kind.UNSUPPORTED, code, "avformat_write_header (" + name + ")");
        }
    }

    /**
     * True where the picture's size may change in the middle of a file: {@link Packet#announce}
     * first.
     */
    public boolean takesChanges() {
        return context.oformat().name().getString().equals("mpegts");
    }

    /**
     * True where times before 0 are read as they were written. MP4 hides what is before 0 by an
     * edit list, and players of Matroska take it for something else.
     */
    public boolean takesTimesBeforeZero() {
        return context.oformat().name().getString().equals("mpegts");
    }

    /** Makes all packets from now on, of all tracks, so much later. */
    public void delay(long ticks, TimeBase clock) {
        delayTicks = ticks;
        delayClock = clock;
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
            packet.shift(packet.timeBase().ticksOf(delayTicks, delayClock));
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

    /** Lets a file that grows have on the disk what was written so far. */
    public void flush() {
        avio_flush(context.pb());
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
