package io.upriver.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.observe.WayCounter.Way;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WayCounterTest {

    private static final Way NETWORK = new Way("network", "");
    private static final Way SLOW = new Way("interpolated", "slow");

    private final WayCounter counter = new WayCounter();

    @Test
    void countsEachStreamAndEachWay() {
        // When
        counter.segmentDone("cam-7", NETWORK);
        counter.segmentDone("cam-7", SLOW);
        counter.segmentDone("cam-7", SLOW);
        counter.segmentDone("cam-8", NETWORK);

        // Then
        assertEquals(
                Map.of("cam-7", Map.of(NETWORK, 1L, SLOW, 2L), "cam-8", Map.of(NETWORK, 1L)),
                counter.counts());
        assertEquals(
                "{interpolated (slow)=2, network=1}", counter.counts().get("cam-7").toString());
    }

    @Test
    void countsTogetherWhatAreTooManyStreams() {
        // When
        for (int stream = 0; stream < WayCounter.MOST_STREAMS + 7; stream++) {
            counter.segmentDone("cam-" + stream, NETWORK);
        }
        counter.segmentDone("cam-0", NETWORK);

        // Then
        Map<String, Map<Way, Long>> counts = counter.counts();
        assertEquals(WayCounter.MOST_STREAMS + 1, counts.size());
        assertEquals(2, counts.get("cam-0").get(NETWORK));
        assertEquals(7, counts.get(WayCounter.OTHERS).get(NETWORK));
    }
}
