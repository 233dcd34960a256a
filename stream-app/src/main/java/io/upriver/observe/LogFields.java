package io.upriver.observe;

import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.MDC;

/**
 * The fields that log lines of this thread have while it works on something, under fixed keys.
 *
 * <p>Used by one thread; closing it takes them away.
 */
public final class LogFields implements AutoCloseable {

    /** The stream's id. */
    public static final String STREAM = "stream";

    /** The segment's sequence. */
    public static final String SEGMENT = "segment";

    /** The trace, as W3C writes it: 32 hexadecimal digits. */
    public static final String TRACE = "traceId";

    /** The span, likewise: 16. */
    public static final String SPAN = "spanId";

    private final List<String> keys = new ArrayList<>(4);

    /** One more. */
    public LogFields with(String key, String value) {
        MDC.put(key, value);
        keys.add(key);
        return this;
    }

    @Override
    public void close() {
        keys.forEach(MDC::remove);
    }
}
