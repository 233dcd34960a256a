package io.upriver.api;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** The service under test with everything on by which it can be observed. */
public final class ObservedService implements QuarkusTestResourceLifecycleManager {

    /** The setting that says where the spans go. */
    static final String PROPERTY = "upriver.tracing.endpoint";

    private final ApiBroker broker = new ApiBroker();
    private OtlpReceiver receiver;

    @Override
    public Map<String, String> start() {
        receiver = new OtlpReceiver();
        Map<String, String> settings = broker.start();
        settings.put(PROPERTY, receiver.endpoint());
        settings.put("quarkus.otel.exporter.otlp.protocol", "http/protobuf");
        settings.put("quarkus.otel.bsp.schedule.delay", "200ms");
        settings.put("upriver.log.json", "true");
        return settings;
    }

    @Override
    public void stop() {
        broker.stop();
        receiver.close();
    }
}
