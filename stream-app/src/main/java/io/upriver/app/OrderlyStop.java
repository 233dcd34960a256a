package io.upriver.app;

import io.quarkus.logging.LoggingFilter;
import io.upriver.segment.StoppingException;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Keeps what is no error out of the log: segments that a worker gives back because it is asked to
 * end. Kafka Streams calls each of them an exception, with pages of its calls.
 */
@LoggingFilter(name = "orderly-stop")
public final class OrderlyStop implements Filter {

    private static final String STREAMS = "org.apache.kafka.streams.";
    private static final String ADVICE = "Processing exception handler is set to fail";

    @Override
    public boolean isLoggable(LogRecord line) {
        String logger = line.getLoggerName();
        if (logger == null || !logger.startsWith(STREAMS)) {
            return true;
        }
        return !isStop(line.getThrown()) && !isAdvice(line.getMessage());
    }

    /** Whether a segment was given back, and nothing else went wrong. */
    static boolean isStop(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StoppingException) {
                return true;
            }
        }
        return false;
    }

    /** About a setting that we want to be as it is; comes behind the exception itself. */
    private static boolean isAdvice(String message) {
        return message != null && message.startsWith(ADVICE);
    }
}
