package io.upriver.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.learn.Training;
import io.upriver.learn.TrainingRun.Scores;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurvesTest {
    private static final String START =
            "{\"event\":\"validation\",\"step\":0,\"validationPsnr\":30.0,\"bicubicPsnr\":30.5}";
    private static final String STEADY =
            "{\"event\":\"progress\",\"step\":200,\"loss\":0.02,\"millisPerStep\":5}";
    private static final String BETTER =
            "{\"event\":\"validation\",\"step\":400,\"validationPsnr\":32.0,\"bicubicPsnr\":30.5}";

    @TempDir Path temporary;

    @Test
    void drawsLossAndValidationOverEachOtherWithBicubicAsALine() throws IOException {
        // Given
        Path run = run("a", START, STEADY, progress(400, 0.015), BETTER);

        // When
        BufferedImage drawn = draw(List.of(run));

        // Then
        assertEquals(900, drawn.getWidth());
        assertEquals(840, drawn.getHeight());
        assertTrue(longestGreyRow(drawn, 0, 420) < 20, "a line in the chart of the loss");
        long grey = longestGreyRow(drawn, 420, 840);
        assertTrue(grey > 250, "a dashed line across the chart: " + grey);
    }

    @Test
    void drawsARunThatHasOnlyBeenValidated() throws IOException {
        assertEquals(420, draw(List.of(run("a", START))).getHeight());
    }

    @Test
    void drawsSeveralRunsOfTheSameNameApart() throws IOException {
        // Given
        Path one = run("a/run", START, STEADY, BETTER);
        Path two = run("b/run", START, progress(200, 0.03), BETTER.replace("32.0", "31.5"));

        // Then
        assertFalse(same(draw(List.of(one)), draw(List.of(one, two))));
    }

    @Test
    void countsTheLaterReportWhereARunWasTakenUpAgain() throws IOException {
        // Given a run that got to step 600 and began again at 200, and one that never stopped
        Path again =
                run(
                        "a/run",
                        START,
                        STEADY,
                        progress(400, 0.5),
                        progress(600, 0.4),
                        "{\"event\":\"length\",\"step\":200,\"steps\":400}",
                        progress(400, 0.015),
                        BETTER);
        Path straight = run("b/run", START, STEADY, progress(400, 0.015), BETTER);

        // Then
        assertArrayEquals(pixels(draw(List.of(straight))), pixels(draw(List.of(again))));
    }

    @Test
    void saysWhichRunHasNothingToShow() throws IOException {
        var missing = assertThrows(IOException.class, () -> draw(List.of(temporary)));
        assertEquals(temporary + ": no training run (log.jsonl is missing)", missing.getMessage());
        Path empty = run("empty", STEADY);
        var nothing = assertThrows(IOException.class, () -> draw(List.of(empty)));
        assertEquals(
                empty.resolve("log.jsonl") + ": no validation in it yet", nothing.getMessage());
    }

    @Test
    void followsARunAndDoesNotStopItWhenNothingCanBeDrawn() throws IOException {
        // Given
        List<String> heard = new ArrayList<>();
        Training.Listener next =
                new Training.Listener() {
                    @Override
                    public void stepped(long step, float loss) {
                        heard.add("stepped");
                    }

                    @Override
                    public void progress(long step, long steps, double loss, double millis) {
                        heard.add("progress");
                    }

                    @Override
                    public void validated(Scores scores) {
                        heard.add("validated");
                    }
                };
        StringWriter log = new StringWriter();
        Path run = run("a", START);

        // When
        Training.Listener good = Curves.following(run, new PrintWriter(log, true), next);
        good.stepped(1, 0.1f);
        good.progress(1, 2, 0.1, 5);
        good.validated(new Scores(0, 30, 30.5));

        // Then
        assertEquals(List.of("stepped", "progress", "validated"), heard);
        assertTrue(Files.exists(run.resolve("curves.png")));
        assertEquals("", log.toString());
        Curves.following(temporary, new PrintWriter(log, true), next)
                .validated(new Scores(0, 30, 30.5));
        assertTrue(log.toString().contains("log.jsonl is missing"), log.toString());
    }

    private BufferedImage draw(List<Path> runs) throws IOException {
        Path png = temporary.resolve("drawn").resolve("curves.png");
        Curves.draw(runs, png);
        return ImageIO.read(png.toFile());
    }

    private Path run(String name, String... lines) throws IOException {
        Path run = Files.createDirectories(temporary.resolve(name));
        Files.write(run.resolve("log.jsonl"), List.of(lines));
        return run;
    }

    private static String progress(long step, double loss) {
        return STEADY.replace(":200", ":" + step).replace("0.02", Double.toString(loss));
    }

    /** Most pixels of bicubic's grey in one row. */
    private static long longestGreyRow(BufferedImage image, int from, int to) {
        return IntStream.range(from, to)
                .mapToLong(
                        y ->
                                IntStream.range(0, image.getWidth())
                                        .filter(x -> image.getRGB(x, y) == Color.GRAY.getRGB())
                                        .count())
                .max()
                .orElseThrow();
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    private static boolean same(BufferedImage one, BufferedImage other) {
        return Arrays.equals(pixels(one), pixels(other));
    }
}
