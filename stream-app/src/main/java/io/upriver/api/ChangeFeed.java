package io.upriver.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.kafka.Backlog;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.KafkaUnreachableException;
import io.upriver.schemas.Topics;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells all listeners of what changes: looks at the views twice a second while somebody listens,
 * and makes each text once for all who know the same. What waits on the segments topic is asked of
 * the broker every two seconds, on a thread of its own, since that may take as long as it likes.
 */
@Singleton
final class ChangeFeed {

    /** The most clients at a time. */
    static final int MOST_LISTENERS = 100;

    private static final long LOOK_MILLIS = 500;
    private static final long ASK_MILLIS = 2_000;
    private static final Logger LOG = Logger.getLogger(ChangeFeed.class);

    private final EventParts parts;
    private final ObjectMapper json;
    private final KafkaAccess access;
    private final Topics topics;
    private final ApiSettings settings;
    private final Queue<Listener> listeners = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>(); // guarded by this
    private volatile @Nullable Backlog backlog;

    ChangeFeed(
            EventParts parts,
            ObjectMapper json,
            KafkaAccess access,
            Topics topics,
            ApiSettings settings) {
        this.parts = parts;
        this.json = json;
        this.access = access;
        this.topics = topics;
        this.settings = settings;
    }

    /** Begins to tell a client; it is told how everything is first. */
    synchronized void add(Listener listener) {
        if (listeners.size() >= MOST_LISTENERS) {
            throw new ProblemException(
                    ProblemType.TOO_MANY_LISTENERS,
                    "expected at most %d listeners to events at a time, got one more"
                            .formatted(MOST_LISTENERS));
        }
        listeners.add(listener);
        if (threads.isEmpty()) {
            threads.add(start("events", this::tell, LOOK_MILLIS));
            threads.add(start("events-backlog", this::ask, ASK_MILLIS));
        }
    }

    private static Thread start(String name, Runnable work, long everyMillis) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                while (true) {
                                    work.run();
                                    Thread.sleep(everyMillis);
                                }
                            } catch (InterruptedException e) {
                                LOG.debugf("%s ends", name);
                            }
                        },
                        name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void tell() {
        try {
            if (listeners.isEmpty()) {
                return;
            }
            parts.look();
            Map<Part<?>, Map<Long, String>> made = new HashMap<>();
            long now = System.nanoTime();
            listeners.removeIf(
                    listener ->
                            !listener.tell(
                                    parts.all(),
                                    (part, known) ->
                                            made.computeIfAbsent(part, p -> new HashMap<>())
                                                    .computeIfAbsent(
                                                            known, v -> text(part.since(v))),
                                    now));
        } catch (RuntimeException e) {
            LOG.warnf(e, "events: %s", e.getMessage());
        }
    }

    private String text(Object said) {
        try {
            return json.writeValueAsString(said);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every event has JSON", e);
        }
    }

    private void ask() {
        if (listeners.isEmpty()) {
            return;
        }
        try {
            if (backlog == null) {
                backlog = new Backlog(access, topics, settings.group());
            }
            parts.waiting(new ClusterState(true, null), backlog.byPartition());
        } catch (KafkaUnreachableException e) {
            parts.waiting(new ClusterState(false, e.getMessage()), Map.of());
        } catch (RuntimeException e) {
            LOG.warnf(e, "events: %s", e.getMessage());
        }
    }

    /** Before the views are closed, which would have no answer then. */
    void stopping(@Observes Shutdown event) {
        close();
    }

    private synchronized void close() {
        threads.forEach(Thread::interrupt);
        listeners.forEach(Listener::close);
        Backlog opened = backlog;
        if (opened != null) {
            opened.close();
        }
    }
}
