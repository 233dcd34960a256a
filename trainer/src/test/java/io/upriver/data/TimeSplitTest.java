package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimeSplitTest {

    @Test
    void keepsEveryLaterClipBehindAllThatIsLearnedFrom() {
        Random random = new Random(1);
        for (int count = TimeSplit.FEWEST; count < 60; count++) {
            // Given clips of several segments in any order
            List<StreamClip> clips = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                clips.add(clip(i / 5L * 3, i % 5 * 8));
            }
            Collections.shuffle(clips, random);
            double share = 0.05 + 0.9 * random.nextDouble();

            // When
            TimeSplit split = TimeSplit.of(clips, share);

            // Then
            for (StreamClip later : split.later()) {
                for (StreamClip seen : split.training()) {
                    assertTrue(isBefore(seen, later), seen + " and " + later);
                }
                for (StreamClip seen : split.validation()) {
                    assertTrue(isBefore(seen, later), seen + " and " + later);
                }
            }
            assertEquals(
                    count,
                    split.training().size() + split.validation().size() + split.later().size());
            assertTrue(!split.training().isEmpty() && !split.validation().isEmpty());
            assertEquals(share * count, split.later().size(), 0.1 * count + 2);
        }
    }

    private static boolean isBefore(StreamClip one, StreamClip other) {
        return one.sequence() < other.sequence()
                || (one.sequence() == other.sequence() && one.first() + 7 < other.first());
    }

    @Test
    void refusesPartsThatAreNotInOrder() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new TimeSplit(
                                List.of(clip(1, 0), clip(3, 0)),
                                List.of(clip(2, 0)),
                                List.of(clip(4, 0))));
        assertThrows(
                IllegalArgumentException.class,
                () -> new TimeSplit(List.of(clip(1, 0)), List.of(clip(4, 0)), List.of(clip(4, 0))));
        List<StreamClip> three = List.of(clip(1, 0), clip(2, 0), clip(3, 0));
        assertEquals(
                "expected at least 4 clips and a share of them between 0 and 1, got 3 and 0.3",
                assertThrows(IllegalArgumentException.class, () -> TimeSplit.of(three, 0.3))
                        .getMessage());
    }

    private static StreamClip clip(long sequence, int first) {
        return new StreamClip(sequence, first, List.of(), "h264", OptionalDouble.empty());
    }
}
