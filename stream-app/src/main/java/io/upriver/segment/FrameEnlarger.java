package io.upriver.segment;

import io.upriver.engine.FrameBatcher;
import io.upriver.engine.InterpolationUpscaler;
import io.upriver.engine.PlaneInterpolator;
import io.upriver.engine.Scratch;
import io.upriver.engine.Upscaler;
import io.upriver.frame.Colour;
import io.upriver.frame.PixelLayout;
import io.upriver.frame.Plane;
import io.upriver.media.EncoderSettings;
import io.upriver.media.LargestPicture;
import io.upriver.media.Picture;
import io.upriver.media.PictureScaler;
import io.upriver.model.ModelLease;
import io.upriver.observe.Stage;
import io.upriver.observe.StageTimes;
import io.upriver.schemas.Quality;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes pictures larger: luma by the network, on the lanes of the batcher; chroma and alpha by
 * interpolation, on the caller's thread meanwhile. Each plane keeps its number of bits. Luma of a
 * depth that the network does not take is interpolated too, and pictures without planes of luma and
 * chroma (RGB, packed, big endian) are so as a whole.
 *
 * <p>One per segment, used by one thread, besides the one that waits.
 */
final class FrameEnlarger implements AutoCloseable {

    private final ModelLease model;
    private final FrameBatcher batcher;
    private final LargestPicture largest;
    private final StageTimes times;
    private final PictureScaler wholePictures = new PictureScaler();
    private final InterpolationUpscaler interpolation;
    private final Map<Siting, PlaneInterpolator> interpolators = new HashMap<>();
    private final Scratch scratch;
    private final AtomicLong networkNanos = new AtomicLong();
    private final AtomicLong laneNanos = new AtomicLong();
    private final AtomicLong frames = new AtomicLong();
    private @Nullable Measurement measurement;
    private @Nullable String interpolatedBecause;

    /** Where chroma samples stand between luma samples, in each direction. */
    private record Siting(int log2Columns, boolean cositedX, int log2Rows, boolean cositedY) {}

    private static final Siting CENTRED = new Siting(0, false, 0, false);

    /**
     * @param largest the largest picture that is made
     */
    FrameEnlarger(
            ModelLease model, FrameBatcher batcher, LargestPicture largest, StageTimes times) {
        this.model = model;
        this.batcher = batcher;
        this.largest = largest;
        this.times = times;
        this.interpolatedBecause = model.interpolatedBecause();
        this.interpolation = new InterpolationUpscaler(model.upscaler().scale());
        this.scratch = interpolator(CENTRED).newScratch();
    }

    /**
     * Starts on a picture, which then belongs to the result.
     *
     * @throws io.upriver.media.MediaException if the large one would be too large; the picture is
     *     closed then
     */
    Enlarged enlarge(Picture low, EncoderSettings encoder) {
        int scale = model.upscaler().scale();
        int width = Math.multiplyExact(low.width(), scale);
        int height = Math.multiplyExact(low.height(), scale);
        checkSize(low, width, height);
        if (!low.layout().planarYuv()) {
            interpolatedBecause =
                    "no network for pixel format "
                            + low.layout().name()
                            + " into "
                            + encoder.encoder();
            long start = System.nanoTime();
            Picture high = wholePictures.scale(low, width, height, encoder);
            times.add(Stage.CHROMA, start, System.nanoTime());
            return new Enlarged(low, high, CompletableFuture.completedFuture(null), null);
        }
        Picture high = low.resized(width, height);
        List<Plane> from = low.planes();
        List<Plane> to = high.planes();
        Measurement first = null;
        long start = System.nanoTime();
        Upscaler upscaler = upscalerFor(low.layout());
        CompletableFuture<Long> luma = batcher.submit(upscaler, from.get(0), to.get(0));
        CompletableFuture<Long> timed =
                luma.whenComplete((nanos, error) -> count(start, System.nanoTime(), nanos));
        if (measurement == null && upscaler == model.upscaler() && model.digest() != null) {
            measurement = measurementOf(low, high, luma);
            first = measurement;
        }
        long others = System.nanoTime();
        for (int plane = 1; plane < from.size(); plane++) {
            interpolator(siting(low.layout(), low.colour(), plane))
                    .scale(from.get(plane), to.get(plane), scratch);
        }
        times.add(Stage.CHROMA, others, System.nanoTime());
        return new Enlarged(low, high, timed, first);
    }

    private void count(long start, long end, @Nullable Long onLanes) {
        networkNanos.addAndGet(end - start);
        if (onLanes != null) {
            times.add(Stage.NETWORK, start, end, onLanes);
            laneNanos.addAndGet(onLanes);
            frames.incrementAndGet();
        }
    }

    /** Of a frame that is on its way; the current model gets it too while another is on trial. */
    private Measurement measurementOf(Picture low, Picture high, CompletableFuture<Long> made) {
        ModelLease current = model.current();
        if (current == null || current.upscaler().refusalOf(low.layout().bitDepth()) != null) {
            return new Measurement(low, high, made, null, null);
        }
        Picture byCurrent = low.resized(high.width(), high.height());
        CompletableFuture<Long> madeByCurrent =
                batcher.submit(current.upscaler(), low.planes().get(0), byCurrent.planes().get(0));
        return new Measurement(low, high, made, byCurrent, madeByCurrent);
    }

    private void checkSize(Picture low, int width, int height) {
        try {
            largest.check("upscaled pictures", width, height);
        } catch (RuntimeException e) {
            low.close();
            throw e;
        }
    }

    /** The network, or where it does not take this depth, interpolation. */
    private Upscaler upscalerFor(PixelLayout layout) {
        String refusal = model.upscaler().refusalOf(layout.bitDepth());
        if (refusal == null) {
            return model.upscaler();
        }
        interpolatedBecause =
                "no network for pixel format %s: %s".formatted(layout.name(), refusal);
        return interpolation;
    }

    private PlaneInterpolator interpolator(Siting siting) {
        return interpolators.computeIfAbsent(
                siting,
                s ->
                        PlaneInterpolator.forChroma(
                                model.upscaler().scale(),
                                s.log2Columns(),
                                s.cositedX(),
                                s.log2Rows(),
                                s.cositedY()));
    }

    private static Siting siting(PixelLayout layout, Colour colour, int plane) {
        if (!layout.isChroma(plane)) {
            return CENTRED;
        }
        return new Siting(
                layout.log2ChromaWidth(),
                colour.chromaCositedHorizontally(),
                layout.log2ChromaHeight(),
                colour.chromaCositedVertically());
    }

    /** Why frames were interpolated, or null where the network made them all. */
    @Nullable String interpolatedBecause() {
        return interpolatedBecause;
    }

    /** Time that the frames spent waiting for a lane and on it, added up. */
    long networkMillis() {
        return networkNanos.get() / 1_000_000;
    }

    /**
     * What the network's frames are like and how long a lane worked on one, or null where it made
     * none; after the last was encoded.
     */
    @Nullable Quality quality() {
        Quality measured = measurement == null ? null : measurement.quality();
        return measured == null
                ? null
                : new Quality(
                        measured.consistency(),
                        measured.sharpness(),
                        measured.seam(),
                        laneNanos.get() / 1e6 / Math.max(1, frames.get()));
    }

    /** What the current model made of the same frame while another is on trial, or null. */
    @Nullable Quality qualityOfCurrent() {
        return measurement == null ? null : measurement.ofCurrent();
    }

    @Override
    public void close() {
        wholePictures.close();
    }
}
