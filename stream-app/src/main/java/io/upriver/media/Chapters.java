package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avutil.av_dict_copy;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;
import static org.bytedeco.ffmpeg.global.avutil.av_mallocz;

import org.bytedeco.ffmpeg.avformat.AVChapter;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** Chapters of a file: from which moment on a part with a title lasts, and until when. */
final class Chapters {

    private Chapters() {}

    /**
     * Gives {@code to} the chapters of {@code from}, which must have none yet and owns the copies.
     */
    static void copy(AVFormatContext from, AVFormatContext to) {
        int count = from.nb_chapters();
        if (count == 0) {
            return;
        }
        // Freed with the context, so by FFmpeg's allocator.
        PointerPointer<AVChapter> list =
                new PointerPointer<>(av_malloc((long) count * Loader.sizeof(Pointer.class)));
        for (int i = 0; i < count; i++) {
            list.put(i, copyOf(from.chapters(i)));
        }
        to.chapters(list).nb_chapters(count);
    }

    private static AVChapter copyOf(AVChapter source) {
        AVChapter copy = new AVChapter(av_mallocz(Loader.sizeof(AVChapter.class)));
        copy.id(source.id()).start(source.start()).end(source.end());
        copy.time_base(source.time_base());
        AVDictionary metadata = new AVDictionary(null);
        av_dict_copy(metadata, source.metadata(), 0);
        copy.metadata(metadata);
        return copy;
    }
}
