package io.upriver.media;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes interlaced pictures progressive: one picture for each, with the same time, duration, colour
 * and side data. Progressive ones pass untouched.
 *
 * <p>It does what {@code ffmpeg -vf bwdif=mode=send_frame:deint=interlaced} does, sample by sample.
 * The filter is made when the first interlaced picture comes, and anew when size or layout change;
 * before that, progressive pictures pass at once. (The filter takes its first picture by itself, so
 * it misses no neighbour.) After that, pictures come out when the next one has gone in, or the end.
 * What the filter does not take (packed layouts, planes of fewer than three rows or columns) passes
 * as it is: see {@link #note()}.
 *
 * <p>Not thread-safe.
 */
public final class Deinterlacer implements AutoCloseable {

    private record Shape(int width, int height, int pixelFormat) {}

    private final int threads;
    private @Nullable Shape shape;
    private @Nullable Bwdif filter;
    private boolean refused;
    private @Nullable String note;

    /**
     * @param threads threads of the filter, at least 1
     */
    public Deinterlacer(int threads) {
        this.threads = threads;
    }

    /**
     * Takes one picture, or with null what is left at the end; hands on pictures in the same order,
     * which the taker closes.
     */
    public void deinterlace(@Nullable Picture picture, Consumer<Picture> pictures) {
        Shape given = picture == null ? null : shapeOf(picture);
        if (!Objects.equals(given, shape)) {
            flush(pictures);
            shape = given;
        }
        if (picture == null) {
            return;
        }
        if (picture.isInterlaced() && filter == null && !refused) {
            open(picture);
        }
        if (filter != null) {
            filter.filter(picture, pictures);
        } else {
            pictures.accept(picture);
        }
    }

    /** What was not done and why, in a sentence, or null. */
    public @Nullable String note() {
        return note;
    }

    private static Shape shapeOf(Picture picture) {
        return new Shape(picture.width(), picture.height(), picture.raw().format());
    }

    private void open(Picture first) {
        try {
            filter = new Bwdif(first, threads);
        } catch (MediaException e) {
            refused = true;
            note =
                    "interlaced frames were not deinterlaced: bwdif does not take %dx%d %s (%s)"
                            .formatted(
                                    first.width(),
                                    first.height(),
                                    first.layout().name(),
                                    e.getMessage());
        }
    }

    private void flush(Consumer<Picture> pictures) {
        refused = false;
        if (filter != null) {
            filter.filter(null, pictures);
            filter.close();
            filter = null;
        }
    }

    @Override
    public void close() {
        if (filter != null) {
            filter.close();
            filter = null;
        }
    }
}
