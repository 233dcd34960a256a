package io.upriver.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PresentationRangeTest {

    @Test
    void holdsItsStartButNotItsEnd() {
        // Given
        PresentationRange range = new PresentationRange(-5, 10);

        // Then
        assertFalse(range.contains(-6));
        assertTrue(range.contains(-5));
        assertTrue(range.contains(9));
        assertFalse(range.contains(10));
        assertFalse(range.isOpen());
    }

    @Test
    void holdsEverythingFromItsStartWhenOpen() {
        // Given
        PresentationRange range = PresentationRange.from(3);

        // Then
        assertTrue(range.isOpen());
        assertFalse(range.contains(2));
        assertTrue(range.contains(3));
        assertTrue(range.contains(Long.MAX_VALUE));
    }

    @Test
    void refusesToBeEmpty() {
        // When
        var refusal =
                assertThrows(IllegalArgumentException.class, () -> new PresentationRange(7, 7));

        // Then
        assertEquals(
                "presentation range: expected the start before the end, got 7 to 7 ns",
                refusal.getMessage());
    }
}
