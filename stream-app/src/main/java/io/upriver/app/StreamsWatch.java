package io.upriver.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import org.apache.kafka.streams.KafkaStreams;

/** Hears of the stream threads' states, and looks at them for whoever asks. Thread-safe. */
@ApplicationScoped
class StreamsWatch implements KafkaStreams.StateListener {

    private final Instance<KafkaStreams> streams;
    private final int threads;
    private volatile boolean hasRun;

    StreamsWatch(Instance<KafkaStreams> streams, Settings settings) {
        this.streams = streams;
        this.threads = settings.worker().threads();
    }

    @Override
    public void onChange(KafkaStreams.State now, KafkaStreams.State before) {
        hasRun |= now == KafkaStreams.State.RUNNING;
    }

    /** Whether the group has given this process its part, if only none, at least once. */
    boolean hasRun() {
        return hasRun;
    }

    StreamThreads threads() {
        KafkaStreams now = streams.get();
        return StreamThreads.of(now.state(), now.metadataForLocalThreads(), threads);
    }
}
