package io.upriver.observe;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/** Meters of the lanes that run the networks. Thread-safe; nothing is allocated for a batch. */
public final class EngineMeters implements IntConsumer {

    private final MeterRegistry registry;
    private final DistributionSummary batches;
    private volatile LongSupplier busy = () -> 0;

    public EngineMeters(MeterRegistry registry) {
        this.registry = registry;
        batches =
                DistributionSummary.builder("upriver.engine.batch.frames")
                        .serviceLevelObjectives(1, 2, 4, 8, 16, 32)
                        .register(registry);
    }

    /** A batch of so many pieces is done. */
    @Override
    public void accept(int pieces) {
        batches.record(pieces);
    }

    /**
     * Asks for the rest whenever somebody reads the meters.
     *
     * @param queue pieces that no lane has started on
     * @param busyNanos what all lanes together have spent upscaling since the start
     */
    public void read(int lanes, LongSupplier queue, LongSupplier busyNanos) {
        Gauge.builder("upriver.engine.lanes", () -> lanes).register(registry);
        Gauge.builder("upriver.engine.queue.frames", queue::getAsLong).register(registry);
        busy = busyNanos; // which the registry itself would let go
        FunctionCounter.builder("upriver.engine.busy", this, EngineMeters::busySeconds)
                .baseUnit("seconds")
                .register(registry);
    }

    private double busySeconds() {
        return busy.getAsLong() / 1e9;
    }
}
