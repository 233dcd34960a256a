package io.upriver.train;

import io.upriver.learn.Sha256;
import io.upriver.publish.ModelStatusTopic;
import io.upriver.publish.Publication.Published;
import io.upriver.publish.StreamTopic;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.StreamSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The channel of one stream's own model.
 *
 * @param stream its id
 * @param name the channel
 */
record StreamChannel(String stream, String name) {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration CLOCKS_APART = Duration.ofMinutes(1);
    private static final int HASH_CHARS = 12;
    private static final int MOST_CHARS = 249;

    StreamChannel {
        ModelKey.current(name); // refuses what is no name
        if (name.equals(StreamSettings.DEFAULT.model()) || name.equals(StreamSettings.NO_MODEL)) {
            throw new IllegalArgumentException(
                    "channel: expected one of the stream's own, got " + name);
        }
    }

    /** {@code stream-ID} where that may be a channel's name, else such a one with a hash. */
    static StreamChannel of(String stream) {
        String name = "stream-" + stream;
        if (name.length() <= MOST_CHARS && name.indexOf('@') < 0) {
            return new StreamChannel(stream, name);
        }
        String hash = Sha256.of(stream.getBytes(StandardCharsets.UTF_8)).substring(0, HASH_CHARS);
        int end = Math.min(name.length(), MOST_CHARS - hash.length() - 1);
        if (Character.isHighSurrogate(name.charAt(end - 1))) {
            end--;
        }
        return new StreamChannel(stream, name.substring(0, end).replace('@', '-') + "-" + hash);
    }

    /**
     * Gives the stream what was published here, when a worker has taken it, where one is there: a
     * refused model would end the stream.
     *
     * @param sinceMillis when it was published or before, milliseconds since 1970 UTC
     * @return what to tell people
     * @throws IllegalStateException if a worker refused it, or the stream asks for another scale
     */
    String pin(
            Published published,
            int scale,
            long sinceMillis,
            ModelStatusTopic statuses,
            StreamTopic streams) {
        Optional<ModelStatus> said =
                statuses.await(
                        name, published.digest(), sinceMillis - CLOCKS_APART.toMillis(), PATIENCE);
        if (said.isPresent() && said.get().state() == ModelStatus.State.REFUSED) {
            throw new IllegalStateException(
                    "%s is published, but worker %s refused it: %s; stream %s not pinned"
                            .formatted(name, said.get().worker(), said.get().reason(), stream));
        }
        streams.pin(stream, name, scale);
        return "stream %s: pinned to %s; %s"
                .formatted(
                        stream,
                        name,
                        said.map(status -> "worker " + status.worker() + " has it")
                                .orElse("no worker has said yet that it has it"));
    }
}
