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

        /** What all topic names begin with. */
        @WithDefault("upriver")
        String prefix();

        /** Partitions of the topics that work is spread over, when they are created here. */
        @WithDefault("4")
        int partitions();

        /** The largest record, in bytes; the brokers' and topics' limits must allow it. */
        @WithDefault("67108864")
        int maxMessageBytes();
    }

    /** How this process takes part. */
    interface Worker {

        /** Name in reports and logs; the default is host name and process id. */
        Optional<String> name();

        /** The workers' consumer group: those with the same share the work. */
        @WithDefault("upriver")
        String group();

        /** Stream threads. More than segments in flight, so that results are committed at once. */
        @WithDefault("4")
        int threads();

        /** Segments worked on at the same time; 0 takes the number of processors. */
        @WithDefault("0")
        int segmentsInFlight();
    }

    /** Limits of one segment. */
    interface Segment {

        /** After this long a segment is given up and rejected. */
        @WithDefault("PT5M")
        Duration deadline();

        /**
         * Frames of one segment between decoder and encoder at the same time; 0: twice the lanes.
         */
        @WithDefault("0")
        int framesInFlight();

        /**
         * The largest picture that is decoded, as width and height in samples; others may have
         * another shape and no more samples. A file with larger ones is refused, a segment
         * rejected.
         */
        @WithDefault("8192x4320")
        @WithConverter(LargestPictureConverter.class)
        LargestPicture largestPicture();

        /** The largest picture that is made of one, likewise. */
        @WithDefault("16384x8640")
        @WithConverter(LargestPictureConverter.class)
        LargestPicture largestUpscaledPicture();
    }

    /** How networks are run. */
    interface Engine {

        /** {@code auto}, {@code tensorrt}, {@code cuda} or {@code cpu}. */
        @WithDefault("auto")
        String provider();

        /**
         * Threads that run the network; 0 takes what suits the device: processors, or 2 on a GPU.
         */
        @WithDefault("0")
        int lanes();

        /** Directory of built TensorRT engines; the default is in the user's cache directory. */
        Optional<String> cache();
    }

    /**
     * What a model from outside may ask for; one that asks for more is refused. Memory and work are
     * estimated for a frame of 1920x1080 by the shapes in its file, before anything is run.
     */
    interface Models {

        /** The largest model file, in bytes. */
        @WithDefault("67108864")
        int maxBytes();

        /** The most memory for what is between the layers, in bytes. */
        @WithDefault("4294967296")
        long maxFrameBytes();

        /** The most multiplications with an addition. */
        @WithDefault("5000000000000")
        long maxFrameMultiplyAdds();

        /** How long the network may take for the small pictures it is tried on. */
        @WithDefault("PT1M")
        Duration trial();

        /**
         * Whose models are taken: Ed25519 public keys in base64, or the names of {@code .pem}
         * files, separated by commas. Models that none of them signed for their channel are
         * refused. By default everybody's are taken who may write to the topic.
         */
        Optional<List<@WithConverter(TrustedKeyConverter.class) TrustedKey>> trustedKeys();
    }

    /** What those may ask for who push live streams over HTTP. */
    interface Ingest {

        /** The largest segment, in bytes; never more than what a record holds. */
        @WithDefault("33554432")
        int maxSegmentBytes();

        /** The most bytes a second of one stream, on average. */
        @WithDefault("25000000")
        long maxBytesPerSecond();

        /** The most streams at the same time. */
        @WithDefault("100")
        int maxStreams();

        /** The most segments of one stream that wait to be upscaled. */
        @WithDefault("100")
        int maxBacklog();

        /** The most bytes of all bodies that are in memory at the same time. */
        @WithDefault("268435456")
        int maxMemoryBytes();

        /** How long the segments are that a body without an end is cut to, at key frames. */
        @WithDefault("PT2S")
        Duration segment();

        /** How long a stream counts as live after its last bytes. */
        @WithDefault("PT2M")
        Duration idle();
    }

    /** How upscaled video is encoded; quality and codec are settings of each stream. */
    interface Encoder {

        /** Threads of one encoder. The bytes depend on it, so all workers need the same number. */
        @WithDefault("1")
        int threads();
    }

    /** File jobs that come over HTTP. Each is done by the whole cluster; its files lie here. */
    interface Jobs {

        /** Jobs worked on at the same time. */
        @WithDefault("2")
        int running();

        /** Jobs that may wait besides; others are told to come again. */
        @WithDefault("20")
        int waiting();

        /** The largest file that is taken, in bytes. */
        @WithDefault("8589934592")
        long maxBytes();

        /** Where their files lie; the default is in the user's cache directory. */
        Optional<String> folder();

        /** What files and results of all jobs of an instance may take together, in bytes. */
        @WithDefault("34359738368")
        long folderMaxBytes();

        /** How long a job and its result are there after its end. */
        @WithDefault("PT24H")
        Duration keep();

        /** How long a file may take to be fetched from its address. */
        @WithDefault("PT1H")
        Duration fetchTime();

        /**
         * Whether files are fetched from private and loopback addresses too. Whoever may start a
         * job reaches with it what this machine reaches.
         */
        @WithDefault("false")
        boolean privateAddresses();
    }

    /** What is served of live streams under {@code /live}. */
    interface Live {

        /** How much of a stream its playlists have. */
        @WithDefault("PT1M")
        Duration window();

        /** Media that are kept in memory, of all streams together, in bytes. */
        @WithDefault("134217728")
        long cacheBytes();

        /** Streams that are known at a time; those go that are silent for longest. */
        @WithDefault("1000")
        int maxStreams();
    }

    /**
     * Who is answered by HTTP. Address and port are {@code quarkus.http.host} and {@code .port}.
     */
    interface Http {

        /**
         * Names, separated by commas, under which browsers may reach this service besides {@code
         * localhost} and addresses in digits; {@code *} for any.
         */
        Optional<List<String>> hosts();
    }

    /** When {@code /q/health} says that something is wrong. */
    interface Health {

        /**
         * How long a thread of the engine may be with one batch of frames before it counts as
         * stuck. On a GPU that includes minutes in which it builds what a new frame size needs.
         */
        @WithDefault("PT5M")
        Duration stall();
    }

    /** What is logged, on standard error. */
    interface Log {

        /**
         * Whether each line is JSON, with the fields that {@code designs/observability.md} names.
         */
        @WithDefault("false")
        boolean json();
    }

    /** Spans of segments and of HTTP requests, as OpenTelemetry has them. */
    interface Tracing {

        /**
         * Where spans go, such as {@code http://collector:4317}, by OTLP over gRPC; over HTTP with
         * {@code quarkus.otel.exporter.otlp.protocol=http/protobuf}. By default nothing is traced.
         */
        Optional<String> endpoint();
    }
}
