package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_HW_CONFIG_METHOD_HW_FRAMES_CTX;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_hw_config;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_ref;
import static org.bytedeco.ffmpeg.global.avutil.av_buffer_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_copy_props;
import static org.bytedeco.ffmpeg.global.avutil.av_hwdevice_ctx_create;
import static org.bytedeco.ffmpeg.global.avutil.av_hwdevice_get_type_name;
import static org.bytedeco.ffmpeg.global.avutil.av_hwframe_ctx_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_hwframe_ctx_init;
import static org.bytedeco.ffmpeg.global.avutil.av_hwframe_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_hwframe_transfer_data;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecHWConfig;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVHWFramesContext;

/**
 * A device's own memory for pictures, for encoders that take nothing else (VAAPI, Vulkan): pictures
 * are copied there one by one. Not thread-safe.
 */
final class Surfaces implements AutoCloseable {

    private static final int POOL = 20; // more than an encoder looks ahead

    private final AVBufferRef frames;

    private Surfaces(AVBufferRef frames) {
        this.frames = frames;
    }

    /**
     * Surfaces for the context's size on the encoder's kind of device, filled from pictures of the
     * given layout; the context is told of them.
     *
     * @throws MediaException if this machine has no such device
     */
    static Surfaces forEncoder(AVCodec codec, AVCodecContext context, int pixelFormat) {
        AVCodecHWConfig config = config(codec);
        AVBufferRef device = new AVBufferRef(null);
        refuse(
                av_hwdevice_ctx_create(
                        device, config.device_type(), (String) null, (AVDictionary) null, 0),
                codec,
                "no " + av_hwdevice_get_type_name(config.device_type()).getString() + " device");
        AVBufferRef frames = av_hwframe_ctx_alloc(device);
        av_buffer_unref(device);
        try {
            AVHWFramesContext pool = new AVHWFramesContext(frames.data());
            pool.format(config.pix_fmt()).sw_format(pixelFormat);
            pool.width(context.width()).height(context.height()).initial_pool_size(POOL);
            refuse(av_hwframe_ctx_init(frames), codec, "the device takes no such pictures");
            context.pix_fmt(config.pix_fmt()).hw_frames_ctx(av_buffer_ref(frames));
            return new Surfaces(frames);
        } catch (RuntimeException e) {
            av_buffer_unref(frames);
            throw e;
        }
    }

    private static AVCodecHWConfig config(AVCodec codec) {
        for (int i = 0; ; i++) {
            AVCodecHWConfig config = avcodec_get_hw_config(codec, i);
            if (config == null || config.isNull()) {
                throw new MediaException(
                        MediaException.Kind.UNSUPPORTED,
                        "encoder " + codec.name().getString() + " names no kind of device");
            }
            if ((config.methods() & AV_CODEC_HW_CONFIG_METHOD_HW_FRAMES_CTX) != 0) {
                return config;
            }
        }
    }

    private static void refuse(int code, AVCodec codec, String what) {
        if (code < 0) {
            throw new MediaException(
                    MediaException.Kind.NO_DEVICE,
                    "encoder %s: %s: %s (%d)"
                            .formatted(codec.name().getString(), what, Ffmpeg.words(code), code));
        }
    }

    /**
     * Makes the surface, so far empty, a copy of the picture on the device.
     *
     * @return FFmpeg's code, negative where it fails
     */
    int upload(AVFrame picture, AVFrame surface) {
        int code = av_hwframe_get_buffer(frames, surface, 0);
        if (code >= 0) {
            code = av_hwframe_transfer_data(surface, picture, 0);
        }
        return code < 0 ? code : av_frame_copy_props(surface, picture);
    }

    @Override
    public void close() {
        av_buffer_unref(frames);
    }
}
