package io.upriver.ontime;

import io.upriver.kafka.KafkaAccess;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Produces live streams in real time, each a segment whenever one is over, on a thread of its own;
 * they take turns, so that not all segments come at once. Thread-safe.
 */
final class LiveStreams implements AutoCloseable {

    private final LivePlan plan;
    private final Topics topics;
    private final int partitions;
    private final List<byte[]> clip;
    private final Producer<byte[], byte[]> producer;
    private final AtomicLongArray sent;
    private final Thread thread = new Thread(this::run, "live-streams");
    private volatile int running;
    private volatile boolean ended;
    private volatile @Nullable RuntimeException failure;

    /**
     * @param clip segments that come again and again in every stream
     */
    LiveStreams(
            LivePlan plan, KafkaAccess access, Topics topics, int partitions, List<byte[]> clip) {
        this.plan = plan;
        this.topics = topics;
        this.partitions = partitions;
        this.clip = clip;
        this.producer = access.producer();
        this.sent = new AtomicLongArray(plan.allStreams());
        this.running = plan.streams();
    }

    void start() {
        thread.start();
    }

    /** From now on so many streams go on. */
    void run(int streams) {
        running = streams;
    }

    /** How many segments of a stream were produced. */
    long sent(int stream) {
        return sent.get(stream);
    }

    private void run() {
        long nanos = TimeUnit.MILLISECONDS.toNanos(plan.segmentMillis());
        long start = System.nanoTime();
        try {
            for (long turn = 0; !ended; turn++) {
                int stream = (int) (turn % plan.allStreams());
                long round = turn / plan.allStreams();
                long due = start + round * nanos + nanos * stream / plan.allStreams();
                long left = due - System.nanoTime();
                if (left > 0) {
                    TimeUnit.NANOSECONDS.sleep(left);
                }
                if (stream < running) {
                    send(stream);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void send(int stream) {
        long sequence = sent.getAndIncrement(stream);
        Segment segment =
                new Segment(
                        LivePlan.stream(stream),
                        sequence,
                        Container.MPEG_TS,
                        clip.get((int) (sequence % clip.size())),
                        plan.segmentMillis(),
                        false,
                        false,
                        null,
                        null);
        Future<RecordMetadata> unused =
                producer.send(
                        SegmentRecords.toRecord(topics.segments(), stream % partitions, segment),
                        (metadata, error) -> {
                            if (error != null) {
                                failure =
                                        new IllegalStateException(
                                                segment.label() + ": not sent", error);
                            }
                        });
    }

    /** Produces no more; throws what went wrong, if something did. */
    void end() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.flush();
        RuntimeException found = failure;
        if (found != null) {
            throw found;
        }
    }

    @Override
    public void close() {
        ended = true;
        thread.interrupt();
        producer.close();
    }
}
