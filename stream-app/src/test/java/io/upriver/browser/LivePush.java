package io.upriver.browser;

import io.upriver.kafka.KafkaAccess;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;

/** A live source: a segment a second goes to the topic, as long as there are some. */
final class LivePush implements AutoCloseable {

    private static final long SEGMENT_MILLIS = 1_000;

    private final Thread thread;
    private volatile boolean isClosed;

    LivePush(KafkaAccess access, String topic, String streamId, List<byte[]> segments) {
        thread =
                new Thread(
                        () -> {
                            try (Producer<byte[], byte[]> producer = access.producer()) {
                                push(producer, topic, streamId, segments);
                            } catch (InterruptedException e) {
                                isClosed = true;
                            } catch (ExecutionException e) {
                                throw new IllegalStateException(e.getCause());
                            }
                        },
                        "live-push");
        thread.start();
    }

    private void push(
            Producer<byte[], byte[]> producer, String topic, String streamId, List<byte[]> segments)
            throws InterruptedException, ExecutionException {
        long start = System.currentTimeMillis();
        for (int i = 0; i < segments.size() && !isClosed; i++) {
            Segment segment =
                    new Segment(
                            streamId,
                            i,
                            Container.MPEG_TS,
                            segments.get(i),
                            SEGMENT_MILLIS,
                            false,
                            false,
                            null,
                            null);
            producer.send(SegmentRecords.toRecord(topic, 0, segment)).get();
            long next = start + (i + 1) * SEGMENT_MILLIS;
            Thread.sleep(Math.max(0, next - System.currentTimeMillis()));
        }
    }

    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
    }
}
