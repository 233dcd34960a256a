package io.upriver.app;

import io.upriver.admin.CanaryTrial;
import io.upriver.admin.CanaryTrials;
import io.upriver.admin.ModelRecords;
import io.upriver.kafka.ConsumerThread;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicReader;
import io.upriver.model.ModelHistory;
import io.upriver.model.ModelHistory.Entry;
import io.upriver.schemas.ModelKey;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jboss.logging.Logger;

/**
 * Keeps the models that channels had, so that they can go back after compaction: copies each new
 * one under its digest, and takes the oldest away when there are more than {@value
 * ModelHistory#MOST_KEPT}. Beside that, it carries out what is decided about models on trial.
 *
 * <p>All workers try; the one to which their group gives the models topic's only partition does it.
 * Should two overlap for a moment, they write the same. A thread of its own, which holds one model
 * at a time.
 */
final class HistoryKeeper implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(HistoryKeeper.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final KafkaAccess access;
    private final String topic;
    private final ConsumerThread thread;
    private final CanaryWatch watch;
    private final Set<ModelKey> tooLarge = new HashSet<>();
    private CanaryTrials trials = new CanaryTrials();
    private ModelHistory history = new ModelHistory();

    /**
     * @param group of the keepers, one for each installation
     * @param watch over the models that are on trial; the keeper closes it
     */
    HistoryKeeper(KafkaAccess access, String topic, String group, CanaryWatch watch) {
        this.access = access;
        this.topic = topic;
        this.watch = watch;
        this.thread = new ConsumerThread("keep-" + topic, () -> access.member(group), this::keep);
    }

    HistoryKeeper start() {
        thread.start();
        return this;
    }

    private void keep(Consumer<byte[], byte[]> member) {
        member.subscribe(List.of(topic), new FromTheBeginning(member));
        try (Producer<byte[], byte[]> producer = access.producer()) {
            while (thread.isOpen()) {
                member.poll(POLL).forEach(this::hand);
                if (isAtEnd(member)) {
                    write(producer);
                    watch.decide(trials.all()).forEach(made -> send(producer, made));
                }
            }
        } finally {
            watch.close();
        }
    }

    private void hand(ConsumerRecord<byte[], byte[]> given) {
        ModelRecords.hand(given, history);
        trials.accept(given);
    }

    /** Whoever gets the partition begins with its first record. */
    private final class FromTheBeginning implements ConsumerRebalanceListener {
        private final Consumer<byte[], byte[]> member;

        FromTheBeginning(Consumer<byte[], byte[]> member) {
            this.member = member;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            forget();
            member.seekToBeginning(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            forget();
            watch.close();
        }
    }

    private void forget() {
        history = new ModelHistory();
        trials = new CanaryTrials();
    }

    /** So also what was written here is read again before there is more to write. */
    private static boolean isAtEnd(Consumer<byte[], byte[]> member) {
        return !member.assignment().isEmpty()
                && member.endOffsets(member.assignment()).entrySet().stream()
                        .allMatch(end -> member.position(end.getKey()) >= end.getValue());
    }

    /** Writes what is missing and takes away what is too much. */
    private void write(Producer<byte[], byte[]> producer) {
        for (Entry entry : history.unkept()) {
            if (!tooLarge.contains(entry.key())) {
                Optional<ConsumerRecord<byte[], byte[]>> source =
                        TopicReader.readAt(access, topic, entry.offset());
                source.ifPresent(
                        given -> keep(producer, ModelRecords.copy(given, entry.key()), entry));
            }
        }
        for (ModelKey key : history.surplus()) {
            send(producer, ModelRecords.none(topic, key));
        }
        trials.all().stream().filter(this::isCurrent).forEach(trial -> send(producer, over(trial)));
    }

    /** Whether the channel has the model already, such as when its keeper died promoting it. */
    private boolean isCurrent(CanaryTrial trial) {
        return history.current(trial.channel())
                .filter(current -> current.digest().equals(trial.digest()))
                .isPresent();
    }

    private ProducerRecord<byte[], byte[]> over(CanaryTrial trial) {
        return ModelRecords.none(topic, ModelKey.canary(trial.channel()));
    }

    private void keep(
            Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> kept, Entry entry) {
        try {
            send(producer, kept);
        } catch (RecordTooLargeException e) {
            tooLarge.add(entry.key());
            LOG.warnf(
                    "model %s: %d bytes are too many to be kept beside the channel, which cannot go back to it after compaction: %s",
                    entry.key(), entry.bytes(), e.getMessage());
        }
    }

    private static void send(
            Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> made) {
        try {
            producer.send(made).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while writing", e);
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
