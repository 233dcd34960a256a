package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of {@code docs} that is made from the code. */
public final class GeneratedPage {

    private static final String SWITCH = "docs.update";

    private GeneratedPage() {}

    /** Holds the page to the text; with {@code -Ddocs.update=true} writes it instead. */
    public static void assertCurrent(String name, String text) throws IOException {
        Path page = Path.of("..", "docs", name);
        if (Boolean.getBoolean(SWITCH)) {
            Files.writeString(page, text);
        }
        assertEquals(
                text,
                Files.exists(page) ? Files.readString(page) : "",
                "docs/%s is out of date; this test with -D%s=true writes it"
                        .formatted(name, SWITCH));
    }
}
