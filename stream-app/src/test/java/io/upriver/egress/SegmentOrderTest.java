package io.upriver.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SegmentOrderTest {

    @Test
    void handsOnEverythingOnceInOrderWhateverTheOrderAndTheRepetitions() {
        Random random = new Random(5);
        for (int trial = 0; trial < 200; trial++) {
            // Given
            List<Long> arriving = new ArrayList<>();
            for (long sequence = 0; sequence < 20; sequence++) {
                for (int times = 1 + random.nextInt(2); times > 0; times--) {
                    arriving.add(sequence);
                }
            }
            Collections.shuffle(arriving, random);
            SegmentOrder<String> order = new SegmentOrder<>();
            List<String> handedOn = new ArrayList<>();

            // When
            arriving.forEach(sequence -> order.add(sequence, "s" + sequence, handedOn::add));

            // Then
            List<String> expected = LongStream.range(0, 20).mapToObj(s -> "s" + s).toList();
            assertEquals(expected, handedOn, "order " + arriving);
            assertEquals(20, order.handedOn());
        }
    }

    @Test
    void waitsForTheOneThatIsMissing() {
        // Given
        SegmentOrder<String> order = new SegmentOrder<>();
        List<String> handedOn = new ArrayList<>();
        order.add(1, "second", handedOn::add);
        order.add(2, "third", handedOn::add);
        List<String> before = List.copyOf(handedOn);

        // When
        order.add(0, "first", handedOn::add);

        // Then
        assertEquals(List.of(), before);
        assertEquals(List.of("first", "second", "third"), handedOn);
    }

    @Test
    void keepsTheFirstOfTwoWithTheSameNumber() {
        // Given
        SegmentOrder<String> order = new SegmentOrder<>();
        List<String> handedOn = new ArrayList<>();
        order.add(1, "first comer", handedOn::add);
        order.add(1, "late comer", handedOn::add);

        // When
        order.add(0, "start", handedOn::add);

        // Then
        assertEquals(List.of("start", "first comer"), handedOn);
    }
}
