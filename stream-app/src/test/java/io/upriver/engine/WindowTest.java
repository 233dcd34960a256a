package io.upriver.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.frame.Plane;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class WindowTest {

    @Test
    void holdsTheRegionAndItsReachWithinTheFrame() {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            // Given
            ModelContract contract =
                    new ModelContract(2, 1 + random.nextInt(4), random.nextInt(30));
            Plane low = Plane.allocate(1 + random.nextInt(100), 1 + random.nextInt(100));
            Region region = region(random, low);

            // When
            Window least = Window.around(region, low, contract);
            Window equal = Window.ofEqualSize(region, low, contract);

            // Then
            for (Window window : new Window[] {least, equal}) {
                String what = "%s for %s and %s".formatted(window, region, contract);
                assertHolds(
                        window.x(),
                        window.width(),
                        region.x(),
                        region.width(),
                        low.width(),
                        contract,
                        what);
                assertHolds(
                        window.y(),
                        window.height(),
                        region.y(),
                        region.height(),
                        low.height(),
                        contract,
                        what);
            }
        }
    }

    @Test
    void hasOneSizeForAllPlacesWhenAskedFor() {
        Random random = new Random(2);
        for (int round = 0; round < 200; round++) {
            // Given
            ModelContract contract =
                    new ModelContract(2, 1 + random.nextInt(4), random.nextInt(30));
            Plane low = Plane.allocate(1 + random.nextInt(100), 1 + random.nextInt(100));
            Region first = region(random, low);
            Region second =
                    new Region(
                            random.nextInt(low.width() - first.width() + 1),
                            random.nextInt(low.height() - first.height() + 1),
                            first.width(),
                            first.height());

            // When
            Window a = Window.ofEqualSize(first, low, contract);
            Window b = Window.ofEqualSize(second, low, contract);

            // Then
            assertEquals(a.width(), b.width());
            assertEquals(a.height(), b.height());
        }
    }

    private static Region region(Random random, Plane low) {
        int x = random.nextInt(low.width());
        int y = random.nextInt(low.height());
        return new Region(
                x, y, 1 + random.nextInt(low.width() - x), 1 + random.nextInt(low.height() - y));
    }

    private static void assertHolds(
            int start,
            int extent,
            int regionStart,
            int regionExtent,
            int frame,
            ModelContract contract,
            String what) {
        int multiple = contract.multiple();
        int reach = contract.receptiveField();
        int end = start + extent;
        assertEquals(0, start % multiple, what);
        assertEquals(0, extent % multiple, what);
        assertTrue(start >= 0 && end < frame + multiple, what);
        assertTrue(start <= Math.max(0, regionStart - reach), what);
        assertTrue(end >= Math.min(frame, regionStart + regionExtent + reach), what);
    }
}
