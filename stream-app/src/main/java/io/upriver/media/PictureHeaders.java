package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_VP9;
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
 * Reads what the headers of a coded picture say, without decoding it: its size, so that a change in
 * mid-stream is seen before anybody decodes, and its place in the order of showing.
 *
 * <p>FFmpeg has parsers that tell the size for H.264, HEVC, AV1, MPEG-2 and some others, and the
 * order for H.264 and HEVC; for VP9 we read the size. Packets are read in decoding order. Not
 * thread-safe.
 */
final class PictureHeaders implements AutoCloseable {

    /** A macro of FFmpeg's that has no name in Java: packets are whole. */
    private static final int PARSER_FLAG_COMPLETE_FRAMES = 1;

    private final boolean isVp9;
    private final AVCodecContext context;
    private final BytePointer out = new BytePointer((BytePointer) null);
    private final IntPointer outBytes = new IntPointer(1);
    private final @Nullable AVCodecParserContext parser;

    PictureHeaders(Track track) {
        isVp9 = track.codecId() == AV_CODEC_ID_VP9;
        context = avcodec_alloc_context3(null);
        AVCodecParserContext found = av_parser_init(track.codecId());
        parser = found == null || found.isNull() ? null : found;
        if (parser != null) {
            parser.flags(parser.flags() | PARSER_FLAG_COMPLETE_FRAMES);
            avcodec_parameters_to_context(context, track.raw().codecpar());
        }
    }

    /**
     * What a packet says.
     *
     * @param width of the picture, or 0 where it does not say
     * @param codedWidth in the codec's whole blocks, or 0
     * @param order rises in the order of showing within a coded video sequence (H.264: picture
     *     order count, 8.2.1)
     */
    record Picture(int width, int height, int codedWidth, int codedHeight, int order) {

        private static final Picture UNKNOWN = new Picture(0, 0, 0, 0, 0);

        /** As "1280x720", or null where the packet does not say. */
        @Nullable String size() {
            return width > 0 ? width + "x" + height : null;
        }
    }

    Picture read(Packet packet) {
        AVPacket raw = packet.raw();
        if (isVp9) {
            Vp9Header header = Vp9Header.of(packet.first(Vp9Header.BYTES));
            return header == null
                    ? Picture.UNKNOWN
                    : new Picture(header.width(), header.height(), 0, 0, 0);
        } else if (parser == null) {
            return Picture.UNKNOWN;
        }
        parser.width(0).height(0).coded_width(0).coded_height(0);
        av_parser_parse2(
                parser, context, out, outBytes, raw.data(), raw.size(), raw.pts(), raw.dts(), -1);
        return new Picture(
                parser.width(),
                parser.height(),
                parser.coded_width(),
                parser.coded_height(),
                parser.output_picture_number());
    }

    @Override
    public void close() {
        if (parser != null) {
            av_parser_close(parser);
        }
        avcodec_free_context(context);
        outBytes.close();
    }
}
