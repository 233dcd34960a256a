package io.upriver.egress;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Records' values in memory, up to a number of bytes; those go first that were asked for least
 * lately. What is not here is read again, once for all who ask for it at the same time.
 * Thread-safe.
 */
final class MediaCache {

    private final long mostBytes;
    private final Map<Place, byte[]> values = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Place, CompletableFuture<Optional<byte[]>>> reading = new LinkedHashMap<>();
    private long bytes;

    MediaCache(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Keeps a value, if it fits at all. */
    synchronized void put(Place place, byte[] value) {
        if (value.length > mostBytes) {
            return;
        }
        byte[] before = values.put(place, value);
        bytes += value.length - (before == null ? 0 : before.length);
        var eldest = values.entrySet().iterator();
        while (bytes > mostBytes) {
            bytes -= eldest.next().getValue().length;
            eldest.remove();
        }
    }

    /**
     * The value of the record at this place.
     *
     * @param reader reads it; what it throws goes to all who wait for it
     */
    Optional<byte[]> get(Place place, Function<Place, Optional<byte[]>> reader) {
        CompletableFuture<Optional<byte[]>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<byte[]>> other;
        synchronized (this) {
            byte @Nullable [] known = values.get(place);
            if (known != null) {
                return Optional.of(known);
            }
            other = reading.putIfAbsent(place, mine);
        }
        if (other != null) {
            return joined(other);
        }
        try {
            Optional<byte[]> found = reader.apply(place);
            found.ifPresent(value -> put(place, value));
            mine.complete(found);
            return found;
        } catch (RuntimeException e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            synchronized (this) {
                reading.remove(place);
            }
        }
    }

    private static Optional<byte[]> joined(CompletableFuture<Optional<byte[]>> other) {
        try {
            return other.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Bytes that are kept now. */
    synchronized long bytes() {
        return bytes;
    }
}
