package io.upriver.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.frame.Plane;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CacheTilesTest {

    private static final double THIN = 20;

    @Test
    void cutsAFrameInQuartersForThinLayers() {
        List<Region> tiles = new CacheTiles(THIN, reach(10)).cut(new Region(0, 0, 640, 360));

        assertEquals(
                Set.of(
                        new Region(0, 0, 320, 180),
                        new Region(320, 0, 320, 180),
                        new Region(0, 180, 320, 180),
                        new Region(320, 180, 320, 180)),
                new HashSet<>(tiles));
    }

    @Test
    void coversEveryRegionOnce() {
        Random random = new Random(1);
        CacheTiles thin = new CacheTiles(THIN, reach(3));
        for (int i = 0; i < 200; i++) {
            Region region =
                    new Region(
                            random.nextInt(9),
                            random.nextInt(9),
                            1 + random.nextInt(1500),
                            1 + random.nextInt(1500));
            byte[] covered = new byte[region.width() * region.height()];
            for (Region tile : thin.cut(region)) {
                for (int y = tile.y(); y < tile.y() + tile.height(); y++) {
                    for (int x = tile.x(); x < tile.x() + tile.width(); x++) {
                        covered[(y - region.y()) * region.width() + x - region.x()]++;
                    }
                }
            }
            for (byte times : covered) {
                assertEquals(1, times, region.toString());
            }
        }
    }

    @Test
    void leavesWholeWhatIsSmallOrWouldReadMuchTwice() {
        Region frame = new Region(0, 0, 640, 360);
        Region small = new Region(0, 100, 256, 256);

        assertEquals(List.of(small), new CacheTiles(THIN, reach(10)).cut(small));
        assertEquals(List.of(frame), new CacheTiles(THIN, reach(100)).cut(frame));
    }

    @Test
    void leavesWholeWhatWaitsForArithmetic() {
        Region frame = new Region(0, 0, 640, 360);

        assertEquals(List.of(frame), new CacheTiles(164, reach(10)).cut(frame));
    }

    @Test
    void tilesGiveWhatOneRunOfTheNetworkGives() {
        // Given a frame that is cut, and the same in strips that are not
        Device cpu =
                ExecutionProviders.choose(EngineSettings.defaults().with(ProviderPreference.CPU));
        Plane low = TestPlanes.noise(new Random(2), 410, 330);
        Plane tiled = Plane.allocate(820, 660);
        Plane inStrips = Plane.allocate(820, 660);
        List<Region> strips = new ArrayList<>();
        for (int y = 0; y < 330; y += 110) {
            strips.add(new Region(0, y, 410, 110));
        }
        CacheTiles tiles = new CacheTiles(THIN, TestNetworks.CONVOLUTIONAL);

        // When
        try (Upscaler upscaler =
                TestNetworks.upscaler(
                        TestNetworks.convolutional(1), TestNetworks.CONVOLUTIONAL, cpu)) {
            Scratch scratch = upscaler.newScratch();
            upscaler.upscale(List.of(Patch.whole(low, tiled)), scratch);
            for (Region strip : strips) {
                upscaler.upscale(List.of(new Patch(low, strip, inStrips)), scratch);
            }
        }

        // Then
        assertEquals(3, tiles.cut(Region.whole(low)).size());
        strips.forEach(strip -> assertEquals(1, tiles.cut(strip).size()));
        assertArrayEquals(bytes(inStrips), bytes(tiled));
    }

    private static ModelContract reach(int samples) {
        return new ModelContract(2, 2, samples);
    }

    private static byte[] bytes(Plane plane) {
        byte[] bytes = new byte[plane.data().capacity()];
        plane.data().duplicate().clear().get(bytes);
        return bytes;
    }
}
