package io.upriver.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelKeyTest {

    private static final String DIGEST = "0123456789abcdef".repeat(4);

    @Test
    void readsWhatItWrites() {
        assertEquals(ModelKey.current("cam-7"), ModelKey.parse("cam-7"));
        assertEquals(ModelKey.kept("cam-7", DIGEST), ModelKey.parse("cam-7@" + DIGEST));
        assertEquals("cam-7@" + DIGEST, ModelKey.kept("cam-7", DIGEST).toString());
        assertEquals(ModelKey.canary("cam-7"), ModelKey.parse("cam-7@canary"));
        assertEquals("cam-7@canary", ModelKey.canary("cam-7").toString());
        assertTrue(ModelKey.parse("cam-7").isCurrent());
        assertFalse(ModelKey.parse("cam-7@canary").isCurrent());
        assertFalse(ModelKey.parse("cam-7@" + DIGEST).isCurrent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "@", "a@", "a@b@c", "a@0123", "sha256:a", "two\nlines"})
    void refusesWhatIsNoKey(String text) {
        assertThrows(IllegalArgumentException.class, () -> ModelKey.parse(text));
    }
}
