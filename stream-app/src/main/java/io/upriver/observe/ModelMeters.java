package io.upriver.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Meters of models: which are in use, and what became of those that came. Thread-safe. */
public final class ModelMeters {

    /** Channels come from outside; no more than these are shown, by the order of their names. */
    static final int MOST_CHANNELS = 64;

    private final MeterRegistry registry;
    private final MultiGauge current;

    /**
     * @param results all that there can be
     */
    public ModelMeters(MeterRegistry registry, Collection<String> results) {
        this.registry = registry;
        this.current = MultiGauge.builder("upriver.model.info").register(registry);
        results.forEach(this::swaps);
    }

    private Counter swaps(String result) {
        return registry.counter("upriver.model.swaps", "result", result);
    }

    /** A model that came became this. */
    public void swapped(String result) {
        swaps(result).increment();
    }

    /**
     * These are in use now, and no others.
     *
     * @param digests by channel
     */
    public synchronized void inUse(Map<String, String> digests) {
        current.register(
                new TreeMap<>(digests)
                        .entrySet().stream()
                                .limit(MOST_CHANNELS)
                                .map(
                                        model ->
                                                MultiGauge.Row.of(
                                                        Tags.of(
                                                                "channel",
                                                                model.getKey(),
                                                                "digest",
                                                                model.getValue()),
                                                        1))
                                .toList(),
                true);
    }
}
