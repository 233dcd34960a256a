package io.upriver.topology;

import io.upriver.kafka.TopicFollower;
import io.upriver.schemas.StreamSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * The settings of every stream, as the streams topic has them.
 *
 * <p>A job writes its settings and then its segments. So before a stream counts as one without
 * settings, the topic is read to its end; after that the stream is remembered as known.
 * Thread-safe.
 */
public final class StreamDirectory implements TopicFollower.Listener {

    private static final Logger LOG = Logger.getLogger(StreamDirectory.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int REMEMBERED = 10_000;

    private final ConcurrentMap<String, StreamSettings> settings = new ConcurrentHashMap<>();
    private final Set<String> withoutSettings =
            Collections.synchronizedSet(
                    Collections.newSetFromMap(
                            new LinkedHashMap<>() {
                                private static final long serialVersionUID = 1L;

                                @Override
                                protected boolean removeEldestEntry(Map.Entry<String, Boolean> e) {
                                    return size() > REMEMBERED;
                                }
                            }));
    private volatile TopicFollower follower;

    /** The follower that feeds this directory, for waiting until it has caught up. */
    public void followedBy(TopicFollower follower) {
        this.follower = follower;
    }

    /** The stream's settings, or the defaults. */
    public StreamSettings of(String streamId) {
        StreamSettings known = settings.get(streamId);
        if (known == null && !withoutSettings.contains(streamId) && follower != null) {
            if (follower.awaitCaughtUp(PATIENCE)) {
                known = settings.get(streamId);
                if (known == null) {
                    withoutSettings.add(streamId);
                }
            }
        }
        return known == null ? StreamSettings.DEFAULT : known;
    }

    @Override
    public void accept(ConsumerRecord<byte[], byte[]> current) {
        if (current.key() == null) {
            return;
        }
        String streamId = new String(current.key(), StandardCharsets.UTF_8);
        if (current.value() == null) {
            settings.remove(streamId);
            return;
        }
        try {
            settings.put(streamId, StreamSettings.fromJson(current.value()));
        } catch (IllegalArgumentException e) {
            LOG.errorf(
                    "stream %s: settings refused, the ones before stay: %s",
                    streamId, e.getMessage());
        }
    }
}
