package io.upriver.admin;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicFollower;
import io.upriver.schemas.Topics;
import java.time.Clock;
import java.util.List;

/**
 * What the topics say now of models, streams and rejected segments. Each view is read from its
 * topics when it is asked for the first time, and followed from then on; each question waits until
 * the view has all that the topics had when it was asked. So every process gives the same answer,
 * also to whoever has just changed something by way of another one.
 *
 * <p>Files and media are looked at and not held: memory is bounded by the number of keys, and where
 * a topic grows, by the newest 10 000, of rejected segments {@value RejectedView#MOST}.
 * Thread-safe. All throw {@link io.upriver.kafka.KafkaUnreachableException} if the topics cannot be
 * read to their ends in 10 s.
 */
public final class TopicViews implements AutoCloseable {

    /** How far before the end of a partition those begin that follow a growing topic. */
    private static final long LAST = 20_000;

    private final Followed<ModelsView> models;
    private final Followed<StreamsView> streams;
    private final RecentReports reports = new RecentReports(Clock.systemUTC());
    private final Followed<RejectedView> rejected;

    public TopicViews(KafkaAccess access, Topics topics) {
        models =
                new Followed<>(
                        new ModelsView(),
                        view ->
                                List.of(
                                        new TopicFollower(access, topics.models(), view::model),
                                        new TopicFollower(
                                                access, topics.modelStatus(), LAST, view::status)));
        streams =
                new Followed<>(
                        new StreamsView(),
                        view ->
                                List.of(
                                        new TopicFollower(access, topics.streams(), view::settings),
                                        new TopicFollower(
                                                access,
                                                topics.reports(),
                                                LAST,
                                                given -> {
                                                    view.report(given);
                                                    reports.report(given);
                                                })));
        rejected =
                new Followed<>(
                        new RejectedView(),
                        view ->
                                List.of(
                                        new TopicFollower(
                                                access,
                                                topics.rejected(),
                                                RejectedView.LAST,
                                                view::rejected)));
    }

    /** Models of every channel, and what workers said of them. */
    public ModelsView models() {
        return models.upToDate();
    }

    /** Streams with settings, and those that were worked on lately. */
    public StreamsView streams() {
        return streams.upToDate();
    }

    /** Segments that were rejected lately. */
    public RejectedView rejected() {
        return rejected.upToDate();
    }

    /**
     * As they are known here, without a question to the broker: for those who look all the time.
     */
    public Now now() {
        return new Now(models.known(), streams.known(), rejected.known(), reports);
    }

    /**
     * The views as far as this process has read, which is behind the topics by a moment.
     *
     * @param reports of the last minutes
     */
    public record Now(
            ModelsView models, StreamsView streams, RejectedView rejected, RecentReports reports) {}

    @Override
    public void close() {
        models.close();
        streams.close();
        rejected.close();
    }
}
