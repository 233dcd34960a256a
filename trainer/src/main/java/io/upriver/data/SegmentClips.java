package io.upriver.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * Clips out of a segment, spread evenly over it: frames that follow one another without gaps and
 * are as their encoder meant them. Large frames are cut to a window, so that a clip needs 3.2 MiB
 * at most. Clips do not overlap.
 */
public final class SegmentClips implements VideoReader.Taker {
    /** Frames of a clip. */
    public static final int FRAMES = 8;

    /** Longest side of a window in pixels. */
    static final int LONGEST_SIDE = 640;

    private final StreamSegment segment;
    private final int scale;
    private final int[] starts;
    private final String codec;
    private final SplittableRandom random;
    private final List<StreamClip> clips = new ArrayList<>();
    private final List<Picture> frames = new ArrayList<>();
    private double quantizers;
    private int left;
    private int top;

    private SegmentClips(StreamSegment segment, int[] starts, String codec, int scale, long seed) {
        this.segment = segment;
        this.starts = starts;
        this.codec = codec;
        this.scale = scale;
        this.random = new SplittableRandom(seed ^ segment.sequence());
    }

    /**
     * Takes up to {@code wanted} clips.
     *
     * @param scale by which frames will be shrunk; those with less than 64 pixels a side after that
     *     give none
     * @param seed of the windows' places
     * @return in the order of the frames; fewer where the segment is short, or damaged, or
     *     interlaced, or changes its size
     * @throws IllegalStateException if there is no video in it that can be decoded to luma
     */
    public static List<StreamClip> of(StreamSegment segment, int wanted, int scale, long seed)
            throws IOException {
        Path file = Files.createTempFile("upriver-segment", ".media");
        try {
            Files.write(file, segment.media());
            int[] starts = starts(VideoReader.count(file, segment.shown()), wanted);
            try (VideoReader reader = new VideoReader(file)) {
                SegmentClips taker = new SegmentClips(segment, starts, reader.codec(), scale, seed);
                reader.read(segment.shown(), taker);
                return List.copyOf(taker.clips);
            }
        } finally {
            Files.delete(file);
        }
    }

    /**
     * How many of a stream's {@code clips} are to come from segment {@code i} of {@code segments}.
     */
    public static int share(int i, int segments, int clips) {
        return (int) ((i + 1L) * clips / segments - (long) i * clips / segments);
    }

    /** Each in the middle of its equal share of the frames. */
    static int[] starts(int frames, int wanted) {
        int count = Math.min(wanted, frames / FRAMES);
        int[] starts = new int[count];
        for (int i = 0; i < count; i++) {
            long from = (long) frames * i / count;
            long to = (long) frames * (i + 1) / count;
            starts[i] = (int) ((from + to - FRAMES) / 2);
        }
        return starts;
    }

    @Override
    public boolean wants(int number) {
        for (int start : starts) {
            if (number >= start && number < start + FRAMES) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void take(int number, Picture luma, boolean isWhole, double quantizer) {
        for (int start : starts) {
            if (number == start) {
                begin(luma);
            }
        }
        int width = side(luma.width());
        int height = side(luma.height());
        Picture first = frames.isEmpty() ? null : frames.get(0);
        boolean fits = first == null || (first.width() == width && first.height() == height);
        if (!isWhole || !fits || Math.min(width, height) < CodedPairs.SMALLEST * scale) {
            frames.clear();
            left = -1; // none of this clip any more
        }
        if (left < 0) {
            return;
        }
        frames.add(luma.crop(left, top, width, height));
        quantizers += quantizer;
        if (frames.size() == FRAMES) {
            double mean = quantizers / FRAMES;
            clips.add(
                    new StreamClip(
                            segment.sequence(),
                            number - FRAMES + 1,
                            frames,
                            codec,
                            Double.isNaN(mean) ? OptionalDouble.empty() : OptionalDouble.of(mean)));
            frames.clear();
            left = -1;
        }
    }

    private void begin(Picture luma) {
        frames.clear();
        quantizers = 0;
        left = random.nextInt(luma.width() - side(luma.width()) + 1);
        top = random.nextInt(luma.height() - side(luma.height()) + 1);
    }

    /** An even number of low pixels. */
    private int side(int whole) {
        int most = Math.min(whole, LONGEST_SIDE);
        return most - most % (2 * scale);
    }
}
