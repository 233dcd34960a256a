package io.upriver.app;

import io.upriver.admin.CanaryTrial;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicReader;
import io.upriver.model.CanaryJudge;
import io.upriver.schemas.SegmentReport;
import io.upriver.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Watches the models that are on trial and decides by their rules, from the reports of all workers.
 *
 * <p>Used by the thread of the installation's {@link HistoryKeeper}, so there is one. Another that
 * takes over reads the reports of each trial again from its beginning.
 */
final class CanaryWatch implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(CanaryWatch.class);

    /** Reports are small: so many polls of them between two looks at the models topic. */
    private static final int MOST_POLLS = 500;

    private final KafkaAccess access;
    private final Topics topics;
    private final String worker;
    private final Function<CanaryTrial, @Nullable String> refusals;
    private final Map<CanaryTrial, CanaryJudge> judges = new LinkedHashMap<>();
    private @Nullable Consumer<byte[], byte[]> reports;

    /**
     * @param worker this worker's name
     * @param refusals why this worker does not try a model, or null
     */
    CanaryWatch(
            KafkaAccess access,
            Topics topics,
            String worker,
            Function<CanaryTrial, @Nullable String> refusals) {
        this.access = access;
        this.topics = topics;
        this.worker = worker;
        this.refusals = refusals;
    }

    /**
     * Reads what has been reported since the last call.
     *
     * @param trials all that there are now
     * @return the records that carry out what is decided
     */
    List<ProducerRecord<byte[], byte[]>> decide(Collection<CanaryTrial> trials) {
        follow(trials);
        read();
        List<ProducerRecord<byte[], byte[]>> decided = new ArrayList<>();
        judges.forEach((trial, judge) -> decided.addAll(decide(trial, judge)));
        return decided;
    }

    private List<ProducerRecord<byte[], byte[]>> decide(CanaryTrial trial, CanaryJudge judge) {
        String refusal = refusals.apply(trial);
        if (refusal != null) {
            return rollback(trial, "refused: " + refusal);
        }
        return switch (judge.verdict()) {
            case WAIT -> List.of();
            case PROMOTE -> promote(trial, judge.reason());
            case ROLL_BACK -> rollback(trial, judge.reason());
        };
    }

    private List<ProducerRecord<byte[], byte[]>> promote(CanaryTrial trial, String why) {
        return TopicReader.readAt(access, topics.models(), trial.offset())
                .map(
                        source -> {
                            LOG.infof("model on trial in %s is promoted: %s", trial.channel(), why);
                            return trial.promotion(topics, source, worker, why);
                        })
                .orElse(List.of());
    }

    private List<ProducerRecord<byte[], byte[]>> rollback(CanaryTrial trial, String why) {
        LOG.warnf("model on trial in %s is rolled back: %s", trial.channel(), why);
        return trial.rollback(topics, worker, why);
    }

    private void follow(Collection<CanaryTrial> trials) {
        if (judges.keySet().equals(Set.copyOf(trials))) {
            return;
        }
        close();
        trials.forEach(trial -> judges.put(trial, trial.judge()));
        if (!trials.isEmpty()) {
            reports = access.reader();
            // Reports have the times of their segments, which were produced before they are done.
            TopicReader.beginAt(
                    reports,
                    topics.reports(),
                    trials.stream().mapToLong(CanaryTrial::sinceMillis).min().orElseThrow());
        }
    }

    private void read() {
        if (reports == null) {
            return;
        }
        for (int poll = 0; poll < MOST_POLLS; poll++) {
            ConsumerRecords<byte[], byte[]> given = reports.poll(Duration.ofMillis(50));
            if (given.isEmpty()) {
                return;
            }
            given.forEach(this::hand);
        }
    }

    private void hand(ConsumerRecord<byte[], byte[]> given) {
        try {
            SegmentReport report = SegmentReport.fromJson(given.value());
            judges.values().forEach(judge -> judge.accept(report));
        } catch (IllegalArgumentException | NullPointerException e) {
            LOG.debugf("report at offset %d cannot be read: %s", given.offset(), e.getMessage());
        }
    }

    @Override
    public void close() {
        judges.clear();
        if (reports != null) {
            reports.close();
            reports = null;
        }
    }
}
