package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TelemetryTest {

    private static final String ENDPOINT = "quarkus.otel.exporter.otlp.endpoint";
    private static final String BY_DEFAULT = "http://localhost:4317/";

    @Test
    void tracesNothingAndWritesTextUnlessAskedTo() {
        SmallRyeConfig config = config(Map.of("upriver.worker.name", "worker-7"));

        assertEquals("true", config.getValue(Telemetry.DISABLED, String.class));
        assertEquals("false", config.getValue("quarkus.otel.instrument.vertx-http", String.class));
        assertEquals("false", config.getValue("quarkus.log.console.json.enabled", String.class));
        assertEquals(
                "worker-7",
                config.getValue(
                        "quarkus.log.console.json.additional-field.worker.value", String.class));
    }

    @Test
    void tracesToWhereItIsTold() {
        SmallRyeConfig config = config(Map.of("upriver.tracing.endpoint", "http://collector:4317"));

        assertEquals("false", config.getValue(Telemetry.DISABLED, String.class));
        assertEquals("true", config.getValue("quarkus.otel.instrument.vertx-http", String.class));
        assertEquals("http://collector:4317", config.getValue(ENDPOINT, String.class));
    }

    @Test
    void tracesToWhereTheFrameworkIsTold() {
        SmallRyeConfig config = config(Map.of(ENDPOINT, "http://elsewhere:4317"));

        assertEquals("false", config.getValue(Telemetry.DISABLED, String.class));
        assertEquals("http://elsewhere:4317", config.getValue(ENDPOINT, String.class));
    }

    @Test
    void writesJsonWhereAskedTo() {
        SmallRyeConfig config = config(Map.of("upriver.log.json", "true"));

        assertEquals("true", config.getValue("quarkus.log.console.json.enabled", String.class));
        assertFalse(
                config.getValue(
                                "quarkus.log.console.json.additional-field.worker.value",
                                String.class)
                        .isBlank(),
                "the worker's name by default");
    }

    /** With the framework's own default beneath, as in the service. */
    private static SmallRyeConfig config(Map<String, String> said) {
        return new SmallRyeConfigBuilder()
                .withDefaultValue(ENDPOINT, BY_DEFAULT)
                .withSources(new PropertiesConfigSource(said, "test", 300))
                .withSources(new Telemetry())
                .build();
    }
}
