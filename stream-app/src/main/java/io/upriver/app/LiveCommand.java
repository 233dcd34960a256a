package io.upriver.app;

import io.upriver.ontime.LiveBench;
import io.upriver.ontime.LivePlan;
import io.upriver.schemas.PictureSize;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code upriver bench live}: live streams with a deadline, with a broker and a worker in here. */
@Command(
        name = "live",
        description = {
            "Produces live streams with a deadline in real time: some, then more on top, then those of the beginning;",
            "and measures when each result is committed, and by which way it was done.",
            "Exit code 1 when something is not as expected."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class LiveCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--streams",
            defaultValue = "1",
            description = "Streams that go on all the time.")
    private int streams;

    @Option(
            names = "--overload",
            paramLabel = "STREAMS",
            defaultValue = "5",
            description = "Streams on top of those, in the second part.")
    private int more;

    @Option(
            names = "--size",
            paramLabel = "WIDTHxHEIGHT",
            defaultValue = "320x180",
            description = "Of the pictures.")
    private String size;

    @Option(names = "--fps", defaultValue = "30", description = "Frames a second.")
    private int framesPerSecond;

    @Option(
            names = "--segment",
            paramLabel = "MILLIS",
            defaultValue = "2000",
            description = "How long a segment is.")
    private int segmentMillis;

    @Option(
            names = "--seconds",
            defaultValue = "60",
            description = "How long each of the three parts takes.")
    private int seconds;

    @Option(
            names = "--deadline",
            paramLabel = "MILLIS",
            description = "From a segment's production to its result. Default: a segment's length.")
    private @Nullable Integer deadlineMillis;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "What the streams ask for.")
    private String model;

    @Mixin private LocalBench local;

    @Override
    public Integer call() throws IOException {
        LiveBench bench = new LiveBench(plan());
        return local.run(bench::run, bench::cancel, Map.of());
    }

    private LivePlan plan() {
        try {
            return new LivePlan(
                    streams,
                    more,
                    pictureSize(),
                    framesPerSecond,
                    segmentMillis,
                    seconds,
                    deadlineMillis == null ? segmentMillis : deadlineMillis,
                    model);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    private PictureSize pictureSize() {
        try {
            return PictureSize.parse(size);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("size: " + e.getMessage(), e);
        }
    }
}
