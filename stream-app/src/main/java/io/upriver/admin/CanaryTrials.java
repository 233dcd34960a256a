package io.upriver.admin;

import io.upriver.schemas.ModelKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The trials that the models topic has now, fed with its records in their order. */
public final class CanaryTrials {

    private final Map<String, CanaryTrial> trials = new TreeMap<>();

    /** Takes the topic's next record. */
    public void accept(ConsumerRecord<byte[], byte[]> given) {
        ModelKey key = ModelRecords.keyOf(given);
        if (key != null && key.role() == ModelKey.Role.CANARY) {
            trials.remove(key.channel());
            CanaryTrial.of(given).ifPresent(trial -> trials.put(key.channel(), trial));
        }
    }

    /** All, by channel. */
    public Collection<CanaryTrial> all() {
        return List.copyOf(trials.values());
    }

    /** That of a channel. */
    public Optional<CanaryTrial> of(String channel) {
        return Optional.ofNullable(trials.get(channel));
    }
}
