package io.upriver.media;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargestPictureTest {

    @Test
    void readsASize() {
        assertEquals(new LargestPicture(8192, 4320), LargestPicture.parse("8192x4320"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8192", "8192*4320", "0x4320", "-1x1", "8192x432000", " 1x1"})
    void refusesWhatIsNoSize(String text) {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> LargestPicture.parse(text));

        assertEquals("expected a size such as 8192x4320, got '" + text + "'", refusal.getMessage());
    }

    @Test
    void refusesASizeThatNoPictureHas() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> LargestPicture.parse("99999x1"));

        assertEquals(
                "expected a width and a height of 1 to 65535, got 99999x1", refusal.getMessage());
    }

    @Test
    void countsSamplesAndNotSides() {
        LargestPicture largest = new LargestPicture(128, 72);

        assertDoesNotThrow(() -> largest.check("pictures", 72, 128));
        assertDoesNotThrow(() -> largest.check("pictures", 9216, 1));
        MediaException refusal =
                assertThrows(MediaException.class, () -> largest.check("pictures", 9217, 1));
        assertEquals(
                "expected pictures of at most 128x72 (9216 samples in any shape), got 9217x1",
                refusal.getMessage());
    }

    @Test
    void countsTheLargestNumbersThatAHeaderCanHave() {
        LargestPicture largest = LargestPicture.ANY;

        assertThrows(
                MediaException.class,
                () -> largest.check("pictures", Integer.MAX_VALUE, Integer.MAX_VALUE));
    }
}
