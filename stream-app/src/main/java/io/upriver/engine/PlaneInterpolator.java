package io.upriver.engine;

import io.upriver.frame.Plane;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Scales a plane up by a whole factor with the separable bicubic kernel of Keys (a = -0.5).
 *
 * <p><b>Positions.</b> Output sample {@code j} lies at position {@code j / scale + shift} of the
 * input, in samples, so the taps repeat after {@code scale} outputs and are computed once. For
 * planes that cover the same area, as in MATLAB's {@code imresize}, the shift is {@code 1 / (2
 * scale) - 1 / 2}. Chroma that stands for {@code n} luma samples and lies on the first of them is
 * moved further: output chroma {@code j} lies on output luma sample {@code nj}, whose centre is
 * {@code nj + 1/2} from the edge of the picture; that is {@code (nj + 1/2) / scale} in the input
 * picture, and the input chroma sample there has the number {@code ((nj + 1/2) / scale - 1/2) / n},
 * hence a shift of {@code (1 - scale) / (2n scale)}. Beyond the edges the last sample is repeated.
 *
 * <p><b>Arithmetic.</b> Weights have 14 fractional bits and add up to exactly one, so a constant
 * plane stays what it is. Between the two directions bytes keep eight fractional bits, samples of
 * more bits as many fewer, those of 16 bits none; so the largest sum, the peak times 1.25 for
 * either direction, stays below 2^31. At any depth the result differs from one computed without
 * rounding by less than 0.05 of a byte's code value before the last rounding; a byte that is
 * another one lies within that of a tie.
 *
 * <p><b>Layout.</b> The compiler turns a loop into vector instructions when it walks arrays of one
 * element type in order. So everything between reading and writing is an {@code int}: an input row
 * is dealt out to one array per tap, scaled horizontally once, and kept, while output rows need it,
 * as one array for each place that a sample has among the output samples of one {@code int}: four
 * bytes, or two samples of more bits. The vertical direction, which handles every output sample,
 * then puts these together.
 *
 * <p>Immutable; one object serves all threads, each with its own scratch.
 */
public final class PlaneInterpolator {

    private static final int WEIGHT_BITS = 14;
    private static final int MARGIN = 2;

    private final int scale;
    private final Taps horizontal;
    private final Taps vertical;

    private PlaneInterpolator(int scale, Taps horizontal, Taps vertical) {
        this.scale = scale;
        this.horizontal = horizontal;
        this.vertical = vertical;
    }

    /** For luma, RGB and chroma that is not subsampled: both planes cover the same area. */
    public static PlaneInterpolator centred(int scale) {
        return forChroma(scale, 0, false, 0, false);
    }

    /**
     * For chroma.
     *
     * @param scale 1 to 16
     * @param log2Columns how often the number of columns was halved: 1 where there is one chroma
     *     sample for two luma columns
     * @param cositedX whether it lies on the left one of these (MPEG-2, H.264 and H.265 by
     *     default), and not in the middle (MPEG-1, JPEG)
     * @param log2Rows how often the number of rows was halved
     * @param cositedY whether a chroma sample lies on the upper one of these, and not in the middle
     */
    public static PlaneInterpolator forChroma(
            int scale, int log2Columns, boolean cositedX, int log2Rows, boolean cositedY) {
        if (scale < 1 || scale > 16) {
            throw new IllegalArgumentException("expected a scale of 1 to 16, got " + scale);
        }
        return new PlaneInterpolator(
                scale,
                Taps.of(scale, shift(scale, log2Columns, cositedX)),
                Taps.of(scale, shift(scale, log2Rows, cositedY)));
    }

    /** How many times wider and higher the result is. */
    public int scale() {
        return scale;
    }

    /** New scratch memory for one thread; it fits every interpolator. */
    public Scratch newScratch() {
        return new Rows();
    }

    /**
     * Fills {@code high} from {@code low}. The high plane may lack the last columns and rows, fewer
     * than the scale, as chroma planes of odd pictures do.
     */
    public void scale(Plane low, Plane high, Scratch scratch) {
        requireExtent("width", low.width(), high.width());
        requireExtent("height", low.height(), high.height());
        requireEqualDepth(low, high);
        scale(low, Region.whole(low), high, scratch);
    }

    /** Fills the region, times the scale, of {@code high}, as far as it lies on the plane. */
    void scale(Plane low, Region region, Plane high, Scratch scratch) {
        if (!(scratch instanceof Rows rows)) {
            throw new IllegalArgumentException("expected scratch memory of an interpolator");
        }
        ByteBuffer in = low.data().duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = high.data().duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
        rows.prepare(region.width(), scale, low.bitDepth());
        int firstColumn = region.x() * scale;
        int columns = Math.min(region.width() * scale, high.width() - firstColumn);
        int lastRow = Math.min((region.y() + region.height()) * scale, high.height());
        for (int row = region.y() * scale; row < lastRow; row++) {
            int phase = row % scale;
            int first = row / scale + vertical.first[phase];
            int[][] r0 = scaledRow(in, low, region, first, rows);
            int[][] r1 = scaledRow(in, low, region, first + 1, rows);
            int[][] r2 = scaledRow(in, low, region, first + 2, rows);
            int[][] r3 = scaledRow(in, low, region, first + 3, rows);
            int[] weights = vertical.weights[phase];
            Arrays.fill(rows.packed, 0);
            for (int place = 0; place < rows.places; place++) {
                blend(r0[place], r1[place], r2[place], r3[place], weights, place, rows);
            }
            rows.write(out, row * high.strideBytes() + firstColumn * low.bytesPerSample(), columns);
        }
    }

    /** Row {@code y} of the plane, the first or last one beyond its edges, scaled horizontally. */
    private int[][] scaledRow(ByteBuffer in, Plane low, Region region, int y, Rows rows) {
        int row = Math.max(0, Math.min(y, low.height() - 1));
        int slot = row & 3;
        if (rows.held[slot] != row) {
            rows.read(in, low, region, row);
            for (int column = 0; column < scale * rows.streams; column++) {
                int tap = MARGIN + column / scale + horizontal.first[column % scale];
                filter(
                        rows.taps[tap],
                        rows.taps[tap + 1],
                        rows.taps[tap + 2],
                        rows.taps[tap + 3],
                        horizontal.weights[column % scale],
                        WEIGHT_BITS - rows.keptBits,
                        rows.scaled[slot][column % rows.places],
                        column / rows.places,
                        scale * rows.streams / rows.places);
            }
            rows.held[slot] = row;
        }
        return rows.scaled[slot];
    }

    /** The horizontal direction for one output sample in each group. */
    private static void filter(
            int[] t0,
            int[] t1,
            int[] t2,
            int[] t3,
            int[] weights,
            int droppedBits,
            int[] to,
            int first,
            int step) {
        int w0 = weights[0];
        int w1 = weights[1];
        int w2 = weights[2];
        int w3 = weights[3];
        int half = 1 << (droppedBits - 1);
        if (step == 1) {
            for (int i = 0; i < to.length; i++) {
                int sum = w0 * t0[i] + w1 * t1[i] + w2 * t2[i] + w3 * t3[i];
                to[i] = (sum + half) >> droppedBits;
            }
        } else {
            for (int i = 0, at = first; at < to.length; i++, at += step) {
                int sum = w0 * t0[i] + w1 * t1[i] + w2 * t2[i] + w3 * t3[i];
                to[at] = (sum + half) >> droppedBits;
            }
        }
    }

    /**
     * The vertical direction for the output samples at one place of each {@code int}. The limits 0
     * and peak are set with shifts of the sign, because {@code Math.min} would keep the compiler of
     * Java 17 from using vector instructions.
     */
    private static void blend(
            int[] r0, int[] r1, int[] r2, int[] r3, int[] weights, int place, Rows rows) {
        int w0 = weights[0];
        int w1 = weights[1];
        int w2 = weights[2];
        int w3 = weights[3];
        int bits = WEIGHT_BITS + rows.keptBits;
        int half = 1 << (bits - 1);
        int peak = (1 << rows.bitDepth) - 1;
        int shift = place * (Integer.SIZE / rows.places);
        int[] packed = rows.packed;
        for (int i = 0; i < packed.length; i++) {
            int sum = w0 * r0[i] + w1 * r1[i] + w2 * r2[i] + w3 * r3[i];
            int value = (sum + half) >> bits;
            value &= ~(value >> 31);
            value |= (peak - value) >> 31;
            packed[i] |= (value & peak) << shift;
        }
    }

    private static double shift(int scale, int log2Subsampling, boolean cosited) {
        return (1.0 - scale) / (2.0 * scale) / (cosited ? 1 << log2Subsampling : 1);
    }

    private static void requireEqualDepth(Plane low, Plane high) {
        if (low.bitDepth() != high.bitDepth()) {
            throw new IllegalArgumentException(
                    "expected a high-resolution plane of %d bits, got %d"
                            .formatted(low.bitDepth(), high.bitDepth()));
        }
    }

    private void requireExtent(String what, int low, int high) {
        if (high > scale * low || high <= scale * (low - 1)) {
            throw new IllegalArgumentException(
                    "expected a high-resolution %s of %d to %d, got %d"
                            .formatted(what, scale * (low - 1) + 1, scale * low, high));
        }
    }

    /** The taps of one direction, by phase. */
    private static final class Taps {

        /** The first of four taps, counted from input sample {@code j / scale}. */
        final int[] first;

        /** The four weights. */
        final int[][] weights;

        private Taps(int[] first, int[][] weights) {
            this.first = first;
            this.weights = weights;
        }

        static Taps of(int scale, double shift) {
            int[] first = new int[scale];
            int[][] weights = new int[scale][];
            for (int phase = 0; phase < scale; phase++) {
                double position = (double) phase / scale + shift;
                int below = (int) Math.floor(position);
                first[phase] = below - 1;
                weights[phase] = weights(position - below);
            }
            return new Taps(first, weights);
        }

        private static int[] weights(double fraction) {
            int[] weights = new int[4];
            int largest = 0;
            int sum = 0;
            for (int tap = 0; tap < 4; tap++) {
                double weight = keys(Math.abs(fraction - (tap - 1)));
                weights[tap] = (int) Math.rint(weight * (1 << WEIGHT_BITS));
                sum += weights[tap];
                largest = weights[tap] > weights[largest] ? tap : largest;
            }
            weights[largest] += (1 << WEIGHT_BITS) - sum;
            return weights;
        }

        private static double keys(double d) {
            double a = -0.5;
            if (d >= 2) {
                return 0;
            }
            return d >= 1
                    ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
                    : ((a + 2) * d - (a + 3)) * d * d + 1;
        }
    }

    /**
     * Four horizontally scaled rows and what it takes to make one.
     *
     * <p>Outputs come in groups of {@code scale * streams}, a multiple of {@code places}, from
     * {@code streams} input samples each. {@code taps[n][i]} is input sample {@code n - MARGIN} of
     * group {@code i}. {@code places} is how many output samples one {@code int} holds.
     */
    private static final class Rows implements Scratch {

        int bitDepth;
        int keptBits;
        int places;
        int streams;
        int[] packed = {};
        int[][] taps = {};
        final int[] held = new int[4];
        final int[][][] scaled = new int[4][][];

        private byte[] bytes = {};
        private short[] shorts = {};
        private int width = -1;
        private int scale = -1;

        void prepare(int newWidth, int newScale, int newDepth) {
            Arrays.fill(held, -1);
            if (newWidth == width && newScale == scale && newDepth == bitDepth) {
                return;
            }
            width = newWidth;
            scale = newScale;
            bitDepth = newDepth;
            keptBits = Plane.MOST_DEPTH - bitDepth;
            places = bitDepth == Plane.LEAST_DEPTH ? 4 : 2;
            streams = places / Math.min(places, Integer.lowestOneBit(scale));
            int groups = (width + streams - 1) / streams;
            int read = groups * streams + 2 * MARGIN;
            taps = new int[streams + 2 * MARGIN][groups];
            bytes = new byte[places == 4 ? read : 0];
            shorts = new short[places == 4 ? 0 : read];
            packed = new int[groups * streams * scale / places];
            Arrays.setAll(scaled, row -> new int[places][packed.length]);
        }

        /** Reads a row of the region with its margins, the last sample repeated at the edges. */
        void read(ByteBuffer in, Plane low, Region region, int row) {
            int start = region.x() - MARGIN;
            int from = Math.max(0, start);
            int to = Math.min(low.width(), start + Math.max(bytes.length, shorts.length));
            int at = row * low.strideBytes() + from * low.bytesPerSample();
            if (places == 4) {
                in.get(at, bytes, from - start, to - from);
                Arrays.fill(bytes, 0, from - start, bytes[from - start]);
                Arrays.fill(bytes, to - start, bytes.length, bytes[to - start - 1]);
            } else {
                in.position(at).asShortBuffer().get(shorts, from - start, to - from);
                Arrays.fill(shorts, 0, from - start, shorts[from - start]);
                Arrays.fill(shorts, to - start, shorts.length, shorts[to - start - 1]);
            }
            for (int tap = 0; tap < taps.length; tap++) {
                int[] samples = taps[tap];
                int converted = 0;
                if (tap >= streams) {
                    System.arraycopy(taps[tap - streams], 1, samples, 0, samples.length - 1);
                    converted = samples.length - 1;
                }
                if (places == 4) {
                    for (int i = converted; i < samples.length; i++) {
                        samples[i] = bytes[tap + i * streams] & 0xff;
                    }
                } else {
                    for (int i = converted; i < samples.length; i++) {
                        samples[i] = shorts[tap + i * streams] & 0xffff;
                    }
                }
            }
        }

        /** Writes the first samples of the finished row. */
        void write(ByteBuffer out, int at, int samples) {
            int whole = samples / places;
            out.position(at).asIntBuffer().put(packed, 0, whole);
            int bits = Integer.SIZE / places;
            for (int i = whole * places; i < samples; i++) {
                int value = packed[whole] >> (bits * (i - whole * places));
                if (places == 4) {
                    out.put(at + i, (byte) value);
                } else {
                    out.putShort(at + 2 * i, (short) value);
                }
            }
        }
    }
}
