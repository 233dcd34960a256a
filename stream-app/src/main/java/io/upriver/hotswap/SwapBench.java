package io.upriver.hotswap;

import io.upriver.hotswap.SwapModels.Model;
import io.upriver.kafka.KafkaAccess;
import io.upriver.observe.ResidentMemory;
import io.upriver.observe.Times;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Publishes model after model while segments of several streams go through a worker, with bad
 * models between, and counts at the end what became of every segment.
 *
 * <p>The next model is published when the one before is current and has done a segment. The worker
 * is in this process, since its memory is looked at; nothing else of it is. {@link #run} once;
 * {@link #cancel} from any thread.
 */
public final class SwapBench {

    private static final String CHANNEL = "default";
    private static final long PATIENCE_SECONDS = 60;

    /** Garbage is collected after so many. */
    private static final int SWAPS_OF_GARBAGE = 10;

    private static final double NANOS_OF_A_MILLI = 1e6;

    private final SwapPlan plan;
    private final SwapModels models;
    private final Map<String, Account.Published> published = new HashMap<>();
    private final List<Double> currentMillis = new ArrayList<>();
    private final List<Double> firstSegmentMillis = new ArrayList<>();
    private int refused;
    private volatile boolean cancelled;

    /**
     * @param builtIn the file of the model of scale 2 that serves where no channel has one, from
     *     which all others are made
     */
    public SwapBench(SwapPlan plan, byte[] builtIn) {
        this.plan = plan;
        this.models = new SwapModels(CHANNEL, builtIn);
        published.put(models.first().digest(), new Account.Published(-1, 0));
    }

    /** The only key whose models the worker is to take: a setting of it. */
    public String trustedKey() {
        return models.trustedKey();
    }

    /** Lets {@link #run} end with a failure. */
    public void cancel() {
        cancelled = true;
    }

    /**
     * Runs it with a worker that serves these topics, which nobody else uses.
     *
     * @param progress takes a line from time to time
     * @throws IOException if the clips cannot be made
     * @throws IllegalStateException if the worker does not answer: which model, what was expected
     */
    public SwapReport run(
            KafkaAccess access, Topics topics, int partitions, Consumer<String> progress)
            throws IOException {
        try (LiveLoad load = new LiveLoad(access, topics, partitions, LiveLoad.makeClips());
                Watch watch = new Watch(access, topics, partitions, load::done);
                Producer<byte[], byte[]> producer = access.producer()) {
            Publisher publisher = new Publisher(watch, producer, topics.models());
            CompletableFuture<Long> first = watch.segment(models.first().digest());
            long loadStart = System.nanoTime();
            load.start();
            await("expected a segment by the built-in model", first);
            long start = System.nanoTime();
            long afterWarmUp = 0;
            int bad = 0;
            for (int swap = 0; swap < plan.swaps(); swap++) {
                for (; bad < plan.badBefore(swap); bad++) {
                    publishBad(publisher, models.bad(bad));
                }
                publishGood(publisher, swap);
                load.check();
                if ((swap + 1) % SWAPS_OF_GARBAGE == 0) {
                    System.gc(); // or the heap grows with garbage, and hides what is lost
                }
                if (swap + 1 == plan.warmUp()) {
                    afterWarmUp = ResidentMemory.bytesWithoutGarbage();
                }
                if ((swap + 1) % Math.max(1, plan.swaps() / 10) == 0) {
                    progress.accept(
                            "%d of %d swaps, %d of %d bad models refused, %d segments"
                                    .formatted(swap + 1, plan.swaps(), refused, bad, watch.came()));
                }
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            long atEnd = ResidentMemory.bytesWithoutGarbage();
            load.end();
            awaitAll(load, watch);
            double loadSeconds = (System.nanoTime() - loadStart) / 1e9;
            progress.accept("looking at every picture of %d segments".formatted(watch.came()));
            return new SwapReport(
                    plan,
                    models.kinds(),
                    refused,
                    seconds,
                    loadSeconds,
                    new Account(load, published).read(access, topics),
                    Times.of(currentMillis),
                    Times.of(firstSegmentMillis),
                    afterWarmUp,
                    atEnd);
        }
    }

    private void publishGood(Publisher publisher, int swap) {
        Model model = models.good(swap);
        String digest = model.digest();
        published.put(digest, new Account.Published(swap, model.brighter()));
        CompletableFuture<Long> segment = publisher.watch().segment(digest);
        long start = System.nanoTime();
        Watch.Heard heard = publisher.publish(model);
        if (heard.status().state() != ModelStatus.State.CURRENT) {
            throw new IllegalStateException(
                    "%s: expected the status current, got %s: %s"
                            .formatted(
                                    model.name(),
                                    heard.status().state().wireName(),
                                    heard.status().reason()));
        }
        long done = await(model.name() + ": expected a segment done by it", segment);
        currentMillis.add((heard.nanos() - start) / NANOS_OF_A_MILLI);
        firstSegmentMillis.add((done - start) / NANOS_OF_A_MILLI);
    }

    private void publishBad(Publisher publisher, Model model) {
        Watch.Heard heard = publisher.publish(model);
        refused += heard.status().state() == ModelStatus.State.REFUSED ? 1 : 0;
    }

    /** Publishes and waits for what the worker says of it. */
    private final class Publisher {
        private final Watch watch;
        private final Producer<byte[], byte[]> producer;
        private final String topic;

        Publisher(Watch watch, Producer<byte[], byte[]> producer, String topic) {
            this.watch = watch;
            this.producer = producer;
            this.topic = topic;
        }

        Watch watch() {
            return watch;
        }

        Watch.Heard publish(Model model) {
            CompletableFuture<Watch.Heard> status = watch.status(model.digest());
            ProducerRecord<byte[], byte[]> made =
                    new ProducerRecord<>(
                            topic,
                            ModelKey.current(CHANNEL).toString().getBytes(StandardCharsets.UTF_8),
                            model.file());
            if (model.signature() != null) {
                model.signature().write(made.headers());
            }
            Future<RecordMetadata> unused =
                    producer.send(
                            made,
                            (metadata, error) -> {
                                if (error != null) {
                                    status.completeExceptionally(error);
                                }
                            });
            return await(model.name() + ": expected a status", status);
        }
    }

    private <T> T await(String expected, CompletableFuture<T> awaited) {
        if (cancelled) {
            throw new IllegalStateException("stopped");
        }
        try {
            return awaited.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "%s within %d s, none came".formatted(expected, PATIENCE_SECONDS), e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "%s: %s".formatted(expected, e.getCause().getMessage()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What does not come in time is lost, which the count will say. */
    private static void awaitAll(LiveLoad load, Watch watch) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            while (watch.came() < load.sent() && System.nanoTime() < end) {
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
