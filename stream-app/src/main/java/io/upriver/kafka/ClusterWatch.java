package io.upriver.kafka;

import io.upriver.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Asks the cluster every few seconds, in a thread of its own, whether it is there with all topics,
 * and what waits; so whoever wants to know never waits for a broker. Thread-safe.
 */
public final class ClusterWatch implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * What was found last.
     *
     * @param atNanos when, by {@link System#nanoTime}
     * @param missing the topics that there should be and are not
     * @param waiting segments that the group has not finished, or -1 where that is not known
     * @param trouble why nothing is known, or null
     */
    public record Found(
            long atNanos, List<String> missing, long waiting, @Nullable String trouble) {

        static Found trouble(String words) {
            return new Found(System.nanoTime(), List.of(), -1, words);
        }

        /** How long ago that was. */
        public Duration age() {
            return Duration.ofNanos(System.nanoTime() - atNanos);
        }
    }

    private final Duration interval;
    private final Duration patience;
    private final KafkaAccess access;
    private final Topics topics;
    private final String group;
    private final Thread thread = new Thread(this::run, "watch-cluster");
    private volatile Found found = Found.trouble("not asked yet");
    private volatile boolean isClosed;

    /**
     * @param group the workers' consumer group
     */
    public ClusterWatch(KafkaAccess access, Topics topics, String group) {
        this(access, topics, group, INTERVAL, PATIENCE);
    }

    ClusterWatch(
            KafkaAccess access, Topics topics, String group, Duration interval, Duration patience) {
        this.interval = interval;
        this.patience = patience;
        this.access = access;
        this.topics = topics;
        this.group = group;
        thread.setDaemon(true);
    }

    public ClusterWatch start() {
        thread.start();
        return this;
    }

    /** What was found last; at most some {@code 15 s} ago while this is not closed. */
    public Found found() {
        return found;
    }

    private void run() {
        try {
            while (!isClosed) {
                watch();
                TimeUnit.NANOSECONDS.sleep(interval.toNanos());
            }
        } catch (InterruptedException e) {
            found = Found.trouble("not asked any more"); // closed
        }
    }

    /** With one client for as long as that works. */
    private void watch() throws InterruptedException {
        try (Admin admin = access.admin();
                Backlog backlog = new Backlog(access, topics, group)) {
            while (!isClosed) {
                found = ask(admin, backlog);
                TimeUnit.NANOSECONDS.sleep(interval.toNanos());
            }
        } catch (KafkaUnreachableException e) {
            found = Found.trouble(e.getMessage());
        }
    }

    private Found ask(Admin admin, Backlog backlog) throws InterruptedException {
        try {
            Set<String> present =
                    admin.listTopics().names().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            Set<String> missing = new TreeSet<>();
            topics.all().forEach(topic -> missing.add(topic.name()));
            missing.removeAll(present);
            long waiting = missing.contains(topics.segments()) ? -1 : waiting(backlog);
            return new Found(System.nanoTime(), List.copyOf(missing), waiting, null);
        } catch (ExecutionException e) {
            return Found.trouble(KafkaUnreachableException.of(access, e.getCause()).getMessage());
        } catch (TimeoutException e) {
            return Found.trouble(
                    "expected an answer of %s within %d s"
                            .formatted(access.bootstrapServers(), patience.toSeconds()));
        } catch (KafkaUnreachableException e) {
            if (e.getCause() instanceof InterruptedException) {
                throw new InterruptedException(e.getMessage());
            }
            return Found.trouble(e.getMessage());
        }
    }

    private static long waiting(Backlog backlog) {
        return backlog.byPartition().values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
    }
}
