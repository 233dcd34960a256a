package io.upriver.admin;

import io.upriver.schemas.SegmentReport;
import io.upriver.schemas.StreamSettings;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The settings that streams have, and the last report of each. Thread-safe; see {@link TopicViews}.
 */
public final class StreamsView {

    private static final Logger LOG = Logger.getLogger(StreamsView.class);
    private static final int MOST_REPORTS = 10_000;

    /**
     * A stream that has settings, or a segment of which was worked on lately.
     *
     * @param settings null where nobody has set any
     * @param last null where no report is known
     */
    public record Stream(String id, @Nullable StreamSettings settings, @Nullable Last last) {

        /** The settings that hold for it. */
        public StreamSettings effective() {
            return settings == null ? StreamSettings.DEFAULT : settings;
        }
    }

    /**
     * The last report of a stream.
     *
     * @param partition of the segments topic from which the segment came
     */
    public record Last(SegmentReport report, int partition) {}

    private final Map<String, StreamSettings> settings = new HashMap<>();
    private final Map<String, Last> reports = new LastOnes<>(MOST_REPORTS);
    private long lastOffset = -1;

    synchronized void settings(ConsumerRecord<byte[], byte[]> given) {
        if (given.offset() <= lastOffset) {
            settings.clear(); // its follower has begun again
        }
        lastOffset = given.offset();
        if (given.key() == null) {
            return;
        }
        String id = new String(given.key(), StandardCharsets.UTF_8);
        if (given.value() == null) {
            settings.remove(id);
            return;
        }
        try {
            settings.put(id, StreamSettings.fromJson(given.value()));
        } catch (IllegalArgumentException e) {
            // as in the workers: the settings before stay, and they say so in their logs
            LOG.debugf("stream %s: %s", id, e.getMessage());
        }
    }

    synchronized void report(ConsumerRecord<byte[], byte[]> given) {
        try {
            SegmentReport report = SegmentReport.fromJson(given.value());
            if (report.streamId() != null) {
                reports.put(report.streamId(), new Last(report, given.partition()));
            }
        } catch (IllegalArgumentException e) {
            LOG.debugf("reports topic offset %d: %s", given.offset(), e.getMessage());
        }
    }

    /** All streams of which something is known, by their ids. */
    public synchronized List<Stream> streams() {
        Set<String> ids = new TreeSet<>(settings.keySet());
        ids.addAll(reports.keySet());
        return ids.stream().map(this::describe).toList();
    }

    /** A stream of which something is known. */
    public synchronized Optional<Stream> stream(String id) {
        return settings.containsKey(id) || reports.containsKey(id)
                ? Optional.of(describe(id))
                : Optional.empty();
    }

    private Stream describe(String id) {
        return new Stream(id, settings.get(id), reports.get(id));
    }
}
