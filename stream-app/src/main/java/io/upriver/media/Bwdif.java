package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avfilter.AVFILTER_AUTO_CONVERT_NONE;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_frame;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_add_frame;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_parameters_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_parameters_set;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_get_by_name;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_alloc_filter;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_config;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_free;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_set_auto_convert;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_init_str;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_link;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_free;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avfilter.AVBufferSrcParameters;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * FFmpeg's deinterlacing filter bwdif, one picture out for each picture in, for pictures of one
 * size and layout.
 *
 * <p>It works with the picture before and the one after, so it gives each picture out when the next
 * has come in. Progressive pictures come out as they are, not copied; so does an interlaced one
 * beside a progressive one whose fields are to be shown longer (soft telecine), as FFmpeg holds
 * that for a wrong flag. Not thread-safe.
 */
final class Bwdif implements AutoCloseable {

    private static final String OPTIONS = "mode=send_frame:deint=interlaced";

    /** What the filter changes and we do not want changed: it doubles its clock. */
    private record Waiting(long pts, long duration, boolean interlaced) {}

    private final AVFilterGraph graph = avfilter_graph_alloc();
    private final AVFilterContext source;
    private final AVFilterContext sink;
    private final TimeBase timeBase;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    /**
     * @param like a picture as they will come
     * @param threads at least 1; they do not change the result
     * @throws MediaException if the filter does not take such pictures
     */
    Bwdif(Picture like, int threads) {
        this.timeBase = like.timeBase();
        try {
            graph.nb_threads(threads);
            // The filter takes what it gets or refuses: nothing is to be converted on the way.
            avfilter_graph_set_auto_convert(graph, AVFILTER_AUTO_CONVERT_NONE);
            source = add("buffer");
            describe(like);
            Ffmpeg.check(avfilter_init_str(source, (String) null), "avfilter_init_str (buffer)");
            AVFilterContext bwdif = add("bwdif");
            Ffmpeg.check(avfilter_init_str(bwdif, OPTIONS), "avfilter_init_str (bwdif)");
            sink = add("buffersink");
            Ffmpeg.check(avfilter_init_str(sink, (String) null), "avfilter_init_str (buffersink)");
            Ffmpeg.check(avfilter_link(source, 0, bwdif, 0), "avfilter_link");
            Ffmpeg.check(avfilter_link(bwdif, 0, sink, 0), "avfilter_link");
            Ffmpeg.check(avfilter_graph_config(graph, (Pointer) null), "avfilter_graph_config");
        } catch (RuntimeException e) {
            avfilter_graph_free(graph);
            throw e;
        }
    }

    private AVFilterContext add(String filter) {
        AVFilterContext context =
                avfilter_graph_alloc_filter(graph, avfilter_get_by_name(filter), filter);
        if (context == null || context.isNull()) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "expected an FFmpeg build with the filter " + filter + ", it has none");
        }
        return context;
    }

    private void describe(Picture like) {
        AVFrame frame = like.raw();
        AVBufferSrcParameters parameters = av_buffersrc_parameters_alloc();
        try {
            parameters.format(frame.format()).width(frame.width()).height(frame.height());
            parameters.time_base(Ffmpeg.rational(timeBase));
            parameters.sample_aspect_ratio(frame.sample_aspect_ratio());
            parameters.color_space(frame.colorspace()).color_range(frame.color_range());
            Ffmpeg.check(
                    av_buffersrc_parameters_set(source, parameters), "av_buffersrc_parameters_set");
        } finally {
            av_free(parameters);
        }
    }

    /** Takes a picture, or with null the end; hands on what comes out, which the taker closes. */
    void filter(@Nullable Picture picture, Consumer<Picture> pictures) {
        if (picture == null) {
            Ffmpeg.check(av_buffersrc_add_frame(source, null), "av_buffersrc_add_frame");
        } else {
            try (picture) {
                add(picture.raw());
            }
        }
        for (AVFrame out = receive(); out != null; out = receive()) {
            Waiting given = waiting.remove();
            out.pts(given.pts()).duration(given.duration());
            boolean done = given.interlaced() && !FieldOrder.isInterlaced(out);
            FieldOrder.clear(out);
            pictures.accept(new Picture(out, timeBase, done));
        }
    }

    /** Moves the frame's reference into the filter. */
    private void add(AVFrame frame) {
        waiting.add(new Waiting(frame.pts(), frame.duration(), FieldOrder.isInterlaced(frame)));
        Ffmpeg.check(av_buffersrc_add_frame(source, frame), "av_buffersrc_add_frame");
    }

    private @Nullable AVFrame receive() {
        AVFrame frame = av_frame_alloc();
        int code = av_buffersink_get_frame(sink, frame);
        if (code >= 0) {
            return frame;
        }
        av_frame_free(frame);
        if (!Ffmpeg.isAgain(code) && !Ffmpeg.isEnd(code)) {
            Ffmpeg.check(code, "av_buffersink_get_frame");
        }
        return null;
    }

    @Override
    public void close() {
        avfilter_graph_free(graph);
    }
}
