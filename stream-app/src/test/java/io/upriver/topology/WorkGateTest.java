package io.upriver.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkGateTest {

    @Test
    void letsSoManyInAtATimeAndAllInTheEnd() throws Exception {
        // Given
        WorkGate gate = new WorkGate(2);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        Runnable work =
                () -> {
                    assertTrue(gate.enter());
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    pause();
                    inside.decrementAndGet();
                    gate.leave();
                    done.incrementAndGet();
                };
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            // When
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                all.add(pool.submit(work));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            pool.shutdown();
        }

        // Then
        assertEquals(2, most.get());
        assertEquals(24, done.get());
    }

    @Test
    void letsNobodyWaitLongerThanThereIsTime() {
        // Given
        WorkGate gate = new WorkGate(1);

        // Then
        assertFalse(gate.enterWithin(0));
        assertTrue(gate.enterWithin(1));
        assertFalse(gate.enterWithin(1));
        gate.leave();
        assertTrue(gate.enterWithin(1));
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
