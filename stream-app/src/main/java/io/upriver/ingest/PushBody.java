package io.upriver.ingest;

import io.upriver.ingest.PushRefusedException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The body of a request while it comes: counts what is held of it against the room that all bodies
 * share, and what comes in a second. Where there is no room it is not read on, so the sender has to
 * wait; likewise where too much comes, if the body has no end. One thread.
 */
final class PushBody extends InputStream {

    private static final int PATIENCE_SECONDS = 10;

    private final InputStream in;
    private final Semaphore room;
    private final Rate rate;
    private final boolean isEndless;
    private int held;

    /**
     * @param room in bytes
     * @param isEndless whether it is slowed down: others are short, and the next one is refused
     */
    PushBody(InputStream in, Semaphore room, Rate rate, boolean isEndless) {
        this.in = in;
        this.room = room;
        this.rate = rate;
        this.isEndless = isEndless;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int wanted = Math.min(length, 64 * 1024);
        try {
            for (long wait = 1; isEndless && wait > 0; ) {
                wait = rate.waitMillis();
                Thread.sleep(wait);
            }
            if (!room.tryAcquire(wanted, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new PushRefusedException(
                        Reason.NO_ROOM,
                        "expected room for %d more bytes within %d s, got none"
                                .formatted(wanted, PATIENCE_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for room", e);
        }
        int read = -1;
        try {
            read = in.read(target, offset, wanted);
        } finally {
            int got = Math.max(0, read);
            room.release(wanted - got);
            held += got;
            rate.spend(got);
        }
        return read;
    }

    /** So much of what was read is not held any more. */
    void release(int bytes) {
        int given = Math.min(bytes, held);
        held -= given;
        room.release(given);
    }

    /** Nothing of it is held any more. The stream itself stays open. */
    @Override
    public void close() {
        release(held);
    }
}
