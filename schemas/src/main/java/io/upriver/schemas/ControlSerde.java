package io.upriver.schemas;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * JSON values for Kafka's clients: null stays null, what cannot be read throws Kafka's own {@link
 * SerializationException} with the topic and the property's name. Safe for use by many threads.
 */
public final class ControlSerde<T> implements Serde<T> {

    private final Class<T> type;

    private ControlSerde(Class<T> type) {
        this.type = type;
    }

    /** For the streams topic. */
    public static ControlSerde<StreamSettings> streamSettings() {
        return new ControlSerde<>(StreamSettings.class);
    }

    /** For the reports topic. */
    public static ControlSerde<SegmentReport> segmentReport() {
        return new ControlSerde<>(SegmentReport.class);
    }

    /** For the model-status topic. */
    public static ControlSerde<ModelStatus> modelStatus() {
        return new ControlSerde<>(ModelStatus.class);
    }

    @Override
    public Serializer<T> serializer() {
        return (topic, value) -> value == null ? null : Json.write(value);
    }

    @Override
    public Deserializer<T> deserializer() {
        return (topic, json) -> json == null ? null : read(topic, json);
    }

    private T read(String topic, byte[] json) {
        try {
            return Json.read(json, type);
        } catch (IllegalArgumentException e) {
            throw new SerializationException("topic " + topic + ": " + e.getMessage(), e);
        }
    }
}
