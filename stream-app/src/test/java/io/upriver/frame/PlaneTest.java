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
        Plane plane = new Plane(data, 4, 3, 8);

        // When
        data.put(2 * 8 + 3, (byte) 200);

        // Then
        assertEquals(200, plane.sample(3, 2));
        assertEquals(0, plane.sample(3, 1));
        assertFalse(plane.isPacked());
    }

    @Test
    void needsNoGapBehindTheLastRow() {
        assertEquals(3, new Plane(ByteBuffer.allocateDirect(2 * 8 + 4), 4, 3, 8).height());
        assertRefused(
                ByteBuffer.allocateDirect(2 * 8 + 3),
                4,
                3,
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
                "a plane needs a direct buffer, got one on the heap");
        assertRefused(data, 0, 4, 4, "a plane needs at least 1x1 samples, got 0x4");
        assertRefused(data, 4, 0, 4, "a plane needs at least 1x1 samples, got 4x0");
        assertRefused(data, 4, 4, 3, "expected a stride of at least 4, got 3");
    }

    @Test
    void refusesMoreSamplesThanABufferCanHold() {
        assertThrows(ArithmeticException.class, () -> Plane.allocate(1 << 16, 1 << 16));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Plane(ByteBuffer.allocateDirect(64), 8, 1 << 30, 1 << 30));
    }

    private static void assertRefused(
            ByteBuffer data, int width, int height, int strideBytes, String why) {
        Exception refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new Plane(data, width, height, strideBytes));
        assertEquals(why, refusal.getMessage());
    }
}
