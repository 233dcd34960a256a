package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_RAWVIDEO;
import static org.bytedeco.ffmpeg.global.avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DISPLAYMATRIX;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_STEREO3D;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_side_data_new;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_copy;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_from_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_pix_fmt_to_codec_tag;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avformat.av_codec_get_id;
import static org.bytedeco.ffmpeg.global.avformat.avformat_new_stream;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;

import java.util.LinkedHashSet;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.avutil.AVStereo3D;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** The headers of the tracks that a {@link Muxer} writes: what each says of itself. */
final class OutputTracks {

    private static final int HVC1 = Ffmpeg.tag("hvc1");
    private static final int AVC3 = Ffmpeg.tag("avc3");
    private static final int HEV1 = Ffmpeg.tag("hev1");
    private static final byte HVCC_VERSION = 1;

    private final AVFormatContext context;
    private final String container;
    private final Set<Integer> videoClocks = new LinkedHashSet<>();

    OutputTracks(AVFormatContext context) {
        this.context = context;
        this.container = context.oformat().name().getString();
    }

    /** The clocks of the moving pictures, in ticks a second. */
    Set<Integer> videoClocks() {
        return videoClocks;
    }

    int addCopy(Track source) {
        int index = addCopy(source, source);
        if (source.isCoverArt()) {
            AVStream stream = context.streams(index);
            if (container.equals("matroska")) {
                CoverArt.attach(source.raw(), stream);
            } else {
                // MP4's muxer takes it for a cover with this flag alone.
                stream.disposition(AV_DISPOSITION_ATTACHED_PIC);
            }
        }
        return index;
    }

    int addCopy(Track coded, Track original) {
        AVStream stream = avformat_new_stream(context, null);
        AVCodecParameters parameters = stream.codecpar();
        Ffmpeg.check(
                avcodec_parameters_copy(parameters, coded.raw().codecpar()),
                "avcodec_parameters_copy");
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

    int addConverted(SubtitleConverter converter) {
        AVStream stream = avformat_new_stream(context, null);
        Ffmpeg.check(
                avcodec_parameters_from_context(stream.codecpar(), converter.raw()),
                "avcodec_parameters_from_context");
        describe(stream, converter.track(), converter.track().timeBase());
        return stream.index();
    }

    int addEncoded(VideoEncoder encoder, Track decoded) {
        AVStream stream = avformat_new_stream(context, null);
        AVCodecParameters parameters = stream.codecpar();
        Ffmpeg.check(
                avcodec_parameters_from_context(parameters, encoder.raw()),
                "avcodec_parameters_from_context");
        parameters.codec_tag(tagOf(parameters, parameters.extradata_size() > 0));
        stream.avg_frame_rate(decoded.raw().avg_frame_rate());
        stream.sample_aspect_ratio(encoder.raw().sample_aspect_ratio());
        copyRotation(decoded, stream);
        describe(stream, decoded, encoder.timeBase());
        return stream.index();
    }

    void header(int index, byte[] header) {
        AVCodecParameters parameters = context.streams(index).codecpar();
        // FFmpeg's readers want some bytes of nothing behind it.
        BytePointer data =
                new BytePointer(av_mallocz(header.length + (long) AV_INPUT_BUFFER_PADDING_SIZE));
        av_free(parameters.extradata());
        parameters.extradata(data.put(header)).extradata_size(header.length);
    }

    /** Lets parameter sets that are in the packets of a track count, beside those in its header. */
    void allowChanges(int index) {
        if (FileFormat.isMp4Family(container)) {
            AVCodecParameters parameters = context.streams(index).codecpar();
            switch (parameters.codec_id()) {
                case AV_CODEC_ID_H264 -> parameters.codec_tag(AVC3);
                case AV_CODEC_ID_HEVC -> parameters.codec_tag(HEV1);
                default -> {}
            }
        }
    }

    /**
     * The name that the container is to give the codec, or 0 for the muxer's choice.
     *
     * <p>For HEVC in MP4 that is {@code hev1}, which allows parameter sets in the packets and which
     * Apple's players refuse. {@code hvc1} says that they are all in the header (ISO/IEC 14496-15,
     * 8.4.1). Of other pictures the name goes along where the container knows it for the codec too:
     * it may tell what is nowhere else, such as ProRes's 4:4:4 ({@code ap4h}).
     */
    private int tagOf(AVCodecParameters parameters, boolean hasHeader) {
        int codec = parameters.codec_id();
        if (codec == AV_CODEC_ID_HEVC) {
            return hasHeader && FileFormat.isMp4Family(container) ? HVC1 : 0;
        }
        boolean picture = parameters.codec_type() == AVMEDIA_TYPE_VIDEO;
        if (picture && codec == AV_CODEC_ID_RAWVIDEO && container.equals("matroska")) {
            return avcodec_pix_fmt_to_codec_tag(parameters.format());
        }
        int tag = parameters.codec_tag();
        PointerPointer<?> known = context.oformat().codec_tag();
        return picture && known != null && av_codec_get_id(known, tag) == codec ? tag : 0;
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
        if (source.kind() == Track.Kind.VIDEO && !source.isCoverArt()) {
            videoClocks.add(timeBase.denominator());
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
}
