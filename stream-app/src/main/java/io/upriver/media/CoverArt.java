package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_INPUT_BUFFER_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_ATTACHMENT;
import static org.bytedeco.ffmpeg.global.avutil.AV_DICT_DONT_OVERWRITE;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;

import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.BytePointer;

/**
 * A cover picture as Matroska has it: a file that is attached, named as its specification wants
 * (RFC 9559, 21.1). FFmpeg's muxer would make a video track of it.
 */
final class CoverArt {

    private CoverArt() {}

    /** Makes {@code to}, a copy of the track {@code cover}, an attachment. */
    static void attach(AVStream cover, AVStream to) {
        AVPacket picture = cover.attached_pic();
        byte[] bytes = new byte[picture.size()];
        picture.data().get(bytes);
        AVCodecParameters parameters = to.codecpar();
        // Freed with the stream, so by FFmpeg's allocator.
        BytePointer data =
                new BytePointer(av_mallocz(bytes.length + (long) AV_INPUT_BUFFER_PADDING_SIZE));
        data.capacity(bytes.length).put(bytes);
        parameters.codec_type(AVMEDIA_TYPE_ATTACHMENT);
        parameters.extradata(data).extradata_size(bytes.length);
        to.disposition(0);
        boolean jpeg = parameters.codec_id() == AV_CODEC_ID_MJPEG;
        String kind = jpeg ? "jpeg" : avcodec_get_name(parameters.codec_id()).getString();
        AVDictionary tags = to.metadata() == null ? new AVDictionary(null) : to.metadata();
        String name = "cover." + (jpeg ? "jpg" : kind);
        av_dict_set(tags, "filename", name, AV_DICT_DONT_OVERWRITE);
        av_dict_set(tags, "mimetype", "image/" + kind, AV_DICT_DONT_OVERWRITE);
        to.metadata(tags);
    }
}
