package io.upriver.app;

import io.upriver.ingest.FolderIngest;
import io.upriver.ingest.LiveIngest;
import io.upriver.ingest.LiveInput;
import io.upriver.ingest.LiveStreamWriter;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicSetup;
import io.upriver.media.LiveLimits;
import io.upriver.media.LiveSource;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code upriver ingest}: a live input by its address, as segments of a stream. */
@Command(
        name = "ingest",
        description = {
            "Pulls a live input and sends it, cut at key frames and not coded anew, as a stream to be upscaled.",
            "Until the input ends, or Ctrl-C; then the stream ends."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class IngestCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private From from;

    /** What is sent. */
    private static final class From {

        @Parameters(
                paramLabel = "URL",
                description =
                        "A file, or an address: rtmp, rtmps, rtsp, srt, udp, rtp, tcp, http or https (HLS too).")
        private @Nullable String url;

        @Option(
                names = "--watch",
                paramLabel = "FOLDER",
                description =
                        "A folder into which an encoder writes segments: .ts, or .m4s and .mp4 in fragments, with or without a playlist. Each file is sent once.")
        private @Nullable Path folder;

        String label() {
            return folder == null ? url : folder.toString();
        }
    }

    @Option(
            names = "--stream",
            required = true,
            paramLabel = "S",
            description = "The stream's id. One that has segments goes on, marked.")
    private String stream;

    @Mixin private ClusterOption cluster;

    @Option(
            names = "--segment-seconds",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "Segments end at the first key frame after so long.")
    private double segmentSeconds;

    @Option(
            names = "--listen",
            description =
                    "Wait at the address until a sender comes, as for an encoder that pushes.")
    private boolean listen;

    @Option(
            names = "--realtime",
            description = "Send no faster than it plays, as if a file were live.")
    private boolean realtime;

    @Option(
            names = "--silence",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "An input that sends nothing for so long is broken.")
    private double silence;

    @Option(
            names = "--retry",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long a broken input is tried again; 0 ends the stream at once.")
    private double retry;

    @Option(names = "--json", description = "End with one line of JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        KafkaSettings kafka = KafkaSettings.fromConfiguration();
        stream = checked(() -> StreamSettings.requireStreamId(stream));
        LiveLimits limits = checked(() -> limits(kafka));
        LiveSource source =
                from.url == null ? null : checked(() -> new LiveSource(from.url, listen));
        if (source == null && !Files.isDirectory(from.folder)) {
            throw new IllegalArgumentException("no such directory: " + from.folder);
        }
        KafkaAccess access = cluster.access(kafka);
        Topics topics = new Topics(kafka.topicPrefix());
        try (CleanEnd end = CleanEnd.install()) {
            new TopicSetup(access, topics).createMissing(kafka.partitions());
            try (LiveStreamWriter writer = LiveStreamWriter.open(stream, topics, access)) {
                IngestAccount account = new IngestAccount(stream, this::say);
                LiveIngest ingest = ingest(source, limits, writer, account);
                end.cancelling(ingest::cancel);
                boolean inOrder = ingest.run();
                return report(account, ingest.breaks(), inOrder);
            }
        }
    }

    private LiveIngest ingest(
            @Nullable LiveSource source,
            LiveLimits limits,
            LiveStreamWriter writer,
            IngestAccount account)
            throws IOException {
        if (source != null) {
            LiveInput input = LiveInput.of(source, limits);
            return new LiveIngest(input, seconds(retry), realtime, writer, account);
        }
        FolderIngest folder = new FolderIngest(from.folder, stream, limits, account);
        return new LiveIngest(folder.input(), seconds(retry), realtime, writer, folder);
    }

    private LiveLimits limits(KafkaSettings kafka) {
        // A folder is silent for as long as its encoder is.
        Duration longest = from.folder == null ? seconds(silence) : Duration.ofDays(1000);
        return new LiveLimits(
                segmentSeconds,
                kafka.maxMessageBytes() - 2L * KafkaAccess.OVERHEAD_BYTES,
                seconds(Math.max(silence, 15)),
                longest,
                kafka.largestPicture());
    }

    private int report(IngestAccount account, long breaks, boolean inOrder) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? account.toJson(breaks) : account.toLine(breaks));
        out.flush();
        if (account.segments() == 0) {
            throw new IllegalStateException(
                    from.label() + ": expected at least one key frame, nothing was sent");
        }
        return inOrder ? 0 : 1;
    }

    private void say(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    /** What the check gives; what it refuses is wrong usage. */
    private <T> T checked(Supplier<T> check) {
        try {
            return check.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
