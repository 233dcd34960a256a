package io.upriver.app;

import io.upriver.kafka.KafkaAccess;
import io.upriver.model.ModelHistory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Keeps the models that channels had, so that they can go back after compaction: copies each new
 * one under its digest, and takes the oldest away when there are more than {@value
 * ModelHistory#MOST_KEPT}.
 *
 * <p>All workers try; the one to which their group gives the models topic's only partition does it.
 * Should two overlap for a moment, they write the same. A thread of its own.
 */
final class HistoryKeeper implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(HistoryKeeper.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long RETRY_MILLIS = 2_000;

    private final KafkaAccess access;
    private final String topic;
    private final String group;
    private final Thread thread;
    private volatile boolean closed;
    private volatile Consumer<byte[], byte[]> consumer;
    private ModelHistory history = new ModelHistory();

    /**
     * @param group of the keepers, one for each installation
     */
    HistoryKeeper(KafkaAccess access, String topic, String group) {
        this.access = access;
        this.topic = topic;
        this.group = group;
        this.thread = new Thread(this::run, "keep-" + topic);
        thread.setDaemon(true);
    }

    HistoryKeeper start() {
        thread.start();
        return this;
    }

    private void run() {
        while (!closed) {
            try (Consumer<byte[], byte[]> member = access.member(group);
                    Producer<byte[], byte[]> producer = access.producer()) {
                consumer = member;
                member.subscribe(List.of(topic), new FromTheBeginning(member));
                while (!closed) {
                    member.poll(POLL).forEach(given -> ModelRecords.hand(given, history));
                    if (isAtEnd(member) && write(producer)) {
                        readOwn(member);
                    }
                }
            } catch (WakeupException e) {
                // asked to end
            } catch (RuntimeException e) {
                LOG.warnf("history of %s: %s; trying again", topic, e.getMessage());
                pause();
            }
        }
    }

    /** Whoever gets the partition begins with its first record. */
    private final class FromTheBeginning implements ConsumerRebalanceListener {
        private final Consumer<byte[], byte[]> member;

        FromTheBeginning(Consumer<byte[], byte[]> member) {
            this.member = member;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            history = new ModelHistory();
            member.seekToBeginning(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            history = new ModelHistory();
        }
    }

    private static boolean isAtEnd(Consumer<byte[], byte[]> member) {
        return !member.assignment().isEmpty()
                && member.endOffsets(member.assignment()).entrySet().stream()
                        .allMatch(end -> member.position(end.getKey()) >= end.getValue());
    }

    /** Writes what is missing and takes away what is too much; whether there was anything. */
    private boolean write(Producer<byte[], byte[]> producer) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        history.unkept().forEach(entry -> records.add(ModelRecords.kept(topic, entry)));
        history.surplus().forEach(key -> records.add(ModelRecords.none(topic, key)));
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        records.forEach(made -> sent.add(producer.send(made)));
        for (Future<RecordMetadata> one : sent) {
            try {
                one.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
            } catch (InterruptedException e) {
                closed = true;
            }
        }
        return !records.isEmpty();
    }

    private void readOwn(Consumer<byte[], byte[]> member) {
        while (!closed && !isAtEnd(member)) {
            member.poll(POLL).forEach(given -> ModelRecords.hand(given, history));
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        Consumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
