package io.upriver.ontime;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicWriter;
import io.upriver.media.GeneratedSegments;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Produces live streams with a deadline in real time: first as many as are asked for, then more on
 * top of them, then those of the beginning again; and sees when the result of each segment is
 * committed, and how it was done. {@link #run} once; {@link #cancel} from any thread.
 */
public final class LiveBench {

    /** With fine detail, motion and a little noise, so that no stage has it too easy. */
    private static final String PICTURES =
            "mandelbrot=size=%s:rate=%d:start_scale=0.9:end_scale=0.4:end_pts=120,"
                    + "noise=alls=4:allf=t:all_seed=7";

    private static final int SEGMENTS_OF_THE_CLIP = 4;
    private static final int SEGMENTS_TO_WARM_UP = 5;
    private static final long PATIENCE_SECONDS = 30;

    private final LivePlan plan;
    private volatile boolean cancelled;

    public LiveBench(LivePlan plan) {
        this.plan = plan;
    }

    /** Lets {@link #run} end with a failure. */
    public void cancel() {
        cancelled = true;
    }

    /**
     * Runs it with a worker that serves these topics, which nobody else uses.
     *
     * @param progress takes a line from time to time
     * @throws IOException if the clip cannot be made
     */
    public LiveReport run(
            KafkaAccess access, Topics topics, int partitions, Consumer<String> progress)
            throws IOException {
        List<byte[]> clip =
                new GeneratedSegments(
                                PICTURES.formatted(plan.size(), plan.framesPerSecond()),
                                plan.framesPerSecond(),
                                plan.framesOfASegment(),
                                SEGMENTS_OF_THE_CLIP)
                        .make();
        setDeadlines(access, topics);
        try (Reader reader = new Reader(plan, access, topics, partitions);
                LiveStreams streams = new LiveStreams(plan, access, topics, partitions, clip)) {
            List<Long> parts = new ArrayList<>();
            streams.start();
            pause(SEGMENTS_TO_WARM_UP * (long) plan.segmentMillis());
            for (int more : new int[] {0, plan.more(), 0}) {
                progress.accept(
                        "%d live streams for %d s"
                                .formatted(plan.streams() + more, plan.seconds()));
                parts.add(System.currentTimeMillis());
                streams.run(plan.streams() + more);
                pause(plan.seconds() * 1000L);
            }
            streams.end();
            long sent = IntStream.range(0, plan.allStreams()).mapToLong(streams::sent).sum();
            return LiveReport.of(plan, parts, sent, resultsOf(reader, sent));
        }
    }

    private void setDeadlines(KafkaAccess access, Topics topics) {
        StreamSettings settings =
                StreamSettings.DEFAULT
                        .withModel(plan.model())
                        .withDeadlineMillis(plan.deadlineMillis());
        TopicWriter.write(
                access,
                IntStream.range(0, plan.allStreams())
                        .mapToObj(
                                stream ->
                                        new ProducerRecord<>(
                                                topics.streams(),
                                                LivePlan.stream(stream)
                                                        .getBytes(StandardCharsets.UTF_8),
                                                settings.toJson()))
                        .toList());
    }

    /** What does not come in time is lost, which the report will say. */
    private List<Result> resultsOf(Reader reader, long sent) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (reader.results().size() < sent && System.nanoTime() < end) {
            pause(50);
        }
        return reader.results();
    }

    private void pause(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            while (System.nanoTime() < end) {
                if (cancelled) {
                    throw new IllegalStateException("stopped");
                }
                Thread.sleep(Math.min(100, millis));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
