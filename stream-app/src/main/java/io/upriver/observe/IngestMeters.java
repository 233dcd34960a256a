package io.upriver.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;

/** Meters of live streams that are pushed. Thread-safe. */
public final class IngestMeters {

    private final MeterRegistry registry;
    private final LongAdder bytes = new LongAdder();

    /**
     * @param statuses all with which a push can be refused
     */
    public IngestMeters(MeterRegistry registry, Collection<Integer> statuses) {
        this.registry = registry;
        FunctionCounter.builder("upriver.ingest", bytes, LongAdder::sum)
                .baseUnit("bytes")
                .register(registry);
        statuses.forEach(status -> refusals(status));
    }

    private Counter refusals(int status) {
        return registry.counter("upriver.ingest.refused", "status", Integer.toString(status));
    }

    /** So many bytes of bodies were read. */
    public void read(int count) {
        bytes.add(count);
    }

    /** A body was refused. */
    public void refused(int status) {
        refusals(status).increment();
    }
}
