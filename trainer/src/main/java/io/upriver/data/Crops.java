package io.upriver.data;

import java.util.List;
import java.util.SplittableRandom;

/** Random windows of random pictures; all lessons have labels and features, or none has. */
public final class Crops implements BatchSource {
    /** Not SplittableRandom's own step: one seed's draws would be another's, shifted by a few. */
    private static final long SEED_STEP = 0xBF58476D1CE4E5B9L;

    private final List<Lesson> lessons;
    private final int count;
    private final int side;
    private final long seed;

    /**
     * @param count crops in a batch
     * @param side side of the low crops in pixels
     * @throws IllegalArgumentException if feature maps are shrunk by what does not divide the side:
     *     they could not be turned as the crops are
     */
    public Crops(List<Lesson> lessons, int count, int side, long seed) {
        for (Lesson lesson : lessons) {
            for (Lesson.Maps maps : lesson.features()) {
                if (side % maps.shrunk() != 0) {
                    throw new IllegalArgumentException(
                            "crops of "
                                    + side
                                    + " pixels: expected a multiple of "
                                    + maps.shrunk()
                                    + ", by which the feature maps are shrunk");
                }
            }
        }
        this.lessons = List.copyOf(lessons);
        this.count = count;
        this.side = side;
        this.seed = seed;
    }

    /** Crops without a teacher. */
    public static Crops of(List<ImagePair> pairs, int count, int side, long seed) {
        return new Crops(pairs.stream().map(Lesson::of).toList(), count, side, seed);
    }

    @Override
    public Batch batch(long step) {
        SplittableRandom random = new SplittableRandom(seed * SEED_STEP + step);
        Lesson first = lessons.get(0);
        int scale = first.pair().scale();
        int channels = first.pair().low().channels();
        int grid = first.features().stream().mapToInt(Lesson.Maps::shrunk).max().orElse(1);
        int lowSamples = channels * side * side;
        int highSamples = lowSamples * scale * scale;
        float[] low = new float[count * lowSamples];
        float[] high = new float[count * highSamples];
        float[] label = first.label() == null ? null : new float[count * highSamples];
        List<float[]> features =
                first.features().stream().map(maps -> new float[count * samples(maps)]).toList();
        for (int i = 0; i < count; i++) {
            Lesson lesson = lessons.get(random.nextInt(lessons.size()));
            Picture read = lesson.pair().low();
            Window window = Window.random(random, read.width(), read.height(), side, grid);
            window.cut(read, low, i * lowSamples);
            Window large = window.enlarged(scale);
            large.cut(lesson.pair().high(), high, i * highSamples);
            if (label != null) {
                large.cut(lesson.label(), label, i * highSamples);
            }
            for (int k = 0; k < features.size(); k++) {
                Lesson.Maps maps = lesson.features().get(k);
                window.shrunk(maps.shrunk())
                        .cut(
                                maps.values(),
                                maps.channels(),
                                maps.height(),
                                maps.width(),
                                features.get(k),
                                i * samples(maps));
            }
        }
        return new Batch(step, low, high, label, features, count, channels, side);
    }

    private int samples(Lesson.Maps maps) {
        return maps.channels() * (side / maps.shrunk()) * (side / maps.shrunk());
    }
}
