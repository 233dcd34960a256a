package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.av_parser_close;
import static org.bytedeco.ffmpeg.global.avcodec.av_parser_init;
import static org.bytedeco.ffmpeg.global.avcodec.av_parser_parse2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;

import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParserContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the size of the picture in a packet from its headers, without decoding it: how a change in
 * mid-stream is seen before anybody decodes.
 *
 * <p>FFmpeg has parsers that tell the size for H.264, HEVC, AV1, MPEG-2 and some others; for the
 * rest nothing is seen. Not thread-safe.
 */
final class CodedSize implements AutoCloseable {

    /** A macro of FFmpeg's that has no name in Java: packets are whole. */
    private static final int PARSER_FLAG_COMPLETE_FRAMES = 1;

    private final AVCodecContext context;
    private final @Nullable AVCodecParserContext parser;

    CodedSize(Track track) {
        context = avcodec_alloc_context3(null);
        AVCodecParserContext found = av_parser_init(track.codecId());
        parser = found == null || found.isNull() ? null : found;
        if (parser != null) {
            parser.flags(parser.flags() | PARSER_FLAG_COMPLETE_FRAMES);
            avcodec_parameters_to_context(context, track.raw().codecpar());
        }
    }

    /** The size as "1280x720", or null where the packet does not say it. */
    @Nullable String of(Packet packet) {
        if (parser == null) {
            return null;
        }
        AVPacket raw = packet.raw();
        BytePointer out = new BytePointer((BytePointer) null);
        IntPointer size = new IntPointer(1);
        parser.width(0).height(0);
        av_parser_parse2(
                parser, context, out, size, raw.data(), raw.size(), raw.pts(), raw.dts(), -1);
        return parser.width() > 0 ? parser.width() + "x" + parser.height() : null;
    }

    @Override
    public void close() {
        if (parser != null) {
            av_parser_close(parser);
        }
        avcodec_free_context(context);
    }
}
