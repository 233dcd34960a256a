package io.upriver.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class BuildTest {

    @Test
    void knowsTheVersionOfTheProject() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        assertTrue(
                pom.contains("<version>" + Build.CURRENT.version() + "</version>"),
                Build.CURRENT.toString());
    }

    @Test
    void wasBuiltBeforeNow() {
        Duration age = Duration.between(Instant.parse(Build.CURRENT.time()), Instant.now());
        assertFalse(age.isNegative(), Build.CURRENT.time());
    }

    @Test
    void hasTheDigitsOfACommitOrSaysThatItIsUnknown() {
        assertTrue(
                Build.CURRENT.commit().matches("[0-9a-f]{7,40}|unknown"), Build.CURRENT.commit());
    }

    @Test
    void saysThatFilesDifferFromTheCommit() throws IOException {
        assertEquals(
                "upriver 1.2, commit 0123abc with changes, built 2026-01-02T03:04:05Z",
                read("version=1.2\ncommit=0123abc\nchanged=true\ntime=2026-01-02T03:04:05Z")
                        .describe("upriver"));
    }

    @Test
    void doesNotKnowWhatNobodyFilledIn() throws IOException {
        assertEquals(
                new Build("unknown", "unknown", false, "unknown"),
                read("version=${project.version}\ncommit=\nchanged=${git.dirty}"));
    }

    private static Build read(String text) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        return Build.of(properties);
    }
}
