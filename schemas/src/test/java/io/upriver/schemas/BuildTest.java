package io.upriver.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.StringReader;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class BuildTest {

    @Test
    void describesItselfInALine() throws IOException {
        assertEquals(
                "upriver 1.2, commit 0123abc-changed, built 2026-01-02T03:04:05Z",
                read("version=1.2\ncommit=0123abc-changed\ntime=2026-01-02T03:04:05Z")
                        .describe("upriver"));
    }

    @Test
    void doesNotKnowWhatNobodyFilledIn() throws IOException {
        assertEquals(
                new Build("unknown", "unknown", "unknown"),
                read("version=${project.version}\ncommit="));
    }

    private static Build read(String text) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        return Build.of(properties);
    }
}
