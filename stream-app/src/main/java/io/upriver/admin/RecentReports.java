package io.upriver.admin;

import io.upriver.model.CanaryJudge;
import io.upriver.schemas.SegmentReport;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * The reports of the last minutes in the order in which they came, for curves, and those of models
 * on trial. Thread-safe; see {@link TopicViews}.
 */
public final class RecentReports {

    /** The most reports that are known at a time. */
    public static final int MOST = 5_000;

    /** Older ones are forgotten, in milliseconds. */
    public static final long MOST_MILLIS = 10 * 60_000;

    private static final int MOST_OF_TRIALS = 10_000;
    private static final Logger LOG = Logger.getLogger(RecentReports.class);

    /**
     * A report as it came.
     *
     * @param number 1 for the first one that this process saw, then one more each
     * @param producedMillis when the segment's record was made, in milliseconds since 1970 UTC
     * @param partition of the segments topic from which the segment came
     */
    public record Entry(long number, SegmentReport report, long producedMillis, int partition) {}

    private final Clock clock;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Deque<SegmentReport> ofTrials = new ArrayDeque<>();
    private long number;

    RecentReports(Clock clock) {
        this.clock = clock;
    }

    synchronized void report(ConsumerRecord<byte[], byte[]> given) {
        SegmentReport report;
        try {
            report = SegmentReport.fromJson(given.value());
        } catch (IllegalArgumentException | NullPointerException e) {
            LOG.debugf("reports topic offset %d: %s", given.offset(), e.getMessage());
            return;
        }
        if (report.canary() != null) {
            ofTrials.add(report);
            if (ofTrials.size() > MOST_OF_TRIALS) {
                ofTrials.remove();
            }
        }
        forget();
        if (report.committedMillis() >= clock.millis() - MOST_MILLIS) {
            number++;
            // the report's record has the time of the segment's
            entries.add(new Entry(number, report, given.timestamp(), given.partition()));
            if (entries.size() > MOST) {
                entries.remove();
            }
        }
    }

    private void forget() {
        long oldest = clock.millis() - MOST_MILLIS;
        while (!entries.isEmpty() && entries.getFirst().report().committedMillis() < oldest) {
            entries.remove();
        }
    }

    /** The number of the newest one, 0 where there was none. */
    public synchronized long newest() {
        return number;
    }

    /**
     * Those that came later, in order.
     *
     * @param after a number, such as {@link #newest} once gave; 0 for all that are known
     */
    public synchronized List<Entry> since(long after) {
        forget();
        List<Entry> later = new ArrayList<>();
        var newestFirst = entries.descendingIterator();
        while (newestFirst.hasNext()) {
            Entry entry = newestFirst.next();
            if (entry.number() <= after) {
                break;
            }
            later.add(entry);
        }
        Collections.reverse(later);
        return later;
    }

    /** How a model on trial stands by the reports that are known, in words. */
    public synchronized String standing(CanaryTrial trial) {
        CanaryJudge judge = trial.judge();
        ofTrials.forEach(judge::accept);
        return judge.describe();
    }
}
