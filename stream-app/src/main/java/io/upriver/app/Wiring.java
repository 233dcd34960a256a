package io.upriver.app;

import io.upriver.admin.ModelAdmin;
import io.upriver.admin.RejectedRecords;
import io.upriver.admin.StreamAdmin;
import io.upriver.admin.TopicViews;
import io.upriver.api.ApiSettings;
import io.upriver.api.SiteNames;
import io.upriver.egress.LiveSettings;
import io.upriver.egress.LiveStreams;
import io.upriver.engine.Device;
import io.upriver.engine.EngineSettings;
import io.upriver.engine.ExecutionProviders;
import io.upriver.engine.FrameBatcher;
import io.upriver.engine.ProviderPreference;
import io.upriver.graph.GraphLimits;
import io.upriver.ingest.PushIngest;
import io.upriver.ingest.PushLimits;
import io.upriver.job.JobLimits;
import io.upriver.job.Jobs;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicFollower;
import io.upriver.kafka.TopicSetup;
import io.upriver.media.LargestPicture;
import io.upriver.model.BuiltInModels;
import io.upriver.model.ModelLimits;
import io.upriver.model.ModelRegistry;
import io.upriver.model.ModelTrial;
import io.upriver.model.Trust;
import io.upriver.observe.EngineMeters;
import io.upriver.observe.FrameCounter;
import io.upriver.observe.ModelMeters;
import io.upriver.observe.SegmentObserver;
import io.upriver.observe.WayCounter;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import io.upriver.segment.PictureLimits;
import io.upriver.segment.SegmentResult;
import io.upriver.segment.SegmentUpscaler;
import io.upriver.segment.WorkerLimits;
import io.upriver.topology.SegmentWork;
import io.upriver.topology.StreamDirectory;
import io.upriver.topology.UpscaleTopology;
import io.upriver.topology.WorkGate;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.Topology;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the parts of a worker together: who is made from what, and in which order it ends. */
@ApplicationScoped
class Wiring {

    private final Settings settings;
    private final String bootstrapServers;

    Wiring(
            Settings settings,
            @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrapServers) {
        this.settings = settings;
        this.bootstrapServers = bootstrapServers;
    }

    @Produces
    @Singleton
    Topics topics() {
        return new Topics(settings.topics().prefix());
    }

    @Produces
    @Singleton
    KafkaAccess access() {
        return KafkaSecurity.access(bootstrapServers, settings.topics().maxMessageBytes());
    }

    @Produces
    @Singleton
    Device device() {
        Path cache =
                settings.engine()
                        .cache()
                        .map(Path::of)
                        .orElse(CacheDirectory.path().resolve("engines"));
        EngineSettings defaults = EngineSettings.defaults();
        return ExecutionProviders.choose(
                new EngineSettings(
                        ProviderPreference.parse(settings.engine().provider()),
                        defaults.deviceId(),
                        defaults.maxBatch(),
                        defaults.halfPrecision(),
                        cache,
                        defaults.maxShapes()));
    }

    @Produces
    @Singleton
    FrameBatcher batcher(Device device, EngineMeters meters) {
        return new FrameBatcher(lanes(device), meters);
    }

    void close(@Disposes FrameBatcher batcher) {
        batcher.close();
    }

    private int lanes(Device device) {
        return settings.engine().lanes() > 0 ? settings.engine().lanes() : device.lanes();
    }

    @Produces
    @Singleton
    ModelRegistry models(Device device, FrameBatcher batcher) {
        ModelRegistry models = new ModelRegistry(device, limits(settings.models()), trust());
        models.warmUpBy(batcher::warmUp);
        BuiltInModels.addTo(models);
        return models;
    }

    private Trust trust() {
        return Trust.in(settings.models().trustedKeys().orElse(List.of()));
    }

    static ModelLimits limits(Settings.Models models) {
        try {
            GraphLimits file =
                    new GraphLimits(
                            models.maxBytes(),
                            models.maxFrameBytes(),
                            models.maxFrameMultiplyAdds());
            return new ModelLimits(file, models.trial());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("upriver.models." + e.getMessage(), e);
        }
    }

    void close(@Disposes ModelRegistry models) {
        models.close();
    }

    @Produces
    @Singleton
    FrameCounter frames() {
        return new FrameCounter();
    }

    @Produces
    @Singleton
    WayCounter ways() {
        return new WayCounter();
    }

    @Produces
    @Singleton
    StreamDirectory streams() {
        return new StreamDirectory();
    }

    @Produces
    @Singleton
    Followers followers(
            KafkaAccess access,
            Topics topics,
            ModelRegistry models,
            StreamDirectory streams,
            SegmentUpscaler worker,
            ModelMeters meters,
            TopicSetup setup) {
        setup.createMissing(settings.topics().partitions());
        TopicFollower streamSettings = new TopicFollower(access, topics.streams(), streams).start();
        streams.followedBy(streamSettings);
        ModelChannel channel =
                new ModelChannel(
                        models,
                        access,
                        topics,
                        worker.worker(),
                        state -> {
                            meters.swapped(state.wireName());
                            meters.inUse(models.digests());
                        });
        TopicFollower modelFiles = new TopicFollower(access, topics.models(), channel).start();
        models.beforeGivingUp(name -> channel.catchUp(modelFiles, name));
        HistoryKeeper history =
                new HistoryKeeper(
                                access,
                                topics.models(),
                                settings.worker().group() + "-history",
                                new CanaryWatch(
                                        access, topics, worker.worker(), channel::refusalOf))
                        .start();
        return new Followers(streamSettings, modelFiles, channel, history);
    }

    void close(@Disposes Followers followers) {
        followers.close();
    }

    @Produces
    @Singleton
    SegmentUpscaler upscaler(
            Device device,
            ModelRegistry models,
            FrameBatcher batcher,
            FrameCounter frames,
            WayCounter ways,
            SegmentObserver observer) {
        int inFlight = settings.segment().framesInFlight();
        WorkerLimits limits =
                new WorkerLimits(
                        settings.segment().deadline(),
                        settings.topics().maxMessageBytes() - KafkaAccess.OVERHEAD_BYTES,
                        new PictureLimits(
                                settings.segment().largestPicture(),
                                settings.segment().largestUpscaledPicture()),
                        Runtime.getRuntime().availableProcessors(),
                        settings.encoder().threads(),
                        inFlight > 0 ? inFlight : 2 * lanes(device));
        return new SegmentUpscaler(
                models,
                batcher,
                encoderPool(),
                frames,
                ways,
                observer::stages,
                limits,
                Clock.systemUTC(),
                WorkerName.of(settings.worker().name()));
    }

    @Produces
    @Singleton
    TopicViews views(KafkaAccess access, Topics topics) {
        return new TopicViews(access, topics);
    }

    void close(@Disposes TopicViews views) {
        views.close();
    }

    @Produces
    @Singleton
    LiveStreams liveStreams(KafkaAccess access, Topics topics) {
        return new LiveStreams(
                access,
                topics,
                limits(settings.live(), settings.segment().largestUpscaledPicture()));
    }

    static LiveSettings limits(Settings.Live live, LargestPicture largest) {
        try {
            return new LiveSettings(live.window(), live.maxStreams(), live.cacheBytes(), largest);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("upriver.live." + e.getMessage(), e);
        }
    }

    void close(@Disposes LiveStreams streams) {
        streams.close();
    }

    @Produces
    @Singleton
    ModelAdmin modelAdmin(KafkaAccess access, Topics topics) {
        ModelTrial trial = new ModelTrial(limits(settings.models()), trust());
        return new ModelAdmin(access, topics, trial);
    }

    @Produces
    @Singleton
    StreamAdmin streamAdmin(KafkaAccess access, Topics topics) {
        return new StreamAdmin(access, topics);
    }

    @Produces
    @Singleton
    RejectedRecords rejectedRecords(KafkaAccess access, Topics topics) {
        return new RejectedRecords(access, topics);
    }

    @Produces
    @Singleton
    PushIngest pushIngest(KafkaAccess access, Topics topics) {
        int largest = settings.topics().maxMessageBytes() - KafkaAccess.OVERHEAD_BYTES;
        return new PushIngest(topics, access, limits(settings.ingest(), largest));
    }

    static PushLimits limits(Settings.Ingest ingest, int largestRecord) {
        try {
            return new PushLimits(
                    Math.min(ingest.maxSegmentBytes(), largestRecord),
                    ingest.maxBytesPerSecond(),
                    ingest.maxStreams(),
                    ingest.maxBacklog(),
                    ingest.maxMemoryBytes(),
                    ingest.segment().toMillis(),
                    ingest.waitForSound().toMillis(),
                    ingest.idle());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("upriver.ingest." + e.getMessage(), e);
        }
    }

    void close(@Disposes PushIngest ingest) {
        ingest.close();
    }

    @Produces
    @Singleton
    TopicSetup topicSetup(KafkaAccess access, Topics topics) {
        return new TopicSetup(access, topics);
    }

    @Produces
    @Singleton
    ApiSettings apiSettings() {
        int largest = settings.topics().maxMessageBytes() - KafkaAccess.OVERHEAD_BYTES;
        return new ApiSettings(
                Math.min(settings.models().maxBytes(), largest), settings.worker().group());
    }

    @Produces
    @Singleton
    Jobs jobs(KafkaAccess access, Topics topics, TopicSetup cluster) {
        Path folder =
                settings.jobs()
                        .folder()
                        .map(Path::of)
                        .orElse(CacheDirectory.path().resolve("jobs"));
        JobLimits limits = limits(settings.jobs());
        try {
            return new Jobs(
                    limits, folder, access, topics, cluster, settings.segment().largestPicture());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("upriver.jobs." + e.getMessage(), e);
        }
    }

    static JobLimits limits(Settings.Jobs jobs) {
        try {
            return new JobLimits(
                    jobs.running(),
                    jobs.waiting(),
                    jobs.maxBytes(),
                    jobs.folderMaxBytes(),
                    jobs.keep(),
                    jobs.fetchTime(),
                    jobs.privateAddresses());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("upriver.jobs." + e.getMessage(), e);
        }
    }

    void close(@Disposes Jobs jobs) {
        jobs.close();
    }

    /** Limits are checked and old files deleted at start, and not with the first question. */
    void starting(
            @Observes Startup event,
            @ConfigProperty(name = "quarkus.http.host-enabled", defaultValue = "true") boolean http,
            Instance<Jobs> jobs) {
        if (http) {
            jobs.get();
        }
    }

    @Produces
    @Singleton
    SiteNames siteNames() {
        return SiteNames.of(settings.http().hosts().orElse(List.of()));
    }

    private ExecutorService encoderPool() {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(
                Places.of(settings.worker().segmentsInFlight()),
                task -> {
                    Thread thread = new Thread(task, "encoder-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Work in progress is given back before the streams are closed: another worker does it again.
     */
    void stopping(@Observes @Priority(1) Shutdown event, SegmentUpscaler upscaler) {
        upscaler.stop();
    }

    @Produces
    @Singleton
    Topology topology(
            Topics topics,
            SegmentUpscaler upscaler,
            StreamDirectory streams,
            Followers followers,
            SegmentObserver observer) {
        SegmentWork work =
                new SegmentWork() {
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
        WorkGate gate = new WorkGate(Places.of(settings.worker().segmentsInFlight()));
        return UpscaleTopology.build(
                topics, work, streams, gate, observer, settings.topics().maxMessageBytes());
    }
}
