package io.upriver.app;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicFollower;
import io.upriver.kafka.TopicSetup;
import io.upriver.model.ModelRegistry;
import io.upriver.observe.SegmentObserver;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import io.upriver.segment.SegmentResult;
import io.upriver.segment.SegmentUpscaler;
import io.upriver.segment.WorkerCore;
import io.upriver.topology.SegmentWork;
import io.upriver.topology.StreamDirectory;
import io.upriver.topology.UpscaleTopology;
import io.upriver.topology.WorkGate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/** A whole worker on a real broker: all of the service but the framework that wires it. */
final class LocalWorker implements AutoCloseable {

    static final int PARTITIONS = 2;
    static final String NAME = "worker-1";
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private final WorkerCore core = new WorkerCore();
    private final Followers followers;
    private final KafkaStreams streams;

    /**
     * Starts the worker and makes its topics.
     *
     * @param group the topology's name, apart from those of other workers on the broker
     * @param state folder for what Kafka Streams keeps
     * @param maxOutputBytes the largest upscaled segment
     */
    LocalWorker(KafkaAccess access, Topics topics, String group, Path state, int maxOutputBytes) {
        this(NAME, access, topics, group, state, maxOutputBytes);
    }

    /**
     * The same with a name.
     *
     * @param name what it says in the status of models
     */
    LocalWorker(
            String name,
            KafkaAccess access,
            Topics topics,
            String group,
            Path state,
            int maxOutputBytes) {
        new TopicSetup(access, topics).createMissing(PARTITIONS);
        ModelRegistry models = core.models();
        StreamDirectory directory = new StreamDirectory();
        TopicFollower settings = new TopicFollower(access, topics.streams(), directory).start();
        directory.followedBy(settings);
        ModelChannel channel = new ModelChannel(models, access, topics, name, told -> {});
        TopicFollower modelFiles = new TopicFollower(access, topics.models(), channel).start();
        models.beforeGivingUp(wanted -> channel.catchUp(modelFiles, wanted));
        HistoryKeeper history =
                new HistoryKeeper(
                                access,
                                topics.models(),
                                group + "-history",
                                new CanaryWatch(access, topics, NAME, channel::refusalOf))
                        .start();
        followers = new Followers(settings, modelFiles, channel, history);
        SegmentUpscaler upscaler = core.upscaler(WorkerCore.limits(DEADLINE, maxOutputBytes));
        streams =
                new KafkaStreams(
                        UpscaleTopology.build(
                                topics,
                                work(upscaler),
                                directory,
                                new WorkGate(2),
                                SegmentObserver.untold(),
                                access.maxMessageBytes()),
                        streamSettings(access, group, state));
        streams.start();
    }

    private static SegmentWork work(SegmentUpscaler upscaler) {
        return new SegmentWork() {
            @Override
            public SegmentResult upscale(
                    Segment segment, StreamSettings wanted, long producedMillis) {
                return upscaler.upscale(segment, wanted, producedMillis);
            }

            @Override
            public SegmentResult passThrough(
                    Segment segment, StreamSettings wanted, long producedMillis) {
                return upscaler.passThrough(segment, wanted, producedMillis);
            }

            @Override
            public String worker() {
                return upscaler.worker();
            }
        };
    }

    private static Properties streamSettings(KafkaAccess access, String group, Path state) {
        Properties properties = new Properties();
        StreamsTuning.derive(DEADLINE, 2, PARTITIONS, 2, access.maxMessageBytes())
                .forEach(
                        (key, value) ->
                                properties.put(key.substring("kafka-streams.".length()), value));
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, group);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, access.bootstrapServers());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        return properties;
    }

    @Override
    public void close() {
        streams.close(Duration.ofSeconds(20));
        followers.close();
        core.close();
    }
}
