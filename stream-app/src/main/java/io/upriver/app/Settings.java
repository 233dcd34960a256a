package io.upriver.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.upriver.media.LargestPicture;
import io.upriver.model.TrustedKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The service's settings: every key begins with {@code upriver.} and has a default that works on
 * one machine.
 */
@ConfigMapping(prefix = "upriver")
public interface Settings {

    Topics topics();

    Worker worker();

    Segment segment();

    Engine engine();

    Models models();

    Encoder encoder();

    Jobs jobs();

    Live live();

    Http http();

    Ingest ingest();

    Health health();

    Log log();

    Tracing tracing();

    /** Names and sizes of the topics. */
    interface Topics {

        /**
         * What all topic names begin with.
         *
         * <p>When to change: several installations share a cluster; all their parts need the same.
         */
        @WithDefault("upriver")
        String prefix();

        /**
         * Partitions of the topics that work is spread over, when they are created here.
         *
         * <p>Unit: partitions. When to change: more than this many segments are to be worked on at
         * a time by all workers together. Topics that are there keep theirs.
         */
        @WithDefault("4")
        int partitions();

        /**
         * The largest record, in bytes; the brokers' and topics' limits must allow it.
         *
         * <p>Unit: bytes. When to change: segments or models are larger, or the brokers take less.
         * Topics, brokers and all workers must agree: {@code upriver topics check} tells.
         */
        @WithDefault("67108864")
        int maxMessageBytes();
    }

    /** How this process takes part. */
    interface Worker {

        /**
         * Name in reports and logs; the default is host name and process id.
         *
         * <p>When to change: names are to mean something, such as those of pods. Each worker needs
         * its own.
         */
        Optional<String> name();

        /**
         * The workers' consumer group: those with the same share the work.
         *
         * <p>When to change: another installation is on the same cluster: each needs its own, as
         * its own {@code upriver.topics.prefix}.
         */
        @WithDefault("upriver")
        String group();

        /**
         * Whether the worker is a static member of its group, known by its name, which is needed
         * then: when it restarts, its partitions wait for it.
         *
         * <p>When to change: workers have lasting names and restart quickly, and their partitions
         * are to wait for them. A worker that is gone for good keeps its partitions waiting for
         * {@code upriver.worker.absence}.
         */
        @WithDefault("false")
        boolean staticMember();

        /**
         * How long the partitions of a static member wait for it before others take them.
         *
         * <p>When to change: restarts of static members take longer (the brokers allow up to {@code
         * group.max.session.timeout.ms}), or others are to take over earlier.
         */
        @WithDefault("PT1M")
        Duration absence();

        /**
         * Stream threads. More than segments in flight, so that results are committed at once.
         *
         * <p>Unit: threads. When to change: there are more partitions than threads: {@code
         * upriver.topics.partitions} divided by the workers that are always there, or more.
         */
        @WithDefault("4")
        int threads();

        /**
         * Segments worked on at the same time; 0 takes the number of processors.
         *
         * <p>Unit: segments. When to change: memory is short (fewer), or segments are so small that
         * processors idle (more).
         */
        @WithDefault("0")
        int segmentsInFlight();
    }

    /** Limits of one segment. */
    interface Segment {

        /**
         * After this long a segment is given up and rejected.
         *
         * <p>When to change: honest segments take longer, or stuck ones are to be given up earlier.
         * It stretches how long the group waits for a worker that hangs.
         */
        @WithDefault("PT5M")
        Duration deadline();

        /**
         * Frames of one segment between decoder and encoder at the same time; 0: twice the lanes.
         *
         * <p>Unit: frames. When to change: memory is short and pictures are large (fewer), or a GPU
         * waits for frames (more).
         */
        @WithDefault("0")
        int framesInFlight();

        /**
         * The largest picture that is decoded, as width and height in samples; others may have
         * another shape and no more samples. A file with larger ones is refused, a segment
         * rejected.
         *
         * <p>Unit: samples. When to change: larger pictures come, and there is memory for them.
         */
        @WithDefault("8192x4320")
        @WithConverter(LargestPictureConverter.class)
        LargestPicture largestPicture();

        /**
         * The largest picture that is made of one, likewise.
         *
         * <p>Unit: samples. When to change: larger results are wanted, and there is memory for
         * them.
         */
        @WithDefault("16384x8640")
        @WithConverter(LargestPictureConverter.class)
        LargestPicture largestUpscaledPicture();
    }

    /** How networks are run. */
    interface Engine {

        /**
         * {@code auto}, {@code tensorrt}, {@code cuda} or {@code cpu}.
         *
         * <p>When to change: a worker is to fail at start, and not to fall back, where its GPU
         * cannot be used.
         */
        @WithDefault("auto")
        String provider();

        /**
         * Threads that run the network; 0 takes what suits the device: processors, or 2 on a GPU.
         *
         * <p>Unit: threads. When to change: other work shares the machine (fewer).
         */
        @WithDefault("0")
        int lanes();

        /**
         * Directory of built TensorRT engines; the default is in the user's cache directory.
         *
         * <p>When to change: the home directory is not kept between starts: building engines takes
         * minutes.
         */
        Optional<String> cache();
    }

    /**
     * What a model from outside may ask for; one that asks for more is refused. Memory and work are
     * estimated for a frame of 1920x1080 by the shapes in its file, before anything is run.
     */
    interface Models {

        /**
         * The largest model file, in bytes.
         *
         * <p>Unit: bytes. When to change: your models are larger.
         */
        @WithDefault("67108864")
        int maxBytes();

        /**
         * The most memory for what is between the layers, in bytes.
         *
         * <p>Unit: bytes. When to change: your models are refused for it and the workers have the
         * memory.
         */
        @WithDefault("4294967296")
        long maxFrameBytes();

        /**
         * The most multiplications with an addition.
         *
         * <p>Unit: operations a frame. When to change: your models are refused for it and the
         * workers are fast enough.
         */
        @WithDefault("5000000000000")
        long maxFrameMultiplyAdds();

        /**
         * How long the network may take for the small pictures it is tried on.
         *
         * <p>When to change: honest models are refused on slow machines.
         */
        @WithDefault("PT1M")
        Duration trial();

        /**
         * Whose models are taken: Ed25519 public keys in base64, or the names of {@code .pem}
         * files, separated by commas. Models that none of them signed for their channel are
         * refused. By default everybody's are taken who may write to the topic.
         *
         * <p>When to change: others may write to the models topic than those whose models you want.
         */
        Optional<List<@WithConverter(TrustedKeyConverter.class) TrustedKey>> trustedKeys();
    }

    /** What those may ask for who push live streams over HTTP. */
    interface Ingest {

        /**
         * The largest segment, in bytes; never more than what a record holds.
         *
         * <p>Unit: bytes. When to change: encoders send larger segments, {@code
         * upriver.topics.max-message-bytes} allowing it.
         */
        @WithDefault("33554432")
        int maxSegmentBytes();

        /**
         * The most bytes a second of one stream, on average.
         *
         * <p>Unit: bytes a second. When to change: streams have more than 200 Mb/s, or are to have
         * less.
         */
        @WithDefault("25000000")
        long maxBytesPerSecond();

        /**
         * The most streams at the same time.
         *
         * <p>Unit: streams. When to change: this instance is to take more, or fewer.
         */
        @WithDefault("100")
        int maxStreams();

        /**
         * The most segments of one stream that wait to be upscaled.
         *
         * <p>Unit: segments. When to change: workers fall behind for longer than these segments
         * last, and catch up.
         */
        @WithDefault("100")
        int maxBacklog();

        /**
         * The most bytes of all bodies that are in memory at the same time.
         *
         * <p>Unit: bytes. When to change: many streams with large segments come, or the heap
         * ({@code UPRIVER_HEAP}) is small.
         */
        @WithDefault("268435456")
        int maxMemoryBytes();

        /**
         * How long the segments are that a body without an end is cut to, at key frames.
         *
         * <p>When to change: viewers are to wait less (shorter), or segments cost too much beside
         * their frames (longer).
         */
        @WithDefault("PT2S")
        Duration segment();

        /**
         * The longest that a segment of video waits for sound that is pushed apart from it; longer
         * than an encoder sends the one after the other.
         *
         * <p>When to change: the log says that sound did not come in time.
         */
        @WithDefault("PT3S")
        Duration waitForSound();

        /**
         * How long a stream counts as live after its last bytes.
         *
         * <p>When to change: encoders pause for longer and are to stay listed.
         */
        @WithDefault("PT2M")
        Duration idle();
    }

    /** How upscaled video is encoded; quality and codec are settings of each stream. */
    interface Encoder {

        /**
         * Threads of one encoder. The bytes depend on it, so all workers need the same number.
         *
         * <p>Unit: threads. When to change: a stream has a deadline that one thread misses, and
         * every worker is changed at the same time.
         */
        @WithDefault("1")
        int threads();
    }

    /** File jobs that come over HTTP. Each is done by the whole cluster; its files lie here. */
    interface Jobs {

        /**
         * Jobs worked on at the same time.
         *
         * <p>Unit: jobs. When to change: this instance has processors or network to spare while
         * jobs wait.
         */
        @WithDefault("2")
        int running();

        /**
         * Jobs that may wait besides; others are told to come again.
         *
         * <p>Unit: jobs. When to change: clients come in bursts and can wait.
         */
        @WithDefault("20")
        int waiting();

        /**
         * The largest file that is taken, in bytes.
         *
         * <p>Unit: bytes. When to change: larger files come, or are not to come.
         */
        @WithDefault("8589934592")
        long maxBytes();

        /**
         * Where their files lie; the default is in the user's cache directory.
         *
         * <p>When to change: the home directory is on a small disk.
         */
        Optional<String> folder();

        /**
         * What files and results of all jobs of an instance may take together, in bytes.
         *
         * <p>Unit: bytes. When to change: the disk is smaller, or jobs are refused for it.
         */
        @WithDefault("34359738368")
        long folderMaxBytes();

        /**
         * How long a job and its result are there after its end.
         *
         * <p>When to change: results are fetched later, or the disk is to be free earlier.
         */
        @WithDefault("PT24H")
        Duration keep();

        /**
         * How long a file may take to be fetched from its address.
         *
         * <p>When to change: large files come from slow servers.
         */
        @WithDefault("PT1H")
        Duration fetchTime();

        /**
         * Whether files are fetched from private and loopback addresses too. Whoever may start a
         * job reaches with it what this machine reaches.
         *
         * <p>When to change: everybody who may start jobs may reach your network anyway.
         */
        @WithDefault("false")
        boolean privateAddresses();
    }

    /** What is served of live streams under {@code /live}. */
    interface Live {

        /**
         * How much of a stream its playlists have.
         *
         * <p>When to change: players are to go back further. Segments must be kept on their topics
         * for longer than this.
         */
        @WithDefault("PT1M")
        Duration window();

        /**
         * Media that are kept in memory, of all streams together, in bytes.
         *
         * <p>Unit: bytes. When to change: many players watch different streams, and the heap
         * ({@code UPRIVER_HEAP}) has room.
         */
        @WithDefault("134217728")
        long cacheBytes();

        /**
         * Streams that are known at a time; those go that are silent for longest.
         *
         * <p>Unit: streams. When to change: more streams than this are live.
         */
        @WithDefault("1000")
        int maxStreams();
    }

    /**
     * Who is answered by HTTP. The address is {@code quarkus.http.host}, the port {@code --port}.
     */
    interface Http {

        /**
         * Names, separated by commas, under which browsers may reach this service besides {@code
         * localhost} and addresses in digits; {@code *} for any.
         *
         * <p>When to change: browsers come by a name, such as that of a proxy.
         */
        Optional<List<String>> hosts();
    }

    /** When {@code /q/health} says that something is wrong. */
    interface Health {

        /**
         * How long a thread of the engine may be with one batch of frames before it counts as
         * stuck. On a GPU that includes minutes in which it builds what a new frame size needs.
         *
         * <p>When to change: workers are restarted while they build for a new frame size, or stand
         * too long before they are.
         */
        @WithDefault("PT5M")
        Duration stall();
    }

    /** What is logged, on standard error. */
    interface Log {

        /**
         * Whether each line is JSON, with the fields that {@code designs/observability.md} names.
         *
         * <p>When to change: a program collects the lines, as in a cluster.
         */
        @WithDefault("false")
        boolean json();
    }

    /** Spans of segments and of HTTP requests, as OpenTelemetry has them. */
    interface Tracing {

        /**
         * Where spans go, such as {@code http://collector:4317}, by OTLP over gRPC; over HTTP with
         * {@code quarkus.otel.exporter.otlp.protocol=http/protobuf}. By default nothing is traced.
         *
         * <p>When to change: there is a collector of spans.
         */
        Optional<String> endpoint();
    }
}
