package io.upriver.ontime;

import io.upriver.kafka.KafkaAccess;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was committed of the streams from now on, as a player's server would, and when. On a
 * thread of its own; thread-safe.
 */
final class Reader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Topics topics;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<String, Integer> streams = new HashMap<>();
    private final List<Result> results = new ArrayList<>(); // guarded by itself
    private final Thread thread = new Thread(this::run, "live-reader");
    private volatile boolean isClosed;
    private volatile @Nullable RuntimeException failure;

    Reader(LivePlan plan, KafkaAccess access, Topics topics, int partitions) {
        this.topics = topics;
        this.consumer = access.reader();
        for (int stream = 0; stream < plan.allStreams(); stream++) {
            streams.put(LivePlan.stream(stream), stream);
        }
        List<TopicPartition> all = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            all.add(new TopicPartition(topics.upscaled(), partition));
            all.add(new TopicPartition(topics.rejected(), partition));
        }
        consumer.assign(all);
        consumer.seekToEnd(all);
        all.forEach(consumer::position);
        thread.start();
    }

    private void run() {
        try (consumer) {
            while (!isClosed) {
                consumer.poll(POLL).forEach(this::take);
            }
        } catch (WakeupException e) {
            // time to end
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> given) {
        long now = System.currentTimeMillis();
        Segment segment =
                SegmentRecords.fromRecord(
                        given.key(), given.value(), given.headers(), given.offset());
        Integer stream = streams.get(segment.streamId());
        if (stream == null) {
            return;
        }
        boolean isRejected = given.topic().equals(topics.rejected());
        Result result =
                new Result(
                        stream,
                        segment.sequence(),
                        given.timestamp(),
                        now,
                        isRejected ? null : Outcome.readFrom(given.headers()));
        synchronized (results) {
            results.add(result);
        }
    }

    /** What came until now, in the order of coming; throws what went wrong, if something did. */
    List<Result> results() {
        RuntimeException found = failure;
        if (found != null) {
            throw found;
        }
        synchronized (results) {
            return List.copyOf(results);
        }
    }

    @Override
    public void close() {
        isClosed = true;
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
