package io.upriver.app;

import io.upriver.kafka.TopicFollower;

/** The threads that follow the control topics, ended together. */
record Followers(
        TopicFollower streamSettings,
        TopicFollower models,
        ModelChannel channel,
        HistoryKeeper history)
        implements AutoCloseable {

    @Override
    public void close() {
        history.close();
        channel.stop();
        models.close();
        streamSettings.close();
        channel.close();
    }
}
