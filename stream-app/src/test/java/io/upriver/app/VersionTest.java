package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.schemas.Build;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionTest {

    @Test
    void namesTheBuildAndWhatItWorksWith() {
        StringWriter out = new StringWriter();

        int code = Main.commandLine().setOut(new PrintWriter(out)).execute("--version");

        List<String> lines = out.toString().lines().toList();
        assertEquals(0, code);
        assertEquals(2, lines.size(), out.toString());
        assertEquals(Build.CURRENT.describe("upriver"), lines.get(0));
        assertTrue(
                lines.get(1).matches("Java \\S+, FFmpeg \\d+\\.\\S+, ONNX Runtime \\d+\\.\\S+"),
                lines.get(1));
    }

    @Test
    void isThatOfTheProject() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        assertTrue(
                pom.contains("<version>" + Build.CURRENT.version() + "</version>"),
                Build.CURRENT.toString());
    }

    @Test
    void wasBuiltBeforeNowFromACommitOrNobodyKnows() {
        Duration age = Duration.between(Instant.parse(Build.CURRENT.time()), Instant.now());
        assertFalse(age.isNegative(), Build.CURRENT.time());
        assertTrue(
                Build.CURRENT.commit().matches("[0-9a-f]{10,40}(-changed)?|unknown"),
                Build.CURRENT.commit());
    }
}
