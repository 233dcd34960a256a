package io.upriver.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimeBaseTest {

    @Test
    void countsNanosecondsRoundedDown() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            // Given
            TimeBase clock = clock(random);
            long ticks = random.nextLong(-1L << 33, 1L << 33);

            // When
            long nanos = clock.toNanos(ticks);

            // Then
            BigInteger product = big(ticks).multiply(big(clock.numerator())).multiply(big(NANOS));
            assertEquals(floor(product, clock.denominator()), big(nanos), clock + " x " + ticks);
        }
    }

    @Test
    void turnsTicksOfOneClockIntoThoseOfAnotherRoundedDown() {
        Random random = new Random(2);
        for (int i = 0; i < 1000; i++) {
            // Given
            TimeBase from = clock(random);
            TimeBase to = clock(random);
            long ticks = random.nextLong(-1L << 33, 1L << 33);

            // When
            long turned = to.ticksOf(ticks, from);

            // Then
            BigInteger product =
                    big(ticks).multiply(big(from.numerator())).multiply(big(to.denominator()));
            long divisor = (long) from.denominator() * to.numerator();
            assertEquals(floor(product, divisor), big(turned), from + " to " + to + ": " + ticks);
        }
    }

    @Test
    void laysTheSegmentsAWholeNumberOfTicksLater() {
        TimeBase[] clocks = {
            new TimeBase(1, 90_000), new TimeBase(1, 1000), new TimeBase(1, 12_800),
            new TimeBase(1001, 30_000), new TimeBase(1001, 24_000), new TimeBase(1001, 60_000)
        };
        for (TimeBase clock : clocks) {
            // When
            long ticks = Splitter.originTicks(clock);

            // Then
            assertEquals(Splitter.ORIGIN_SECONDS * NANOS, clock.toNanos(ticks), clock.toString());
        }
    }

    @Test
    void refusesAClockThatDoesNotRun() {
        // When
        Exception refusal = assertThrows(IllegalArgumentException.class, () -> new TimeBase(1, 0));

        // Then
        assertEquals("expected a positive time base, got 1/0", refusal.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new TimeBase(0, 25));
    }

    private static final long NANOS = 1_000_000_000;

    private static TimeBase clock(Random random) {
        int[] denominators = {1000, 12_800, 15_360, 24_000, 30_000, 90_000, 1_000_000};
        int denominator = denominators[random.nextInt(denominators.length)];
        return new TimeBase(random.nextBoolean() ? 1 : 1001, denominator);
    }

    private static BigInteger big(long value) {
        return BigInteger.valueOf(value);
    }

    private static BigInteger floor(BigInteger value, long divisor) {
        BigInteger[] parts = value.divideAndRemainder(big(divisor));
        return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }
}
