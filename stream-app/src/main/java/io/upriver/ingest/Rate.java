package io.upriver.ingest;

import java.util.function.LongSupplier;

/**
 * How much comes in a second on average: a bucket that fills with the time. Thread-safe.
 *
 * <p>A body may take more than is there, and the next one has to wait for it: how much comes is
 * known only afterwards.
 */
final class Rate {

    private final long perSecond;
    private final long most;
    private final LongSupplier nanos;
    private double room;
    private long last;

    /**
     * @param most how much may come at once
     * @param nanos a clock, as {@link System#nanoTime()}
     */
    Rate(long perSecond, long most, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.most = most;
        this.nanos = nanos;
        this.room = most;
        this.last = nanos.getAsLong();
    }

    /** How long to wait before more may come, in milliseconds; 0 where it may. */
    synchronized long waitMillis() {
        long now = nanos.getAsLong();
        room = Math.min((double) most, room + (now - last) / 1e9 * perSecond);
        last = now;
        return room > 0 ? 0 : (long) Math.ceil(-room * 1000 / perSecond) + 1;
    }

    /** So much has come. */
    synchronized void spend(long amount) {
        waitMillis();
        room -= amount;
    }
}
