package io.upriver.hotswap;

import io.upriver.kafka.KafkaAccess;
import io.upriver.media.GeneratedSegments;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Several streams of small segments at once, on a thread of its own, as many as the workers take:
 * {@value #UNDER_WAY} are on their way at any time, so that nobody waits for work and nothing piles
 * up. Thread-safe.
 */
final class LiveLoad implements AutoCloseable {

    static final int STREAMS = 4;

    private static final int UNDER_WAY = 4 * STREAMS;

    /** Eight pictures, a third of a second: each begins with a key picture. */
    private static final String[] PICTURES = {
        "testsrc2=size=128x72:rate=25",
        "mandelbrot=size=128x72:rate=25:end_pts=80",
        "testsrc=size=128x72:rate=25",
        "gradients=size=128x72:rate=25:seed=7"
    };

    private static final int PICTURES_OF_A_SEGMENT = 8;
    private static final int RATE = 25;
    private static final int SEGMENTS = 10;

    private final KafkaAccess access;
    private final Topics topics;
    private final int partitions;
    private final List<List<byte[]>> clips;
    private final List<List<List<Double>>> brightness = new ArrayList<>();
    private final AtomicLongArray sent = new AtomicLongArray(STREAMS);
    private final Semaphore places = new Semaphore(UNDER_WAY);
    private final Thread thread = new Thread(this::run, "live-load");
    private volatile boolean ended;
    private volatile @Nullable RuntimeException failure;

    /**
     * @param clips for each stream its segments, which come again and again
     */
    LiveLoad(KafkaAccess access, Topics topics, int partitions, List<List<byte[]>> clips) {
        this.access = access;
        this.topics = topics;
        this.partitions = partitions;
        this.clips = clips;
        for (List<byte[]> clip : clips) {
            brightness.add(clip.stream().map(Brightness::ofPictures).toList());
        }
    }

    /** Makes the segments of the streams with the {@code ffmpeg} program. */
    static List<List<byte[]>> makeClips() throws IOException {
        List<List<byte[]>> clips = new ArrayList<>();
        for (String pictures : PICTURES) {
            clips.add(
                    new GeneratedSegments(pictures, RATE, PICTURES_OF_A_SEGMENT, SEGMENTS).make());
        }
        return clips;
    }

    /** The name of a stream, from 0. */
    static String stream(int number) {
        return "swap-" + number;
    }

    void start() {
        thread.start();
    }

    private void run() {
        try (Producer<byte[], byte[]> producer = access.producer()) {
            for (int turn = 0; !ended; turn++) {
                places.acquire();
                send(producer, turn % STREAMS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void send(Producer<byte[], byte[]> producer, int stream) {
        if (ended) {
            return;
        }
        long sequence = sent.getAndIncrement(stream);
        List<byte[]> clip = clips.get(stream);
        Segment segment =
                Segment.of(
                        stream(stream),
                        sequence,
                        Container.MPEG_TS,
                        clip.get((int) (sequence % clip.size())));
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

    /** A segment came back: the next one may go. */
    void done() {
        places.release();
    }

    /** Sends no more; what was sent is on its way. */
    void end() {
        ended = true;
        places.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        check();
    }

    /** Throws what went wrong in the thread, if something did. */
    void check() {
        RuntimeException found = failure;
        if (found != null) {
            throw found;
        }
    }

    /** Segments sent in a stream. */
    long sent(int stream) {
        return sent.get(stream);
    }

    /** Segments sent in all streams. */
    long sent() {
        long sum = 0;
        for (int stream = 0; stream < STREAMS; stream++) {
            sum += sent.get(stream);
        }
        return sum;
    }

    /** The mean luma of each picture of a segment before it is upscaled. */
    List<Double> brightness(int stream, long sequence) {
        List<List<Double>> clip = brightness.get(stream);
        return clip.get((int) (sequence % clip.size()));
    }

    @Override
    public void close() {
        ended = true;
        places.release();
        thread.interrupt();
    }
}
