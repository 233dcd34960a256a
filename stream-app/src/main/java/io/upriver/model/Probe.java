package io.upriver.model;

import io.upriver.engine.InterpolationUpscaler;
import io.upriver.engine.OnnxUpscaler;
import io.upriver.engine.Patch;
import io.upriver.engine.RunLimit;
import io.upriver.frame.Plane;
import java.util.List;

/**
 * Tries a network on a drawn picture before it may become current. It must
 *
 * <ul>
 *   <li>make the same of it twice;
 *   <li>add to it and change nothing: what it made, shrunk again, is the picture but for {@value
 *       #LEAST_LIKENESS} dB, a difference of 6 code values. The models that come with the program
 *       have 42 dB, interpolation between neighbours 36 dB, a blur over two samples 30 dB;
 *   <li>leave it where it was: it fits the truth better than the truth moved by one sample;
 *   <li>be no worse than interpolation by more than {@value #TOLERANCE} dB. Those that come with
 *       the program are 2 to 4 dB better; but they learned to undo another kind of shrinking than
 *       the one of the picture, as all will, and to repeat samples, which is 2.7 dB worse, is a
 *       model.
 * </ul>
 *
 * <p>The same, as far as it has a meaning, goes for the smallest picture, of 2x2 samples. On a GPU
 * only the larger one is tried: every size takes minutes there. Numbers:
 * designs/models-from-outside.md.
 */
final class Probe {

    private static final double LEAST_LIKENESS = 33;
    private static final double TOLERANCE = 3;

    /** More than this is the same picture. */
    private static final double MOST_DECIBELS = 60;

    private static final byte[] SMALLEST = {118, (byte) 128, 122, 120};

    private final OnnxUpscaler network;
    private final RunLimit limit;

    private Probe(OnnxUpscaler network, RunLimit limit) {
        this.network = network;
        this.limit = limit;
    }

    /**
     * @throws ModelException if what it makes is no larger picture of the same
     * @throws io.upriver.engine.EngineException if it cannot be run, or not in time
     */
    static void check(OnnxUpscaler network, RunLimit limit) {
        Probe probe = new Probe(network, limit);
        TestPicture picture = TestPicture.draw(network.scale());
        Plane made = probe.make(picture.low());
        requirePlace(made, picture.truth());
        requireTruth(made, picture);
        if (network.device().takesAnySize()) {
            probe.make(smallest());
        }
    }

    /** What the network makes of a picture, the same twice and like it. */
    private Plane make(Plane low) {
        Plane made = run(low);
        if (!isSame(made, run(low))) {
            throw new ModelException(
                    "expected the same of the same picture of %s twice, got another"
                            .formatted(size(low)));
        }
        double likeness = decibels(TestPicture.shrunk(made, network.scale()), low, 0, 0);
        if (likeness < LEAST_LIKENESS) {
            throw new ModelException(
                    "expected a larger picture of %s that is like it when it is shrunk, by at least %.0f dB, got %.1f dB"
                            .formatted(size(low), LEAST_LIKENESS, likeness));
        }
        return made;
    }

    private static void requirePlace(Plane made, Plane truth) {
        double here = decibels(made, truth, 0, 0);
        for (int place = 0; place < 9; place++) {
            int right = place % 3 - 1;
            int down = place / 3 - 1;
            if (decibels(made, truth, right, down) > here) {
                throw new ModelException(
                        "expected a larger picture in its place, got one that is %d large samples too far right and %d too far down"
                                .formatted(-right, -down));
            }
        }
    }

    private static void requireTruth(Plane made, TestPicture picture) {
        double network = decibels(made, picture.truth(), 0, 0);
        double least = interpolated(picture) - TOLERANCE;
        if (network < least) {
            throw new ModelException(
                    "expected at least %.1f dB on a drawn picture, those of interpolation less %.0f, got %.1f dB"
                            .formatted(least, TOLERANCE, network));
        }
    }

    private static double interpolated(TestPicture picture) {
        int scale = picture.truth().width() / picture.low().width();
        try (InterpolationUpscaler interpolation = new InterpolationUpscaler(scale)) {
            Plane high = Plane.allocate(picture.truth().width(), picture.truth().height());
            interpolation.upscale(
                    List.of(Patch.whole(picture.low(), high)), interpolation.newScratch());
            return decibels(high, picture.truth(), 0, 0);
        }
    }

    private Plane run(Plane low) {
        Plane high = Plane.allocate(low.width() * network.scale(), low.height() * network.scale());
        network.upscale(List.of(Patch.whole(low, high)), network.newScratch(), limit);
        return high;
    }

    /**
     * PSNR of a picture against another that is moved by this many samples, where both are; at most
     * {@link #MOST_DECIBELS}.
     */
    private static double decibels(Plane a, Plane b, int right, int down) {
        long sum = 0;
        long count = 0;
        for (int y = Math.max(0, -down); y < a.height() - Math.max(0, down); y++) {
            for (int x = Math.max(0, -right); x < a.width() - Math.max(0, right); x++) {
                int difference = a.sample(x, y) - b.sample(x + right, y + down);
                sum += (long) difference * difference;
                count++;
            }
        }
        double mean = (double) sum / count;
        return Math.min(MOST_DECIBELS, 10 * Math.log10(255 * 255 / mean));
    }

    private static boolean isSame(Plane a, Plane b) {
        return a.data().duplicate().clear().equals(b.data().duplicate().clear());
    }

    private static Plane smallest() {
        Plane plane = Plane.allocate(2, 2);
        for (int i = 0; i < SMALLEST.length; i++) {
            plane.data().put(i / 2 * plane.strideBytes() + i % 2, SMALLEST[i]);
        }
        return plane;
    }

    private static String size(Plane plane) {
        return plane.width() + "x" + plane.height();
    }
}
