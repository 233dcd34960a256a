package io.upriver.hotswap;

import io.upriver.kafka.KafkaAccess;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.OutputHeaders;
import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;

/**
 * Sees what workers say of models and what becomes of segments, as any consumer would, from now on;
 * and when. On a thread of its own; thread-safe.
 */
final class Watch implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * A status that came.
     *
     * @param nanos when, on the clock of {@link System#nanoTime}
     */
    record Heard(ModelStatus status, long nanos) {}

    private final Topics topics;
    private final Runnable segmentCame;
    private final Consumer<byte[], byte[]> reader;
    private final ConcurrentMap<String, CompletableFuture<Heard>> statuses =
            new ConcurrentHashMap<>();
    private final ConcurrentMap<String, CompletableFuture<Long>> segments =
            new ConcurrentHashMap<>();
    private final AtomicLong came = new AtomicLong();
    private final Thread thread = new Thread(this::run, "swap-watch");
    private volatile boolean isClosed;

    /**
     * Stands at the end of the topics.
     *
     * @param segmentCame called for each segment that is upscaled or rejected
     */
    Watch(KafkaAccess access, Topics topics, int partitions, Runnable segmentCame) {
        this.topics = topics;
        this.segmentCame = segmentCame;
        this.reader = access.reader();
        List<TopicPartition> all = new ArrayList<>();
        all.add(new TopicPartition(topics.modelStatus(), 0));
        for (int partition = 0; partition < partitions; partition++) {
            all.add(new TopicPartition(topics.upscaled(), partition));
            all.add(new TopicPartition(topics.rejected(), partition));
        }
        reader.assign(all);
        reader.seekToEnd(all);
        all.forEach(reader::position);
        thread.start();
    }

    /** The next status of the model with this digest; ask before it is published. */
    CompletableFuture<Heard> status(String digest) {
        return statuses.computeIfAbsent(digest, any -> new CompletableFuture<>());
    }

    /** When the next segment comes that was done by the model with this digest. */
    CompletableFuture<Long> segment(String digest) {
        return segments.computeIfAbsent(digest, any -> new CompletableFuture<>());
    }

    /** Segments that came, upscaled or rejected. */
    long came() {
        return came.get();
    }

    private void run() {
        try (reader) {
            while (!isClosed) {
                reader.poll(POLL).forEach(this::take);
            }
        } catch (WakeupException e) {
            // time to end
        } catch (RuntimeException e) {
            statuses.values().forEach(waiting -> waiting.completeExceptionally(e));
            segments.values().forEach(waiting -> waiting.completeExceptionally(e));
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> given) {
        long now = System.nanoTime();
        if (given.topic().equals(topics.modelStatus())) {
            ModelStatus status = ModelStatus.fromJson(given.value());
            if (status.digest() != null) {
                complete(statuses, status.digest(), new Heard(status, now));
            }
            return;
        }
        came.incrementAndGet();
        segmentCame.run();
        Header digest = given.headers().lastHeader(OutputHeaders.MODEL_DIGEST);
        if (digest != null) {
            complete(segments, new String(digest.value(), StandardCharsets.UTF_8), now);
        }
    }

    private static <T> void complete(
            ConcurrentMap<String, CompletableFuture<T>> waiting, String digest, T value) {
        CompletableFuture<T> one = waiting.remove(digest);
        if (one != null) {
            one.complete(value);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        reader.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
