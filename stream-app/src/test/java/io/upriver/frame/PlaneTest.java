package io.upriver.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class PlaneTest {

    @Test
    void allocatesPackedRows() {
        // When
        Plane plane = Plane.allocate(7, 3);

        // Then
        assertEquals(7, plane.strideBytes());
        assertEquals(21, plane.data().capacity());
        assertTrue(plane.isPacked());
    }

    @Test
    void findsSamplesByTheirStride() {
        // Given
        ByteBuffer data = ByteBuffer.allocateDirect(20);
        Plane plane = new Plane(data, 4, 3, 8, 8);

        // When
        data.put(2 * 8 + 3, (byte) 200);

        // Then
        assertEquals(200, plane.sample(3, 2));
        assertEquals(0, plane.sample(3, 1));
        assertFalse(plane.isPacked());
    }

    @Test
    void hasTwoBytesForASampleOfMoreThanEightBits() {
        for (int bitDepth = 9; bitDepth <= 16; bitDepth++) {
            // Given
            Plane plane = Plane.allocate(5, 3, bitDepth);

            // When: the less significant byte comes first
            plane.data().put(2 * 10 + 2 * 3, (byte) 0xfe).put(2 * 10 + 2 * 3 + 1, (byte) 0x81);

            // Then
            assertEquals(10, plane.strideBytes());
            assertEquals(30, plane.data().capacity());
            assertTrue(plane.isPacked());
            assertEquals(0x81fe, plane.sample(3, 2));
            assertEquals((1 << bitDepth) - 1, plane.peak());
        }
    }

    @Test
    void needsNoGapBehindTheLastRow() {
        assertEquals(3, new Plane(ByteBuffer.allocateDirect(2 * 8 + 4), 4, 3, 8, 8).height());
        assertRefused(
                ByteBuffer.allocateDirect(2 * 8 + 3),
                4,
                3,
                8,
                8,
                "expected a buffer of at least 20 bytes for 4x3 with stride 8, got 19");
    }

    @Test
    void refusesWhatIsNoPlane() {
        ByteBuffer data = ByteBuffer.allocateDirect(64);
        assertRefused(
                ByteBuffer.allocate(64),
                4,
                4,
                4,
                8,
                "a plane needs a direct buffer, got one on the heap");
        assertRefused(data, 0, 4, 4, 8, "a plane needs at least 1x1 samples, got 0x4");
        assertRefused(data, 4, 0, 4, 8, "a plane needs at least 1x1 samples, got 4x0");
        assertRefused(data, 4, 4, 3, 8, "expected a stride of at least 4, got 3");
        assertRefused(data, 4, 4, 7, 10, "expected a stride of at least 8, got 7");
        assertRefused(data, 4, 4, 8, 7, "expected samples of 8 to 16 bits, got 7");
        assertRefused(data, 4, 4, 8, 17, "expected samples of 8 to 16 bits, got 17");
    }

    @Test
    void refusesMoreSamplesThanABufferCanHold() {
        assertThrows(ArithmeticException.class, () -> Plane.allocate(1 << 16, 1 << 16));
        assertThrows(ArithmeticException.class, () -> Plane.allocate(1 << 15, 1 << 15, 10));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Plane(ByteBuffer.allocateDirect(64), 8, 1 << 30, 1 << 30, 8));
    }

    private static void assertRefused(
            ByteBuffer data, int width, int height, int strideBytes, int bitDepth, String why) {
        Exception refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new Plane(data, width, height, strideBytes, bitDepth));
        assertEquals(why, refusal.getMessage());
    }
}
