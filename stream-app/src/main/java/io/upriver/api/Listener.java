package io.upriver.api;

import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/**
 * A client that listens to events. It has no queue: it is told the newest when all that it was told
 * before is on its way, and what came between is left out. Used by one thread.
 */
final class Listener {

    /** A connection that has taken nothing for so long is given up. */
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    /** How often a line is sent at least, so that a lost connection is found out. */
    private static final long SILENCE_NANOS = 10_000_000_000L;

    private static final long RECONNECT_MILLIS = 2_000;

    private final SseEventSink sink;
    private final Sse sse;
    private final Map<Part<?>, Long> known = new HashMap<>();
    private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);
    private long sentNanos;

    Listener(SseEventSink sink, Sse sse) {
        this.sink = sink;
        this.sse = sse;
    }

    /**
     * Tells what is new, if the client has taken what came before.
     *
     * @param texts the text of a part since a version
     * @return false when the client is gone, or was too slow and is given up
     */
    boolean tell(List<Part<?>> parts, BiFunction<Part<?>, Long, String> texts, long nowNanos) {
        if (sink.isClosed() || sending.isCompletedExceptionally()) {
            close();
            return false;
        }
        if (!sending.isDone()) {
            if (nowNanos - sentNanos < PATIENCE_NANOS) {
                return true;
            }
            close();
            return false;
        }
        List<OutboundSseEvent> events = new ArrayList<>();
        for (Part<?> part : parts) {
            long told = known.getOrDefault(part, 0L);
            if (part.version() > told) {
                events.add(
                        sse.newEventBuilder()
                                .name(part.name())
                                .reconnectDelay(RECONNECT_MILLIS)
                                .data(texts.apply(part, told))
                                .build());
                known.put(part, part.version());
            }
        }
        if (events.isEmpty() && nowNanos - sentNanos >= SILENCE_NANOS) {
            events.add(sse.newEventBuilder().comment("still here").build());
        }
        if (!events.isEmpty()) {
            sentNanos = nowNanos;
            sending =
                    CompletableFuture.allOf(
                            events.stream()
                                    .map(event -> sink.send(event).toCompletableFuture())
                                    .toArray(CompletableFuture[]::new));
        }
        return true;
    }

    void close() {
        sink.close();
    }
}
