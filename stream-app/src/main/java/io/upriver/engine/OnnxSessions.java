package io.upriver.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one network: a single one on the CPU; on a GPU one, or a few side by side, for
 * each frame size, of which the least recently used is closed when there are too many.
 *
 * <p>Thread-safe. A session may take minutes to make; meanwhile only those who need it wait.
 */
final class OnnxSessions implements AutoCloseable {

    private final Opener opener;
    private final int maxSessions;
    private final Map<Key, Lease> sessions = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * @param maxSessions sessions kept when nobody uses them
     */
    OnnxSessions(int maxSessions, Opener opener) {
        this.maxSessions = maxSessions;
        this.opener = opener;
    }

    /** A session to use until the lease is closed. */
    Lease lease(Key key) throws OrtException {
        Lease lease;
        synchronized (sessions) {
            lease = sessions.computeIfAbsent(key, Lease::new);
            lease.users++;
        }
        try {
            lease.open();
            return lease;
        } catch (OrtException | RuntimeException e) {
            synchronized (sessions) {
                lease.users--;
                if (lease.users == 0) {
                    sessions.remove(key);
                }
            }
            throw e;
        }
    }

    /** Closes all sessions. Nobody may hold a lease any more. */
    @Override
    public void close() {
        synchronized (sessions) {
            sessions.values().forEach(Lease::end);
            sessions.clear();
        }
    }

    private void shrink() {
        Iterator<Lease> eldestFirst = sessions.values().iterator();
        while (sessions.size() > maxSessions && eldestFirst.hasNext()) {
            Lease lease = eldestFirst.next();
            if (lease.users == 0) {
                lease.end();
                eldestFirst.remove();
            }
        }
    }

    /** Makes a session. */
    interface Opener {
        OrtSession open(Key key) throws OrtException;
    }

    /**
     * What a session is for.
     *
     * @param shape the frame size; null for all
     * @param copy the number among sessions for the same size
     */
    record Key(Device.@Nullable Shape shape, int copy) {}

    /** A session and the number of its users. */
    final class Lease implements AutoCloseable {

        private final Key key;
        private int users;
        private @Nullable OrtSession session;

        private Lease(Key key) {
            this.key = key;
        }

        private synchronized void open() throws OrtException {
            if (session == null) {
                session = opener.open(key);
            }
        }

        synchronized OrtSession session() {
            if (session == null) {
                throw new IllegalStateException("the session is closed");
            }
            return session;
        }

        @Override
        public void close() {
            synchronized (sessions) {
                users--;
                shrink();
            }
        }

        private synchronized void end() {
            try {
                if (session != null) {
                    session.close();
                }
            } catch (OrtException e) {
                throw new EngineException(
                        "a session cannot be closed: " + OnnxEnvironment.words(e), e);
            } finally {
                session = null;
            }
        }
    }
}
