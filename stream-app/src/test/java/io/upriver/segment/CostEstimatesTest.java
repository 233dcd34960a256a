package io.upriver.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.schemas.PictureSize;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.VideoEncoding;
import io.upriver.segment.CostEstimates.Work;
import org.junit.jupiter.api.Test;

class CostEstimatesTest {

    private static final VideoEncoding H264 = VideoEncoding.of(Codec.H264);
    private static final Work SMALL = new Work("nano", 2, H264, new PictureSize(320, 180));
    private static final Work LARGE = new Work("nano", 2, H264, new PictureSize(640, 360));

    private final TestClock clock = new TestClock();
    private final CostEstimates costs = new CostEstimates(clock);

    @Test
    void guessALittleOfWhatWasNeverTried() {
        // 57600 samples of 60 frames, 100 ns each
        assertEquals(345.6, costs.millis(SMALL, 60), 1e-6);
        assertEquals(0, costs.tail(SMALL));
    }

    @Test
    void expectWhatTheLastSegmentTook() {
        // When
        costs.learn(SMALL, 60, 1200, 300);

        // Then
        assertEquals(1200, costs.millis(SMALL, 60), 1e-6);
        assertEquals(0.25, costs.tail(SMALL), 1e-6);
        assertEquals(600, costs.millis(SMALL, 30), 1e-6);
    }

    @Test
    void takeAnotherSizeByItsSamplesUntilItIsTried() {
        // Given
        costs.learn(SMALL, 60, 1000, 0);
        assertEquals(4000, costs.millis(LARGE, 60), 1e-6);

        // When
        costs.learn(LARGE, 60, 2000, 0);

        // Then
        assertEquals(2000, costs.millis(LARGE, 60), 1e-6);
        assertEquals(1000, costs.millis(SMALL, 60), 1e-6);
    }

    @Test
    void keepWaysScalesAndEncodingsApart() {
        // When
        costs.learn(SMALL, 60, 10_000, 0);

        // Then
        for (Work other :
                new Work[] {
                    new Work("base", 2, H264, SMALL.size()),
                    new Work("nano", 3, H264, SMALL.size()),
                    new Work("nano", 2, VideoEncoding.of(Codec.HEVC), SMALL.size())
                }) {
            assertEquals(345.6, costs.millis(other, 60), 1e-6, other.toString());
        }
    }

    @Test
    void followSlowerSegmentsSoonerThanFasterOnes() {
        // Given
        costs.learn(SMALL, 60, 1000, 0);

        // When it is slower, and faster again
        costs.learn(SMALL, 60, 2000, 0);
        double slower = costs.millis(SMALL, 60);
        costs.learn(SMALL, 60, 1000, 0);
        double faster = costs.millis(SMALL, 60);

        // Then
        assertEquals(1600, slower, 1e-6);
        assertEquals(1420, faster, 1e-6);
    }

    @Test
    void forgetWhatWasLongAgo() {
        // Given
        costs.learn(SMALL, 60, 8000, 0);
        clock.advance(20 * CostEstimates.HALF_LIFE_MILLIS);

        // When
        costs.learn(SMALL, 60, 1000, 0);

        // Then
        assertEquals(1000, costs.millis(SMALL, 60), 1);
    }

    @Test
    void leaveHopeWhileTheWayIsNotUsed() {
        // Given
        costs.learn(SMALL, 60, 8000, 0);

        assertEquals(8000, costs.hopedMillis(SMALL, 60), 1e-6);

        // When
        clock.advance(3 * CostEstimates.HALF_LIFE_MILLIS);

        // Then there is hope
        assertEquals(1000, costs.hopedMillis(SMALL, 60), 1e-6);
        assertEquals(8000, costs.millis(SMALL, 60), 1e-6);

        // and who tries in vain learns it again
        costs.learn(SMALL, 60, 8000, 0);
        assertEquals(8000, costs.hopedMillis(SMALL, 60), 1e-6);
    }

    @Test
    void learnNothingFromASegmentWithoutFrames() {
        // When
        costs.learn(SMALL, 0, 1000, 0);
        costs.learn(SMALL, 60, 0, 0);

        // Then
        assertEquals(345.6, costs.millis(SMALL, 60), 1e-6);
    }
}
