package io.upriver.app;

import io.upriver.model.ModelHistory;
import io.upriver.model.ModelHistory.Entry;
import io.upriver.schemas.ModelKey;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Between the models topic's records and the history of its channels. */
final class ModelRecords {

    private ModelRecords() {}

    /** The key, or null where the record has none that means anything. */
    static @Nullable ModelKey keyOf(ConsumerRecord<byte[], byte[]> given) {
        try {
            return given.key() == null
                    ? null
                    : ModelKey.parse(new String(given.key(), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Hands a record to a history; one without a meaningful key is passed over. */
    static void hand(ConsumerRecord<byte[], byte[]> given, ModelHistory history) {
        ModelKey key = keyOf(given);
        if (key != null) {
            Map<String, byte[]> headers = new HashMap<>();
            for (Header header : given.headers()) {
                headers.put(header.key(), header.value());
            }
            history.accept(given.offset(), key, given.value(), headers);
        }
    }

    /** The record that makes a model its channel's current one. */
    static ProducerRecord<byte[], byte[]> current(String topic, Entry entry) {
        return of(topic, ModelKey.current(entry.key().channel()), entry);
    }

    /** The record that keeps a model beside its channel. */
    static ProducerRecord<byte[], byte[]> kept(String topic, Entry entry) {
        ProducerRecord<byte[], byte[]> kept = of(topic, entry.key(), entry);
        if (entry.isSetAside()) {
            setAside(kept);
        }
        return kept;
    }

    /** The record that keeps a model, but not to go back to. */
    static ProducerRecord<byte[], byte[]> setAside(String topic, Entry entry) {
        return setAside(of(topic, entry.key(), entry));
    }

    /** The record that takes a value away. */
    static ProducerRecord<byte[], byte[]> none(String topic, ModelKey key) {
        return new ProducerRecord<>(topic, bytes(key), null);
    }

    private static ProducerRecord<byte[], byte[]> setAside(ProducerRecord<byte[], byte[]> kept) {
        String now = Long.toString(System.currentTimeMillis());
        kept.headers().add(ModelKey.SET_ASIDE, now.getBytes(StandardCharsets.UTF_8));
        return kept;
    }

    private static ProducerRecord<byte[], byte[]> of(String topic, ModelKey key, Entry entry) {
        ProducerRecord<byte[], byte[]> made = new ProducerRecord<>(topic, bytes(key), entry.onnx());
        entry.headers().forEach(made.headers()::add);
        return made;
    }

    private static byte[] bytes(ModelKey key) {
        return key.toString().getBytes(StandardCharsets.UTF_8);
    }
}
