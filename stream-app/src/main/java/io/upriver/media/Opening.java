package io.upriver.media;

import static org.bytedeco.ffmpeg.avformat.AVFormatContext.AVFMT_FLAG_CUSTOM_IO;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import java.util.Map;
import java.util.function.IntSupplier;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * What FFmpeg is to open, and what it may open on the way: a playlist can name any address.
 *
 * @param url the address, or empty with a {@code source}
 * @param label how messages call it
 * @param source the bytes, or null for FFmpeg's own protocols
 * @param protocols FFmpeg's names of those that may be opened, separated by commas
 * @param formats likewise, of the containers
 * @param options of protocol and container
 * @param waiting when to give up, or null for never
 */
record Opening(
        String url,
        String label,
        @Nullable CustomInput source,
        String protocols,
        String formats,
        Map<String, String> options,
        @Nullable Waiting waiting)
        implements AutoCloseable {

    /** Opens it into a new context, which FFmpeg frees where that fails. */
    int into(AVFormatContext context) {
        if (waiting != null) {
            waiting.attach(context);
        }
        AVDictionary dictionary = new AVDictionary(null);
        options.forEach((key, value) -> av_dict_set(dictionary, key, value, 0));
        av_dict_set(dictionary, "protocol_whitelist", protocols, 0);
        av_dict_set(dictionary, "format_whitelist", formats, 0);
        if (source != null) {
            context.pb(source.context());
            context.flags(context.flags() | AVFMT_FLAG_CUSTOM_IO);
        }
        int code = avformat_open_input(context, url, null, dictionary);
        av_dict_free(dictionary);
        return code;
    }

    /**
     * Lets FFmpeg read, for no longer than may be; where it has nothing yet it is asked again.
     *
     * @param reading gives FFmpeg's code
     */
    int read(IntSupplier reading) {
        if (waiting == null) {
            return reading.getAsInt();
        }
        waiting.beginReading();
        int code = reading.getAsInt();
        while (Ffmpeg.isAgain(code) && !waiting.isOver()) {
            pause();
            code = reading.getAsInt();
        }
        return code;
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Why FFmpeg has given up, in words: its own, or what made it do so. */
    String reason(int code) {
        if (waiting != null && waiting.isCancelled()) {
            return "it was stopped";
        } else if (waiting != null && waiting.hasExpired()) {
            return "nothing came for " + waiting.seconds() + " s";
        } else if (code == avutil.AVERROR_PROTOCOL_NOT_FOUND()) {
            return "the FFmpeg build has no such protocol";
        }
        String failure = source == null ? null : source.failure();
        return failure == null ? Ffmpeg.reason(code) : failure;
    }

    @Override
    public void close() {
        if (source != null) {
            source.close();
        }
    }
}
