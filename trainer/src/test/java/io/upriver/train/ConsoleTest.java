package io.upriver.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.learn.TrainingRun.Scores;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private final StringWriter log = new StringWriter();

    @Test
    void writesALineForEachReportWhereThereIsNoTerminal() {
        try (Console console = new Console(new PrintWriter(log), null)) {
            tell(console);
        }
        assertEquals(
                "step 200/30000  loss 0.01235  validation 31.250 dB (+0.750)  125.0 ms a step"
                        + "  1:02:05 left"
                        + System.lineSeparator(),
                log.toString());
    }

    @Test
    void showsABarOnATerminal() {
        // Given
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        PrintStream terminal = new PrintStream(shown, true, StandardCharsets.UTF_8);

        // When
        try (Console console = new Console(new PrintWriter(log, true), terminal)) {
            tell(console);
        }

        // Then
        String bar = shown.toString(StandardCharsets.UTF_8);
        assertTrue(bar.contains("200/30000"), bar);
        assertTrue(bar.contains("loss 0.01235  31.250"), bar);
        assertEquals("", log.toString());
    }

    private static void tell(Console console) {
        console.validated(new Scores(0, 31.25, 30.5));
        for (int step = 1; step <= 200; step++) {
            console.stepped(step, 0.02f);
        }
        console.progress(200, 30_000, 0.012345678, 125);
    }
}
