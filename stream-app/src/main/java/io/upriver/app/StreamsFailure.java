package io.upriver.app;

import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jboss.logging.Logger;

/** What happens when a stream thread dies: a new one takes over, unless the worker is stopping. */
@ApplicationScoped
class StreamsFailure implements StreamsUncaughtExceptionHandler {

    private static final Logger LOG = Logger.getLogger(StreamsFailure.class);

    @Override
    public StreamThreadExceptionResponse handle(Throwable exception) {
        if (OrderlyStop.isStop(exception)) {
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        LOG.error("a stream thread failed and is replaced", exception);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
}
