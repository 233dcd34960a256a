package io.upriver.app;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * The settings of Kafka Streams that decide stability, worked out from deadline, record size and
 * thread count, so that nobody has to; and how it logs in, as all clients do.
 *
 * <p>A stream thread looks at the group's coordinator only between passes. One pass takes at most
 * one segment of each of the thread's tasks, after waiting for a place in the gate, so: pass =
 * tasks per thread x deadline x (threads / places + 1), and {@code max.poll.interval.ms} is twice
 * that. A transaction is open from the first result of a pass to its last.
 */
public final class StreamsTuning implements ConfigSourceFactory {

    private static final int ORDINAL = 150;
    private static final Duration SHORTEST_TRANSACTION = Duration.ofSeconds(60);

    /** The limit of brokers that were not told otherwise: {@code transaction.max.timeout.ms}. */
    private static final Duration LONGEST_TRANSACTION = Duration.ofMinutes(15);

    /** The limits of brokers that were not told otherwise: {@code group.*.session.timeout.ms}. */
    private static final Duration SHORTEST_ABSENCE = Duration.ofSeconds(10);

    private static final Duration LONGEST_ABSENCE = Duration.ofMinutes(30);

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        Duration deadline = Duration.parse(value(context, "upriver.segment.deadline", "PT5M"));
        int threads = number(context, "upriver.worker.threads", 4);
        int partitions = number(context, "upriver.topics.partitions", 4);
        int places = Places.of(number(context, "upriver.worker.segments-in-flight", 0));
        int maxMessageBytes = number(context, "upriver.topics.max-message-bytes", 64 << 20);
        Map<String, String> derived =
                derive(deadline, threads, partitions, places, maxMessageBytes);
        derived.put(
                "quarkus.kafka-streams.application-id",
                value(context, "upriver.worker.group", "upriver"));
        if (Boolean.parseBoolean(value(context, "upriver.worker.static-member", "false"))) {
            derived.putAll(
                    staticMember(
                            value(context, "upriver.worker.name", ""),
                            Duration.parse(value(context, "upriver.worker.absence", "PT1M"))));
        }
        derived.put(
                "quarkus.kafka-streams.topics",
                value(context, "upriver.topics.prefix", "upriver") + ".segments");
        KafkaSecurity.of(name -> Optional.ofNullable(given(context, name)))
                .forEach((name, value) -> derived.put("kafka-streams." + name, value));
        return List.of(new PropertiesConfigSource(derived, "derived from upriver.*", ORDINAL));
    }

    static Map<String, String> derive(
            Duration deadline, int threads, int partitions, int places, int maxMessageBytes) {
        int tasksPerThread = Math.max(1, (partitions + threads - 1) / threads);
        int turns = (threads + places - 1) / places + 1;
        long passMillis = (long) tasksPerThread * turns * deadline.toMillis();
        long transactionMillis =
                tasksPerThread == 1
                        ? SHORTEST_TRANSACTION.toMillis()
                        : Math.min(
                                LONGEST_TRANSACTION.toMillis(),
                                Math.max(SHORTEST_TRANSACTION.toMillis(), passMillis));
        String bytes = Integer.toString(maxMessageBytes);
        Map<String, String> streams = new HashMap<>();
        streams.put("processing.guarantee", "exactly_once_v2");
        streams.put("num.stream.threads", Integer.toString(threads));
        // A thread that has several records takes several before it commits. It gets them one by
        // one,
        // so that no result waits for the next segment's; the consumer fetches ahead all the same.
        streams.put("buffered.records.per.partition", "1");
        streams.put("consumer.max.poll.records", "1");
        streams.put("consumer.max.partition.fetch.bytes", bytes);
        streams.put(
                "consumer.max.poll.interval.ms",
                Long.toString(Math.min(Integer.MAX_VALUE, 2 * passMillis)));
        streams.put("consumer.session.timeout.ms", "10000");
        streams.put("consumer.heartbeat.interval.ms", "3000");
        streams.put("consumer.auto.offset.reset", "earliest");
        // A worker that ends tells the group, so that its partitions move at once.
        streams.put("consumer.internal.leave.group.on.close", "true");
        streams.put("producer.max.request.size", bytes);
        streams.put(
                "producer.buffer.memory", Long.toString(Math.max(32L << 20, 2L * maxMessageBytes)));
        streams.put("producer.transaction.timeout.ms", Long.toString(transactionMillis));
        streams.put("producer.linger.ms", "0");
        Map<String, String> prefixed = new HashMap<>();
        streams.forEach((key, value) -> prefixed.put("kafka-streams." + key, value));
        return prefixed;
    }

    /**
     * What makes a worker a static member: each of its threads has an identity that outlives the
     * process, and the group does not miss it before its session expires.
     *
     * @throws IllegalArgumentException that names the setting which is missing or wrong
     */
    static Map<String, String> staticMember(String worker, Duration absence) {
        if (!worker.matches("[a-zA-Z0-9._-]{1,200}")) {
            throw new IllegalArgumentException(
                    "upriver.worker.name: expected a name of letters, digits, '.', '_' and '-' for upriver.worker.static-member, got '%s'"
                            .formatted(worker));
        }
        if (absence.compareTo(SHORTEST_ABSENCE) < 0 || absence.compareTo(LONGEST_ABSENCE) > 0) {
            throw new IllegalArgumentException(
                    "upriver.worker.absence: expected %s to %s, got %s"
                            .formatted(SHORTEST_ABSENCE, LONGEST_ABSENCE, absence));
        }
        return Map.of(
                "kafka-streams.consumer.group.instance.id",
                worker,
                "kafka-streams.consumer.session.timeout.ms",
                Long.toString(absence.toMillis()),
                "kafka-streams.consumer.internal.leave.group.on.close",
                "false");
    }

    private static int number(ConfigSourceContext context, String name, int fallback) {
        return Integer.parseInt(value(context, name, Integer.toString(fallback)));
    }

    private static String value(ConfigSourceContext context, String name, String fallback) {
        String found = given(context, name);
        return found == null ? fallback : found;
    }

    private static @Nullable String given(ConfigSourceContext context, String name) {
        ConfigValue found = context.getValue(name);
        return found == null ? null : found.getValue();
    }
}
