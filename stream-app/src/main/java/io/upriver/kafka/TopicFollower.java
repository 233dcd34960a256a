package io.upriver.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Reads a topic from its beginning, or from near its end, and stays with it, in a thread of its own
 * and outside of any group, so that every process sees every record and trouble here cannot stop
 * the topology. Each record is handed on once, also where a consumer fails and another one takes
 * its place.
 */
public final class TopicFollower implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration HURRIED_POLL = Duration.ofMillis(10);

    /** What is done with each record, on the follower's thread; what it throws is logged. */
    @FunctionalInterface
    public interface Listener {
        void accept(ConsumerRecord<byte[], byte[]> current);
    }

    private final String topic;
    private final long last;
    private final Listener listener;
    private final Queue<CompletableFuture<Void>> waiting = new ConcurrentLinkedQueue<>();
    private final ConsumerThread thread;

    /** Where each partition goes on; used by the thread alone, and outlives its consumers. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    /** Likewise, so that nobody waits in vain. */
    private final List<Barrier> barriers = new ArrayList<>();

    public TopicFollower(KafkaAccess access, String topic, Listener listener) {
        this(access, topic, Long.MAX_VALUE, listener);
    }

    /**
     * One that begins near the end, for a topic that grows.
     *
     * @param last how far before the end of each partition, in offsets
     */
    public TopicFollower(KafkaAccess access, String topic, long last, Listener listener) {
        this(access::reader, topic, last, listener);
    }

    TopicFollower(
            Supplier<Consumer<byte[], byte[]>> opener, String topic, long last, Listener listener) {
        this.topic = topic;
        this.last = last;
        this.listener = listener;
        this.thread = new ConsumerThread("follow-" + topic, opener, this::follow);
    }

    public TopicFollower start() {
        thread.start();
        return this;
    }

    /**
     * Waits until every record that the topic has now has been handed to the listener.
     *
     * @return false if that took longer than the time given
     */
    public boolean awaitCaughtUp(Duration atMost) {
        try {
            caughtUp().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            LOG.warnf("topic %s: not read to its end within %s", topic, atMost);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Done when every record that the topic has now has been handed to the listener; never, where
     * the broker is gone for longer than its clients wait.
     */
    public CompletableFuture<Void> caughtUp() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        waiting.add(done);
        thread.wakeUp();
        return done;
    }

    /**
     * Waits for several at the same time until each is {@link #caughtUp}.
     *
     * @throws KafkaUnreachableException if that takes longer than the time given
     */
    public static void requireCaughtUp(List<TopicFollower> followers, Duration atMost) {
        List<CompletableFuture<Void>> all =
                followers.stream().map(TopicFollower::caughtUp).toList();
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            all.forEach(given -> given.cancel(false));
            throw new KafkaUnreachableException(
                    "expected to read the topics %s to their ends within %d s, the broker has not answered or there is more on them"
                            .formatted(
                                    followers.stream().map(follower -> follower.topic).toList(),
                                    atMost.toSeconds()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnreachableException("interrupted while reading topics", e);
        }
    }

    private void follow(Consumer<byte[], byte[]> reader) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo info : reader.partitionsFor(topic)) {
            partitions.add(new TopicPartition(topic, info.partition()));
        }
        reader.assign(partitions);
        begin(reader, partitions);
        // After trouble, what was handed on is not handed on again: it may be out of date.
        positions.forEach(reader::seek);
        while (thread.isOpen()) {
            try {
                step(reader, partitions);
            } catch (WakeupException e) {
                LOG.tracef("topic %s: woken", topic);
            }
        }
    }

    private void begin(Consumer<byte[], byte[]> reader, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> first = reader.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
        partitions.forEach(p -> reader.seek(p, Math.max(first.get(p), ends.get(p) - last)));
    }

    private void step(Consumer<byte[], byte[]> reader, List<TopicPartition> partitions) {
        waiting.removeIf(CompletableFuture::isDone);
        // All who wait now share one question: an answer may take as long as a fetch does.
        List<CompletableFuture<Void>> asked = List.copyOf(waiting);
        if (!asked.isEmpty()) {
            barriers.add(new Barrier(reader.endOffsets(partitions), asked));
            asked.forEach(first -> waiting.remove());
        }
        barriers.removeIf(barrier -> barrier.passed(reader));
        boolean hurry = !barriers.isEmpty() || !waiting.isEmpty();
        reader.poll(hurry ? HURRIED_POLL : POLL).forEach(this::hand);
    }

    private record Barrier(Map<TopicPartition, Long> ends, List<CompletableFuture<Void>> waiting) {
        boolean passed(Consumer<byte[], byte[]> reader) {
            boolean passed =
                    ends.entrySet().stream()
                            .allMatch(e -> reader.position(e.getKey()) >= e.getValue());
            if (passed) {
                waiting.forEach(done -> done.complete(null));
            }
            return passed;
        }
    }

    private void hand(ConsumerRecord<byte[], byte[]> current) {
        positions.put(
                new TopicPartition(current.topic(), current.partition()), current.offset() + 1);
        try {
            listener.accept(current);
        } catch (RuntimeException e) {
            LOG.errorf(e, "topic %s offset %d: %s", topic, current.offset(), e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
