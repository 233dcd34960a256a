package io.upriver.engine;

import static org.junit.jupiter.api.Assertions.fail;

import io.upriver.frame.Plane;
import java.nio.ByteBuffer;
import java.util.Random;

/** Planes with seeded contents for tests. */
final class TestPlanes {

    private TestPlanes() {}

    /** A packed plane of noise. */
    static Plane noise(Random random, int width, int height) {
        return filled(random, width, height, width);
    }

    /** A plane of noise with noise between the rows and behind the last one. */
    static Plane filled(Random random, int width, int height, int strideBytes) {
        byte[] bytes = new byte[strideBytes * height + 16];
        random.nextBytes(bytes);
        ByteBuffer data = ByteBuffer.allocateDirect(bytes.length).put(bytes);
        // the buffer is left at its end: planes go by index
        return new Plane(data, width, height, strideBytes);
    }

    /** The same samples in rows of another stride. */
    static Plane copy(Plane plane, int strideBytes) {
        Plane copy = filled(new Random(7), plane.width(), plane.height(), strideBytes);
        for (int y = 0; y < plane.height(); y++) {
            for (int x = 0; x < plane.width(); x++) {
                copy.data().put(y * strideBytes + x, (byte) plane.sample(x, y));
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
