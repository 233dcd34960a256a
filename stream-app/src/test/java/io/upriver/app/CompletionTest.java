package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The completion script in a real bash. */
class CompletionTest {

    @TempDir static Path directory;

    private static Path script;

    @BeforeAll
    static void writeTheScript() throws IOException {
        script = directory.resolve("upriver.bash");
        StringWriter out = new StringWriter();
        assertEquals(0, Main.commandLine().setOut(new PrintWriter(out)).execute("completion"));
        Files.writeString(script, out.toString());
    }

    @Test
    void completesACommand() throws Exception {
        assertEquals(List.of("upscale"), completed("upriver", "ups"));
        assertEquals(List.of("bench"), completed("upriver", "ben"));
    }

    @Test
    void completesACommandOfACommand() throws Exception {
        assertEquals(List.of("rollback"), completed("upriver", "models", "rol"));
    }

    @Test
    void completesAnOption() throws Exception {
        assertTrue(completed("upriver", "serve", "--").contains("--embedded-kafka"));
    }

    /** What bash offers for the last word. */
    private static List<String> completed(String... words) throws Exception {
        String program =
                "source '%s'; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_upriver; printf '%%s\\n' \"${COMPREPLY[@]}\""
                        .formatted(script, String.join(" ", words), words.length - 1);
        Path out = Files.createTempFile(directory, "completed", ".txt");
        Process bash =
                new ProcessBuilder("bash", "-c", program)
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        assertEquals(0, bash.waitFor(), Files.readString(out));
        return Files.readString(out).lines().map(String::strip).filter(w -> !w.isEmpty()).toList();
    }
}
