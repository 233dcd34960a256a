package io.upriver.app;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * The framework's settings of spans and log lines, worked out from ours: nothing is traced and
 * nothing connects anywhere unless somebody says where spans go, and every line in JSON says which
 * worker wrote it.
 */
public final class Telemetry implements ConfigSourceFactory {

    /** The framework's name of the setting that turns spans off. */
    static final String DISABLED = "quarkus.otel.sdk.disabled";

    private static final String ENDPOINT = "quarkus.otel.exporter.otlp.endpoint";
    private static final String TRACES_ENDPOINT = "quarkus.otel.exporter.otlp.traces.endpoint";
    private static final int ORDINAL = 150;

    /** The ordinal of the framework's own defaults, which say a place on this machine. */
    private static final int DEFAULTS = Integer.MIN_VALUE + 1000;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        String ours = value(context, "upriver.tracing.endpoint");
        boolean isOn =
                ours != null
                        || value(context, ENDPOINT) != null
                        || value(context, TRACES_ENDPOINT) != null;
        String worker = WorkerName.of(Optional.ofNullable(value(context, "upriver.worker.name")));
        Map<String, String> derived = derive(isOn, ours, worker);
        String json = value(context, "upriver.log.json");
        derived.put("quarkus.log.console.json.enabled", json == null ? "false" : json);
        return List.of(new PropertiesConfigSource(derived, "derived from upriver.*", ORDINAL));
    }

    private static Map<String, String> derive(
            boolean isOn, @Nullable String endpoint, String worker) {
        Map<String, String> derived = new HashMap<>();
        derived.put(DISABLED, Boolean.toString(!isOn));
        derived.put("quarkus.otel.instrument.vertx-http", Boolean.toString(isOn));
        derived.put("quarkus.otel.instrument.vertx-event-bus", "false");
        if (endpoint != null) {
            derived.put(ENDPOINT, endpoint);
        }
        derived.put("quarkus.log.console.json.additional-field.worker.value", worker);
        return derived;
    }

    /** What somebody has said, or null. */
    private static @Nullable String value(ConfigSourceContext context, String name) {
        ConfigValue found = context.getValue(name);
        boolean isSaid = found != null && found.getConfigSourceOrdinal() > DEFAULTS;
        return isSaid ? found.getValue() : null;
    }
}
