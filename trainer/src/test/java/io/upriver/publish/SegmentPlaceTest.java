package io.upriver.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SegmentPlaceTest {

    @Test
    void areInTheOrderOfTheStreamWhateverTheOrderOfTheRecords() {
        // Given neighbours that came in the wrong order
        List<SegmentPlace> places = places(3, 5, 4, 6);

        assertEquals(List.of(3L, 4L, 5L, 6L), sequences(places));
    }

    @Test
    void countEachContentAndEachSequenceOnce() {
        // Given segment 4 twice, once more under another number, and once with other content
        List<SegmentPlace> places = places(3, 4, 4);
        places.add(place(4, 9, "content of 4"));
        places.add(place(5, 5, "newer"));

        List<SegmentPlace> inOrder = SegmentPlace.inOrder(places);

        assertEquals(List.of(3L, 4L, 5L), sequences(places));
        assertEquals("newer", inOrder.get(2).digest());
        places.add(place(6, 5, "newest"));
        assertEquals("newest", SegmentPlace.inOrder(places).get(2).digest());
    }

    @Test
    void areThoseOfTheNewestBeginning() {
        // Given streams that begin anew, at 0 and at a number far back, with other content
        List<SegmentPlace> places = new ArrayList<>();
        for (long sequence : new long[] {100, 101, 102, 0, 1, 2}) {
            places.add(place(places.size(), sequence, "content " + places.size()));
        }
        assertEquals(List.of(0L, 1L, 2L), sequences(places));

        List<SegmentPlace> far = List.of(place(0, 100, "a"), place(1, 50, "b"), place(2, 51, "c"));
        assertEquals(List.of(50L, 51L), sequences(far));
    }

    @Test
    void areChosenEvenly() {
        List<SegmentPlace> places = places(LongStream.range(0, 100).toArray());

        assertEquals(
                List.of(12L, 37L, 62L, 87L),
                SegmentPlace.evenly(places, 4).stream().map(SegmentPlace::sequence).toList());
        assertEquals(places, SegmentPlace.evenly(places, 1000));
    }

    private static List<Long> sequences(List<SegmentPlace> places) {
        return SegmentPlace.inOrder(places).stream().map(SegmentPlace::sequence).toList();
    }

    private static List<SegmentPlace> places(long... sequences) {
        List<SegmentPlace> places = new ArrayList<>();
        for (long sequence : sequences) {
            places.add(place(places.size(), sequence, "content of " + sequence));
        }
        return places;
    }

    private static SegmentPlace place(long time, long sequence, String content) {
        return new SegmentPlace(0, time, time, sequence, null, content, false);
    }
}
