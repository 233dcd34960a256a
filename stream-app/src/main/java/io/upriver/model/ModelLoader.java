package io.upriver.model;

import io.upriver.schemas.CanarySettings;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelSignature;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes models current one after the other, in the order in which they came, on a thread of its
 * own: whoever brings them, and the segments in work, go on meanwhile.
 *
 * <p>A channel has at most one model that waits, and one for its streams to try. A newer one takes
 * its place; one that is being loaded is not given up. Files that wait take at most {@value
 * #MOST_BYTES} bytes: beyond that the one who brings the next one waits. Thread-safe.
 */
public final class ModelLoader implements AutoCloseable {

    private static final long MOST_BYTES = 256L << 20;
    private static final long PATIENCE_MILLIS = 5_000;

    /**
     * Hears what became of each model: on the loader's thread, but for {@link #superseded}, on that
     * of the newer one.
     */
    public interface Listener {

        /** It is used for the segments that are taken from now on, or by those that try it. */
        void current(ModelKey key, String digest);

        /** It is not; the one before stays. */
        void refused(ModelKey key, String digest, String reason);

        /** It was not loaded, since a newer one of its key came. */
        void superseded(ModelKey key, String digest);

        /** The channel has no model of its own any more, or none on trial. */
        void withdrawn(ModelKey key);
    }

    /**
     * What is to be done.
     *
     * @param onnx null to withdraw
     * @param settings of a model that is to be tried
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Order(
            ModelKey key,
            byte @Nullable [] onnx,
            @Nullable ModelSignature signature,
            CanarySettings settings,
            long sinceNanos) {

        Order begunNow() {
            return new Order(key, onnx, signature, settings, System.nanoTime());
        }

        long bytes() {
            return onnx == null ? 0 : onnx.length;
        }
    }

    private final ModelRegistry models;
    private final Listener listener;
    private final Thread thread = new Thread(this::run, "upriver-models");

    // all below guarded by this
    private final Map<ModelKey, Order> waiting = new LinkedHashMap<>();
    private @Nullable Order loading;
    private boolean isClosed;

    public ModelLoader(ModelRegistry models, Listener listener) {
        this.models = models;
        this.listener = listener;
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Hands in a channel's newest model and returns at once, unless too much waits.
     *
     * @param onnx the file; null withdraws the channel's model. Nobody changes it afterwards.
     * @param signature who published it, or null
     */
    public void submit(String channel, byte @Nullable [] onnx, @Nullable ModelSignature signature) {
        submit(
                new Order(
                        ModelKey.current(channel),
                        onnx,
                        signature,
                        CanarySettings.DEFAULT,
                        System.nanoTime()));
    }

    /**
     * The same for the model that some of a channel's streams are to try.
     *
     * @param settings which streams; of no meaning without a file
     */
    public void submitCanary(
            String channel,
            byte @Nullable [] onnx,
            @Nullable ModelSignature signature,
            CanarySettings settings) {
        submit(new Order(ModelKey.canary(channel), onnx, signature, settings, System.nanoTime()));
    }

    private void submit(Order order) {
        Order superseded;
        synchronized (this) {
            superseded = waiting.remove(order.key());
            while (!isClosed && !waiting.isEmpty() && waitingBytes() + order.bytes() > MOST_BYTES) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
            if (isClosed) {
                return;
            }
            waiting.put(order.key(), order);
            notifyAll();
        }
        if (superseded != null && superseded.onnx() != null) {
            listener.superseded(order.key(), ModelRegistry.digestOf(superseded.onnx()));
        }
    }

    /**
     * Waits until nothing of this channel waits or is being loaded.
     *
     * @param channel any words: a stream may ask for what no channel is called
     * @return false if that took longer than the time given
     */
    public synchronized boolean await(String channel, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!isClosed && isBusyWith(channel)) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** What waits and what is being loaded, by channel, such as {@code loading for 3 s}. */
    public synchronized Map<String, String> progress() {
        Map<String, String> progress = new TreeMap<>();
        waiting.values()
                .forEach(order -> progress.put(order.key().toString(), words("waiting", order)));
        if (loading != null) {
            String now = words("loading", loading);
            progress.merge(
                    loading.key().toString(), now, (newer, older) -> older + ", a newer one waits");
        }
        return progress;
    }

    private static String words(String what, Order order) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - order.sinceNanos());
        return "%s for %d s".formatted(what, seconds);
    }

    private boolean isBusyWith(String channel) {
        return (loading != null && loading.key().toString().equals(channel))
                || waiting.keySet().stream().anyMatch(key -> key.toString().equals(channel));
    }

    private long waitingBytes() {
        return waiting.values().stream().mapToLong(Order::bytes).sum();
    }

    private void run() {
        for (Order order = next(); order != null; order = next()) {
            carryOut(order);
        }
    }

    /** The oldest order, which is then being carried out; null when it is time to end. */
    private synchronized @Nullable Order next() {
        loading = null;
        notifyAll();
        while (!isClosed && waiting.isEmpty()) {
            try {
                wait();
            } catch (InterruptedException e) {
                return null;
            }
        }
        if (isClosed) {
            return null;
        }
        Order oldest = waiting.remove(waiting.keySet().iterator().next());
        loading = oldest.begunNow();
        notifyAll();
        return loading;
    }

    private void carryOut(Order order) {
        if (order.onnx() == null) {
            withdraw(order.key());
            return;
        }
        try {
            listener.current(order.key(), load(order));
        } catch (ModelException e) {
            refuse(order, e.getMessage());
        } catch (RuntimeException | OutOfMemoryError e) { // the thread outlives every file
            refuse(order, "it cannot be loaded: " + e);
        }
    }

    private void withdraw(ModelKey key) {
        if (key.isCurrent()) {
            models.withdraw(key.channel());
        } else {
            models.endTrial(key.channel());
        }
        listener.withdrawn(key);
    }

    private String load(Order order) {
        String channel = order.key().channel();
        return order.key().isCurrent()
                ? models.publish(channel, order.onnx(), order.signature())
                : models.tryOut(channel, order.onnx(), order.signature(), order.settings());
    }

    private void refuse(Order order, String reason) {
        listener.refused(order.key(), ModelRegistry.digestOf(order.onnx()), reason);
    }

    /** What waits is dropped; what is being loaded is waited for, for a few seconds. */
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
            waiting.clear();
            notifyAll();
        }
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
