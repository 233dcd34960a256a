package io.upriver.ingest;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * The order in which files of each stream have begun to come, so that they are taken in that order:
 * ffmpeg sends the next one without waiting for an answer to the one before, on another connection.
 * Thread-safe; nothing here blocks but {@link Turn#await()}.
 */
public final class Turns {

    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final Map<String, TreeSet<Long>> coming = new HashMap<>();
    private long arrivals;

    /** The place of one file; closed when it has been taken or refused. */
    public final class Turn implements AutoCloseable {

        private final String stream;
        private final long arrival;

        private Turn(String stream, long arrival) {
            this.stream = stream;
            this.arrival = arrival;
        }

        /**
         * Waits until all that had begun to come before have been taken or refused; after 5 s they
         * are not waited for any longer.
         */
        void await() {
            awaitFirst(stream, arrival);
        }

        @Override
        public void close() {
            leave(stream, arrival);
        }
    }

    /** A file of a stream begins to come. */
    public synchronized Turn begin(String stream) {
        long arrival = arrivals++;
        coming.computeIfAbsent(stream, key -> new TreeSet<>()).add(arrival);
        return new Turn(stream, arrival);
    }

    private synchronized void awaitFirst(String stream, long arrival) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        TreeSet<Long> all = coming.getOrDefault(stream, new TreeSet<>());
        while (!all.headSet(arrival).isEmpty()) {
            long millis = (end - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                all.headSet(arrival).clear();
                return;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private synchronized void leave(String stream, long arrival) {
        TreeSet<Long> all = coming.get(stream);
        if (all != null && all.remove(arrival) && all.isEmpty()) {
            coming.remove(stream);
        }
        notifyAll();
    }
}
