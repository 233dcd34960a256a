package io.upriver.admin;

import io.upriver.model.ModelHistory;
import io.upriver.schemas.CanarySettings;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelStatus;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Between the models topic's records and the history of its channels. */
public final class ModelRecords {

    /** Headers that say something of a record and not of its model. */
    private static final Set<String> OF_THE_RECORD =
            Set.of(ModelKey.SET_ASIDE, ModelKey.PASSING, CanarySettings.HEADER);

    private ModelRecords() {}

    /** The key, or null where the record has none that means anything. */
    public static @Nullable ModelKey keyOf(ConsumerRecord<byte[], byte[]> given) {
        try {
            return given.key() == null
                    ? null
                    : ModelKey.parse(new String(given.key(), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Hands a record to a history; one without a meaningful key is passed over. */
    public static void hand(ConsumerRecord<byte[], byte[]> given, ModelHistory history) {
        ModelKey key = keyOf(given);
        if (key != null) {
            Set<String> headers = new HashSet<>();
            given.headers().forEach(header -> headers.add(header.key()));
            history.accept(given.offset(), key, given.value(), headers);
        }
    }

    /** What a worker says of a model; empty where the record is somebody else's. */
    static Optional<ModelStatus> statusOf(ConsumerRecord<byte[], byte[]> given) {
        try {
            return given.value() == null
                    ? Optional.empty()
                    : Optional.of(ModelStatus.fromJson(given.value()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The same model under another key, with what says who published it. */
    public static ProducerRecord<byte[], byte[]> copy(
            ConsumerRecord<byte[], byte[]> source, ModelKey key) {
        ProducerRecord<byte[], byte[]> copy =
                new ProducerRecord<>(source.topic(), bytes(key), source.value());
        for (Header header : source.headers()) {
            if (!OF_THE_RECORD.contains(header.key())) {
                copy.headers().add(header);
            }
        }
        return copy;
    }

    /** The same model under the key that keeps it, but not to go back to. */
    public static ProducerRecord<byte[], byte[]> setAside(
            ConsumerRecord<byte[], byte[]> source, ModelKey key) {
        ProducerRecord<byte[], byte[]> copy = copy(source, key);
        String now = Long.toString(System.currentTimeMillis());
        copy.headers().add(ModelKey.SET_ASIDE, now.getBytes(StandardCharsets.UTF_8));
        return copy;
    }

    /** A model for a channel, as nobody has published it yet. */
    public static ProducerRecord<byte[], byte[]> current(
            String topic, String channel, byte[] onnx) {
        return new ProducerRecord<>(topic, bytes(ModelKey.current(channel)), onnx);
    }

    /** A model for a channel that is not kept when it goes. */
    public static ProducerRecord<byte[], byte[]> passing(
            String topic, String channel, byte[] onnx) {
        ProducerRecord<byte[], byte[]> passing = current(topic, channel, onnx);
        passing.headers().add(ModelKey.PASSING, new byte[0]);
        return passing;
    }

    /** A model that some of a channel's streams are to try. */
    public static ProducerRecord<byte[], byte[]> canary(
            String topic, String channel, byte[] onnx, CanarySettings settings) {
        ProducerRecord<byte[], byte[]> canary =
                new ProducerRecord<>(topic, bytes(ModelKey.canary(channel)), onnx);
        settings.writeTo(canary.headers());
        return canary;
    }

    /** The record that takes a value away. */
    public static ProducerRecord<byte[], byte[]> none(String topic, ModelKey key) {
        return new ProducerRecord<>(topic, bytes(key), null);
    }

    private static byte[] bytes(ModelKey key) {
        return key.toString().getBytes(StandardCharsets.UTF_8);
    }
}
