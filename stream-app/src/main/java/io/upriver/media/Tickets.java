package io.upriver.media;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Objects of ours under numbers that FFmpeg keeps for them as its opaque pointers.
 *
 * <p>JavaCPP has only a handful of native entry points per callback class. So there is one callback
 * of each kind for the whole process, and the number says for whom it is called. Thread-safe.
 */
final class Tickets<T> {

    private final ConcurrentMap<Long, T> open = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong(1);

    /** A new number for the object, as FFmpeg takes it. */
    Pointer issue(T owner) {
        long number = numbers.getAndIncrement();
        open.put(number, owner);
        return new Ticket(number);
    }

    /** Whom a callback is for, or null when that is closed. */
    @Nullable T ownerOf(Pointer opaque) {
        return open.get(opaque.address());
    }

    void withdraw(Pointer ticket) {
        open.remove(ticket.address());
    }

    /** A number dressed as a pointer; never followed. */
    private static final class Ticket extends Pointer {
        Ticket(long value) {
            super((Pointer) null);
            address = value;
        }
    }
}
