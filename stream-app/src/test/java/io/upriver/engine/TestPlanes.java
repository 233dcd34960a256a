package io.upriver.engine;

import static org.junit.jupiter.api.Assertions.fail;

import io.upriver.frame.Plane;
import java.nio.ByteBuffer;
import java.util.Random;

/** Planes with seeded contents for tests. */
final class TestPlanes {

    private TestPlanes() {}

    /** Depths of one byte a sample, and of two with and without bits to spare. */
    static final int[] DEPTHS = {8, 9, 10, 12, 16};

    /** A packed plane of noise of bytes. */
    static Plane noise(Random random, int width, int height) {
        return noise(random, width, height, 8);
    }

    /** A packed plane of noise. */
    static Plane noise(Random random, int width, int height, int bitDepth) {
        return filled(random, width, height, 0, bitDepth);
    }

    /**
     * A plane of noise with noise between the rows and behind the last one.
     *
     * @param gap samples between the end of a row and the next one
     */
    static Plane filled(Random random, int width, int height, int gap, int bitDepth) {
        int bytesPerSample = bitDepth > 8 ? 2 : 1;
        int stride = (width + gap) * bytesPerSample;
        byte[] bytes = new byte[stride * height + 16];
        random.nextBytes(bytes);
        ByteBuffer data = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        // the buffer is left at its end: planes go by index
        Plane plane = new Plane(data, width, height, stride, bitDepth);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                put(plane, x, y, random.nextInt(plane.peak() + 1));
            }
        }
        return plane;
    }

    /** Sets a sample. */
    static void put(Plane plane, int x, int y, int value) {
        int at = y * plane.strideBytes() + x * plane.bytesPerSample();
        plane.data().put(at, (byte) value);
        if (plane.bytesPerSample() == 2) {
            plane.data().put(at + 1, (byte) (value >> 8));
        }
    }

    /** The same picture with more bits: every sample times a power of two. */
    static Plane deepened(Plane plane, int bitDepth) {
        Plane deep = Plane.allocate(plane.width(), plane.height(), bitDepth);
        for (int y = 0; y < plane.height(); y++) {
            for (int x = 0; x < plane.width(); x++) {
                put(deep, x, y, plane.sample(x, y) << (bitDepth - plane.bitDepth()));
            }
        }
        return deep;
    }

    /** The same samples in rows with a gap of so many samples behind them. */
    static Plane copy(Plane plane, int gap) {
        Plane copy = filled(new Random(7), plane.width(), plane.height(), gap, plane.bitDepth());
        for (int y = 0; y < plane.height(); y++) {
            for (int x = 0; x < plane.width(); x++) {
                put(copy, x, y, plane.sample(x, y));
            }
        }
        return copy;
    }

    /** All bytes behind the plane, samples and gaps. */
    static byte[] bytes(Plane plane) {
        byte[] bytes = new byte[plane.data().capacity()];
        plane.data().duplicate().clear().get(bytes);
        return bytes;
    }

    static void assertSameSamples(Plane expected, Plane actual, String what) {
        for (int y = 0; y < expected.height(); y++) {
            for (int x = 0; x < expected.width(); x++) {
                if (expected.sample(x, y) != actual.sample(x, y)) {
                    fail(
                            "%s: expected %d at %d,%d, got %d"
                                    .formatted(
                                            what,
                                            expected.sample(x, y),
                                            x,
                                            y,
                                            actual.sample(x, y)));
                }
            }
        }
    }
}
