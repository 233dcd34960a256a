package io.upriver.egress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MediaCacheTest {

    private final MediaCache cache = new MediaCache(100);

    @Test
    void letsTheLeastAskedForGoFirst() {
        cache.put(place(1), new byte[40]);
        cache.put(place(2), new byte[40]);
        assertTrue(isThere(1));
        cache.put(place(3), new byte[40]);

        assertTrue(isThere(1));
        assertTrue(isThere(3));
        assertEquals(80, cache.bytes());
        assertEquals(Optional.empty(), cache.get(place(2), place -> Optional.empty()));
    }

    @Test
    void neverHoldsMoreThanItMay() {
        for (int i = 0; i < 1_000; i++) {
            cache.put(place(i % 37), new byte[i % 60]);
            assertTrue(cache.bytes() <= 100, () -> cache.bytes() + " bytes");
        }
        cache.put(place(99), new byte[101]);
        assertTrue(cache.bytes() <= 100);
    }

    @Test
    void readsOnceForAllWhoAsk() throws Exception {
        // Given a reader that waits until all have asked
        AtomicInteger reads = new AtomicInteger();
        CountDownLatch asked = new CountDownLatch(1);
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(
                    CompletableFuture.supplyAsync(
                            () ->
                                    cache.get(
                                                    place(1),
                                                    place -> {
                                                        reads.incrementAndGet();
                                                        await(asked);
                                                        return Optional.of(new byte[] {7});
                                                    })
                                            .orElseThrow(),
                            task -> new Thread(task).start()));
        }
        Thread.sleep(100);

        // When it goes on
        asked.countDown();

        // Then
        for (CompletableFuture<byte[]> answer : answers) {
            assertArrayEquals(new byte[] {7}, answer.get(5, TimeUnit.SECONDS));
        }
        assertEquals(1, reads.get());
    }

    @Test
    void readsAgainAfterAFailure() {
        assertThrows(
                IllegalStateException.class,
                () ->
                        cache.get(
                                place(1),
                                place -> {
                                    throw new IllegalStateException("no broker");
                                }));

        assertEquals(
                1, cache.get(place(1), place -> Optional.of(new byte[1])).orElseThrow().length);
    }

    private boolean isThere(int offset) {
        return cache.get(place(offset), place -> Optional.empty()).isPresent();
    }

    private static Place place(int offset) {
        return new Place("upscaled", 0, offset);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(5, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
