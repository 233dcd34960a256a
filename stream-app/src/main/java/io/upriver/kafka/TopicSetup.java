package io.upriver.kafka;

import io.upriver.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes the topics that are missing, and asks the cluster what the commands have to know. */
public final class TopicSetup {

    private static final long VISIBLE_WITHIN_NANOS = 15_000_000_000L;

    private final KafkaAccess access;
    private final Topics topics;

    public TopicSetup(KafkaAccess access, Topics topics) {
        this.access = access;
        this.topics = topics;
    }

    /**
     * Creates the topics that do not exist yet, with the cluster's defaults.
     *
     * @param partitions of each topic that the work is spread over
     * @throws KafkaUnreachableException if no broker answers within 15 s
     */
    public void createMissing(int partitions) {
        createMissing(NewTopics.of(partitions));
    }

    /**
     * Creates the topics that do not exist yet, and says which.
     *
     * @throws KafkaUnreachableException if no broker answers within 15 s
     * @throws IllegalArgumentException if the cluster refuses to make one so
     */
    public List<String> createMissing(NewTopics wanted) {
        try (Admin admin = access.admin()) {
            Set<String> present = admin.listTopics().names().get();
            List<NewTopic> missing = new ArrayList<>();
            for (Topics.Topic topic : topics.all()) {
                if (!present.contains(topic.name())) {
                    missing.add(
                            wanted.make(
                                    topic, access.maxMessageBytes() + KafkaAccess.OVERHEAD_BYTES));
                }
            }
            for (NewTopic topic : missing) {
                create(admin, topic);
            }
            List<String> names = missing.stream().map(NewTopic::name).toList();
            awaitVisible(admin, names);
            return names;
        } catch (ExecutionException e) {
            throw unreachable(e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static void create(Admin admin, NewTopic topic)
            throws ExecutionException, InterruptedException {
        try {
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InvalidReplicationFactorException
                    || e.getCause() instanceof PolicyViolationException) {
                throw new IllegalArgumentException(
                        "topic %s cannot be made: %s"
                                .formatted(topic.name(), e.getCause().getMessage()),
                        e);
            }
            // Another process may have been quicker.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    /**
     * The controller creates a topic; a broker knows it a moment later, when its metadata have
     * come.
     */
    private static void awaitVisible(Admin admin, List<String> names)
            throws ExecutionException, InterruptedException {
        long end = System.nanoTime() + VISIBLE_WITHIN_NANOS;
        while (!names.isEmpty()) {
            try {
                admin.describeTopics(names).allTopicNames().get();
                return;
            } catch (ExecutionException e) {
                boolean unknown = e.getCause() instanceof UnknownTopicOrPartitionException;
                if (!unknown || System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    /** How many partitions the segments topic has. */
    public int segmentPartitions() {
        try (Admin admin = access.admin()) {
            return admin.describeTopics(List.of(topics.segments()))
                    .allTopicNames()
                    .get()
                    .get(topics.segments())
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            throw unreachable(e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * How many records of each partition of the segments topic a group has not finished yet, by the
     * number of the partition.
     */
    public Map<Integer, Long> backlogOf(String group) {
        try (Backlog backlog = new Backlog(access, topics, group)) {
            return backlog.byPartition();
        }
    }

    /** How many members the workers' group has now; 0 where the group does not exist. */
    public int workersIn(String group) {
        try (Admin admin = access.admin()) {
            ConsumerGroupDescription description =
                    admin.describeConsumerGroups(List.of(group)).describedGroups().get(group).get();
            return description.members().size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof org.apache.kafka.common.errors.GroupIdNotFoundException) {
                return 0;
            }
            throw unreachable(e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private KafkaUnreachableException unreachable(Throwable cause) {
        return KafkaUnreachableException.of(access, cause);
    }

    private KafkaUnreachableException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return unreachable(e);
    }
}
