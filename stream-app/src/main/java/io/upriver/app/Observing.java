package io.upriver.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.upriver.engine.FrameBatcher;
import io.upriver.ingest.PushIngest;
import io.upriver.job.JobDescription;
import io.upriver.job.Jobs;
import io.upriver.kafka.ClusterWatch;
import io.upriver.kafka.KafkaAccess;
import io.upriver.model.ModelRegistry;
import io.upriver.observe.EngineMeters;
import io.upriver.observe.IngestMeters;
import io.upriver.observe.ModelMeters;
import io.upriver.observe.SegmentMeters;
import io.upriver.observe.SegmentMeters.Result;
import io.upriver.observe.SegmentObserver;
import io.upriver.observe.SegmentTracing;
import io.upriver.observe.SegmentsInWork;
import io.upriver.observe.ServiceMeters;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Shortcut;
import io.upriver.schemas.Topics;
import io.upriver.schemas.WireNamed;
import io.upriver.web.IngestResource;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Puts together what makes a worker visible from outside: meters, spans and the cluster's watch.
 */
@ApplicationScoped
class Observing {

    private final Settings settings;
    private final MeterRegistry registry;

    Observing(Settings settings, MeterRegistry registry) {
        this.settings = settings;
        this.registry = registry;
    }

    @Produces
    @Singleton
    SegmentsInWork inWork() {
        int places = Places.of(settings.worker().segmentsInFlight());
        return new SegmentsInWork(Math.min(places, settings.worker().threads()));
    }

    @Produces
    @Singleton
    SegmentObserver observer(
            SegmentsInWork inWork,
            Instance<OpenTelemetry> tracing,
            @ConfigProperty(name = Telemetry.DISABLED) boolean isDisabled) {
        OpenTelemetry told = isDisabled ? OpenTelemetry.noop() : tracing.get();
        return new SegmentObserver(
                new SegmentMeters(registry, results()),
                new SegmentTracing(told, settings.worker().group()),
                inWork,
                Clock.systemUTC());
    }

    /** All that can become of a segment, for labels that are there from the start. */
    static List<Result> results() {
        List<Result> results = new ArrayList<>();
        for (Outcome.Method method : Outcome.Method.values()) {
            if (method != Outcome.Method.PASSTHROUGH) { // which never is what was asked for
                results.add(new Result(method.wireName(), SegmentMeters.AS_ASKED));
            }
            words(Shortcut.Code.values())
                    .forEach(code -> results.add(new Result(method.wireName(), code)));
        }
        words(Rejection.Code.values())
                .forEach(code -> results.add(new Result(SegmentMeters.REJECTED, code)));
        return results;
    }

    private static List<String> words(WireNamed... values) {
        return Stream.of(values).map(WireNamed::wireName).toList();
    }

    @Produces
    @Singleton
    EngineMeters engineMeters() {
        return new EngineMeters(registry);
    }

    @Produces
    @Singleton
    ModelMeters modelMeters() {
        return new ModelMeters(registry, words(ModelStatus.State.values()));
    }

    @Produces
    @Singleton
    IngestMeters ingestMeters() {
        return new IngestMeters(registry, IngestResource.refusals());
    }

    @Produces
    @Singleton
    ClusterWatch cluster(KafkaAccess access, Topics topics) {
        return new ClusterWatch(access, topics, settings.worker().group()).start();
    }

    void close(@Disposes ClusterWatch watch) {
        watch.close();
    }

    /** Gauges are there before anybody asks for them; where nobody can ask, there are none. */
    void starting(
            @Observes Startup event,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean http,
            Instance<ClusterWatch> cluster,
            Instance<PushIngest> ingest,
            Instance<Jobs> jobs,
            SegmentsInWork inWork,
            FrameBatcher lanes,
            EngineMeters engine,
            ModelRegistry models,
            ModelMeters inUse) {
        if (!http) {
            return;
        }
        inUse.inUse(models.digests());
        engine.read(lanes.lanes(), () -> lanes.load().queueDepth(), () -> lanes.load().busyNanos());
        ClusterWatch watch = cluster.get();
        PushIngest pushed = ingest.get();
        Jobs all = jobs.get();
        new ServiceMeters(registry)
                .memory()
                .work(inWork)
                .waiting(() -> waiting(watch))
                .live(pushed::liveStreams)
                .jobs(words(JobDescription.State.values()), state -> count(all, state));
    }

    /** The registry outlives the service: one that follows in the same process has meters anew. */
    @PreDestroy
    void forget() {
        registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("upriver."))
                .forEach(registry::remove);
    }

    private static double waiting(ClusterWatch cluster) {
        long waiting = cluster.found().waiting();
        return waiting < 0 ? Double.NaN : waiting;
    }

    private static double count(Jobs jobs, String state) {
        return jobs.list().stream().filter(job -> job.state().wireName().equals(state)).count();
    }
}
