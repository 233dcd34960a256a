package io.upriver.api;

import io.upriver.admin.RecentReports;
import io.upriver.admin.TopicViews;
import io.upriver.job.Jobs;
import io.upriver.model.BuiltInModels;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;

/** What events tell of. {@link #waiting} from any thread, the others from one. */
@Singleton
final class EventParts {

    /** So many rejected segments are shown. */
    private static final int NEWEST_REJECTED = 50;

    private final TopicViews views;
    private final Jobs jobs;
    private final List<Part<?>> all;
    private volatile Map<Integer, Long> backlog = Map.of();
    private volatile ClusterState cluster = new ClusterState(true, null);

    EventParts(TopicViews views, Jobs jobs) {
        this.views = views;
        this.jobs = jobs;
        this.all =
                List.of(
                        Part.whole("cluster", () -> cluster),
                        Part.whole("models", this::models),
                        new Part<>(
                                "streams",
                                this::streams,
                                StreamChanges::whole,
                                StreamChanges::between),
                        new Part<>(
                                "reports",
                                () -> reports().newest(),
                                newest -> ReportBatch.of(true, reports().since(0)),
                                (before, newest) -> ReportBatch.of(false, reports().since(before))),
                        Part.whole("rejected", this::rejected),
                        Part.whole("jobs", this::jobs));
    }

    /** In the order in which they are told. */
    List<Part<?>> all() {
        return all;
    }

    /** Looks for news of all kinds. */
    void look() {
        all.forEach(Part::look);
    }

    /** Takes what the broker has said. */
    void waiting(ClusterState state, Map<Integer, Long> byPartition) {
        cluster = state;
        backlog = Map.copyOf(byPartition);
    }

    private List<StreamDescription> streams() {
        Map<Integer, Long> waiting = backlog;
        return views.now().streams().streams().stream()
                .map(stream -> StreamDescription.of(stream, waiting))
                .toList();
    }

    private ModelsState models() {
        var models = views.now().models();
        return new ModelsState(
                models.channels().stream().map(channel -> Channel.of(channel, models)).toList(),
                BuiltInModels.names(),
                models.trials().stream()
                        .map(
                                trial ->
                                        Trial.of(
                                                trial,
                                                reports().standing(trial),
                                                models.onTrial(trial.channel())))
                        .toList());
    }

    private RejectedList rejected() {
        return new RejectedList(
                views.now().rejected().newest(null, NEWEST_REJECTED).stream()
                        .map(RejectedSegment::of)
                        .toList());
    }

    private JobList jobs() {
        return new JobList(jobs.list().stream().map(Job::of).toList());
    }

    private RecentReports reports() {
        return views.now().reports();
    }
}
