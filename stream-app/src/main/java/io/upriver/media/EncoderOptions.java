package io.upriver.media;

import static org.bytedeco.ffmpeg.avcodec.AVCodecContext.FF_THREAD_SLICE;
import static org.bytedeco.ffmpeg.global.avutil.AV_CPU_FLAG_AVX512;
import static org.bytedeco.ffmpeg.global.avutil.av_get_cpu_flags;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_find;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set;

import org.bytedeco.ffmpeg.avcodec.AVCodecContext;

/** Puts quality, rate and speed into an encoder that is about to be opened, by its own names. */
final class EncoderOptions {

    /** The most that comes in a second, as a part of the rate that is asked for. */
    private static final double PEAK = 1.25;

    /** How much a player keeps of what comes at that rate. */
    private static final double BUFFER_SECONDS = 1;

    private final AVCodecContext context;
    private final EncoderSettings settings;

    private EncoderOptions(AVCodecContext context, EncoderSettings settings) {
        this.context = context;
        this.settings = settings;
    }

    /**
     * @throws MediaException if the encoder does not take them
     */
    static void put(AVCodecContext context, EncoderSettings settings) {
        new EncoderOptions(context, settings).putAll();
    }

    private void putAll() {
        Integer crf = settings.effectiveCrf();
        if (crf != null) {
            putQuality(crf);
        }
        if (settings.bitrate() != null) {
            putRate(settings.bitrate());
        }
        if (settings.gop() != null) {
            context.gop_size(settings.gop());
        }
        String preset = settings.effectivePreset();
        if (preset != null) {
            EncoderSettings.checkPreset(settings.encoder(), preset);
            set("preset", preset);
        }
        if (settings.encoder().equals("libx264") && hasAvx512()) {
            // x264's AVX-512 code for macroblock trees reads memory that nobody has written:
            // the same pictures give other bytes each time. See designs/repeatable-encoding.md.
            set("x264-params", "asm=avx2");
        } else if (settings.encoder().equals("libx265")) {
            // Frame threads and pools would make the bytes depend on the machine; x265 is also
            // chatty.
            set("x265-params", "log-level=none:pools=none:frame-threads=1:open-gop=0");
        } else if (settings.encoder().equals("libsvtav1")) {
            set("svtav1-params", "lp=" + settings.threads());
        }
    }

    /**
     * Constant quality has another name in each family of encoders: {@code crf} in those on the
     * CPU, {@code cq} with a rate of 0 in NVENC, {@code qp} in VAAPI and Vulkan, and FFmpeg's own
     * {@code global_quality} in Quick Sync.
     */
    private void putQuality(int crf) {
        String value = Integer.toString(crf);
        if (has("crf")) {
            set("crf", value);
        } else if (has("cq")) {
            set("rc", "vbr");
            set("cq", value);
            context.bit_rate(0);
        } else if (settings.encoder().endsWith("_qsv")) {
            context.global_quality(crf);
        } else if (has("qp")) {
            set("qp", value);
        } else if (settings.crf() != null) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "encoder %s does not take crf=%d, it has no constant quality: expected a bitrate"
                            .formatted(settings.encoder(), crf));
        }
    }

    /**
     * A rate to come to on average, and how far it may rise. Why so much:
     * designs/encoders-and-decoders.md.
     */
    private void putRate(int bitsPerSecond) {
        context.bit_rate(bitsPerSecond);
        if (settings.encoder().equals("libsvtav1")) {
            return; // it has an upper bound for constant quality only
        }
        long most = Math.min(Integer.MAX_VALUE, (long) (PEAK * bitsPerSecond));
        context.rc_max_rate(most);
        context.rc_buffer_size((int) Math.min(Integer.MAX_VALUE, (long) (BUFFER_SECONDS * most)));
        if (settings.encoder().equals("libx264")) {
            // Its threads for frames keep to the bound by what others have done so far: the same
            // pictures give other bytes each time. Threads for slices do not.
            context.thread_type(FF_THREAD_SLICE);
        }
    }

    private boolean has(String option) {
        return context.priv_data() != null
                && !context.priv_data().isNull()
                && av_opt_find(context.priv_data(), option, null, 0, 0) != null;
    }

    private void set(String option, String value) {
        int code = av_opt_set(context.priv_data(), option, value, 0);
        if (code < 0) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "encoder %s does not take %s=%s: %s"
                            .formatted(settings.encoder(), option, value, Ffmpeg.words(code)));
        }
    }

    private static boolean hasAvx512() {
        return (av_get_cpu_flags() & AV_CPU_FLAG_AVX512) != 0;
    }
}
