package io.upriver.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.resteasy.reactive.server.jaxrs.SseImpl;
import org.junit.jupiter.api.Test;

class ListenerTest {

    private static final long SECOND = 1_000_000_000L;

    private final AtomicInteger state = new AtomicInteger();
    private final Part<Integer> part =
            new Part<>("numbers", state::get, now -> now, (before, now) -> before + " to " + now);
    private final SlowSink sink = new SlowSink();
    private final Listener listener = new Listener(sink, new SseImpl());

    private boolean tell(int number, long nowNanos) {
        state.set(number);
        part.look();
        return listener.tell(
                List.of(part), (told, known) -> told.since(known).toString(), nowNanos);
    }

    @Test
    void leavesOutWhatCameWhileTheClientWasSlow() {
        // Given a client that has not taken the first event
        assertTrue(tell(1, 0));
        assertTrue(tell(2, SECOND));
        assertTrue(tell(3, 2 * SECOND));
        assertEquals(List.of("1"), sink.said);

        // When it has
        sink.take();
        assertTrue(tell(4, 3 * SECOND));
        sink.take();
        assertTrue(tell(5, 4 * SECOND));

        // Then it is told the newest as a whole, and from then on what changes
        assertEquals(List.of("1", "4", "4 to 5"), sink.said);
    }

    @Test
    void givesUpAClientThatTakesNothing() {
        assertTrue(tell(1, 0));
        assertTrue(tell(2, 29 * SECOND));
        assertFalse(tell(3, 30 * SECOND));
        assertTrue(sink.isClosed());
    }

    @Test
    void breaksASilenceThatSaysNothing() {
        assertTrue(tell(1, 0));
        sink.take();
        assertTrue(tell(1, 9 * SECOND));
        assertTrue(tell(1, 10 * SECOND));
        assertEquals(List.of("1", "null"), sink.said);
    }

    @Test
    void isOverWhenTheClientHasGone() {
        assertTrue(tell(1, 0));
        sink.close();
        assertFalse(tell(2, SECOND));
        assertEquals(List.of("1"), sink.said);
    }

    /** A client that takes what it is sent only when told to. */
    private static final class SlowSink implements SseEventSink {

        private final List<String> said = new ArrayList<>();
        private CompletableFuture<Void> sending = new CompletableFuture<>();
        private boolean isClosed;

        void take() {
            sending.complete(null);
        }

        @Override
        public CompletionStage<?> send(OutboundSseEvent event) {
            said.add(String.valueOf(event.getData()));
            sending = new CompletableFuture<>();
            return sending;
        }

        @Override
        public boolean isClosed() {
            return isClosed;
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }
}
