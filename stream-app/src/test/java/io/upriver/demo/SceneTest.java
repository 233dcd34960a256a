package io.upriver.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the demo draws. */
class SceneTest {

    private static final Scene SCENE = new Scene(7);

    @Test
    void drawsTheSameSamplesForTheSameSeedAndOthersForAnother() {
        assertArrayEquals(frame(SCENE, 33), frame(new Scene(7), 33));
        assertFalse(Arrays.equals(frame(SCENE, 33), frame(new Scene(8), 33)));
    }

    @Test
    void beginsAgainAfterALoopWithoutAJump() {
        // Given
        int[] first = frame(SCENE, 0);
        double step = difference(first, frame(SCENE, 1));

        // When
        double seam = difference(frame(SCENE, Scene.LOOP_FRAMES - 1), first);

        // Then
        assertArrayEquals(first, frame(SCENE, Scene.LOOP_FRAMES));
        assertTrue(step > 1, "a step changes a sample by " + step);
        assertTrue(seam < 1.1 * step, "expected about " + step + " at the seam, got " + seam);
        assertTrue(difference(first, frame(SCENE, 120)) > 1.2 * step);
    }

    @Test
    void movesLeavesStonesAndTextByWholeSamples() {
        int[] before = frame(SCENE, 10);
        int[] after = frame(SCENE, 11);

        for (int y = 100; y < 470; y += 13) {
            for (int x = 0; x < 700; x++) {
                assertSame(before, x + 4, y, after, x, y);
            }
        }
        for (int x = 740; x < 1270; x += 7) {
            for (int y = 0; y < 390; y++) {
                assertSame(before, x, y + 2, after, x, y);
            }
        }
    }

    @Test
    void writesLettersFromLargeToVeryFine() {
        // Given lines of the page where a line of text stands, by how often dark and light change
        int[] samples = frame(SCENE, 0);
        int mostChanges = 0;
        int fewestChanges = Integer.MAX_VALUE;
        for (int y = 0; y < 390; y++) {
            int changes = 0;
            for (int x = 745; x < 1260; x++) {
                changes += isDark(samples, x, y) != isDark(samples, x + 1, y) ? 1 : 0;
            }
            mostChanges = Math.max(mostChanges, changes);
            fewestChanges = changes == 0 ? fewestChanges : Math.min(fewestChanges, changes);
        }

        // Then there are rows with the seven large letters only, and rows with some 60 fine ones
        assertTrue(fewestChanges < 20, "fewest " + fewestChanges);
        assertTrue(mostChanges > 150, "most " + mostChanges);
    }

    @Test
    void needsNoFontsOfTheMachine() throws IOException {
        frame(SCENE, 5);

        String loaded = Files.readString(Path.of("/proc/self/maps"));

        assertTrue(loaded.contains("libawt"), "expected Java's drawing to be loaded");
        assertFalse(loaded.contains("libfontmanager"), "Java's fonts are loaded");
    }

    private static int[] frame(Scene scene, long number) {
        BufferedImage canvas = Scene.canvas();
        scene.draw(number, canvas);
        return canvas.getRGB(0, 0, Scene.WIDTH, Scene.HEIGHT, null, 0, Scene.WIDTH);
    }

    private static double difference(int[] one, int[] other) {
        long sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += Math.abs((one[i] >> 8 & 0xff) - (other[i] >> 8 & 0xff));
        }
        return (double) sum / one.length;
    }

    private static void assertSame(int[] one, int x, int y, int[] other, int atX, int atY) {
        assertTrue(
                one[y * Scene.WIDTH + x] == other[atY * Scene.WIDTH + atX],
                () -> "expected the sample of %d,%d at %d,%d".formatted(x, y, atX, atY));
    }

    private static boolean isDark(int[] samples, int x, int y) {
        return (samples[y * Scene.WIDTH + x] >> 8 & 0xff) < 160;
    }
}
