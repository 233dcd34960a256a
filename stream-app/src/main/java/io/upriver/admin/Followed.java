package io.upriver.admin;

import io.upriver.kafka.TopicFollower;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A view that followers keep up to date, from the first time on that somebody asks for it: a worker
 * that nobody asks reads nothing. Thread-safe, if the view is.
 */
final class Followed<V> implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final V view;
    private final Function<V, List<TopicFollower>> opener;
    private @Nullable List<TopicFollower> followers; // guarded by this
    private boolean isClosed; // guarded by this

    /**
     * @param opener makes followers that hand their records to the view, not started
     */
    Followed(V view, Function<V, List<TopicFollower>> opener) {
        this.view = view;
        this.opener = opener;
    }

    /**
     * The view with all that its topics have now.
     *
     * @throws io.upriver.kafka.KafkaUnreachableException if it does not get there in 10 s
     */
    V upToDate() {
        TopicFollower.requireCaughtUp(started(), PATIENCE);
        return view;
    }

    /** The view with what has been read until now; it begins to be followed, too. */
    V known() {
        started();
        return view;
    }

    private synchronized List<TopicFollower> started() {
        if (isClosed) {
            throw new IllegalStateException("expected no question while the service ends");
        }
        if (followers == null) {
            followers = opener.apply(view);
            followers.forEach(TopicFollower::start);
        }
        return followers;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        if (followers != null) {
            followers.forEach(TopicFollower::close);
        }
    }
}
