package io.upriver.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Gauges that ask for their values whenever somebody reads them. */
public final class ServiceMeters {

    private final MeterRegistry registry;

    public ServiceMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Memory of this process. */
    public ServiceMeters memory() {
        gauge("upriver.resident.memory", "bytes", ResidentMemory::bytes);
        gauge("upriver.native.memory", "bytes", ResidentMemory::bytesOutsideTheHeap);
        return this;
    }

    /** The segments in work. */
    public ServiceMeters work(SegmentsInWork inWork) {
        gauge("upriver.segments.in.work", null, inWork::count);
        gauge("upriver.segments.in.work.max", null, inWork::most);
        return this;
    }

    /**
     * Segments that wait.
     *
     * @param segments NaN where that is not known
     */
    public ServiceMeters waiting(DoubleSupplier segments) {
        gauge("upriver.waiting.segments", null, segments);
        return this;
    }

    /** Live streams that are pushed to this instance. */
    public ServiceMeters live(DoubleSupplier streams) {
        gauge("upriver.live.streams", null, streams);
        return this;
    }

    /** File jobs of this instance by state. */
    public ServiceMeters jobs(Collection<String> states, ToDoubleFunction<String> count) {
        for (String state : states) {
            Gauge.builder("upriver.jobs", () -> count.applyAsDouble(state))
                    .tag("state", state)
                    .register(registry);
        }
        return this;
    }

    private void gauge(String name, @Nullable String unit, DoubleSupplier value) {
        Gauge.builder(name, value::getAsDouble).baseUnit(unit).register(registry);
    }
}
