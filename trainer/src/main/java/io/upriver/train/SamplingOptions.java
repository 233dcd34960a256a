package io.upriver.train;

import io.upriver.publish.SegmentTopic.Search;
import io.upriver.train.StreamMaterial.Sampling;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Which of a stream's segments and frames to take. */
final class SamplingOptions {
    /** A live stream has given a picture of itself after so many segments. */
    private static final int ENOUGH_SEGMENTS = 8;

    @Option(
            names = "--frames",
            defaultValue = "240",
            description =
                    "Frames to take, spread evenly; they need up to 1.3 MB of memory each"
                            + " (${DEFAULT-VALUE}).")
    int frames;

    @Option(
            names = "--later",
            defaultValue = "0.3",
            paramLabel = "SHARE",
            description = "Share of the frames, the latest, that only judge (${DEFAULT-VALUE}).")
    double later;

    @Option(
            names = "--last",
            defaultValue = "30",
            paramLabel = "MINUTES",
            description = "How old a segment's record may be (${DEFAULT-VALUE}).")
    double last;

    @Option(
            names = "--wait",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "How long to look and wait for segments (${DEFAULT-VALUE}).")
    double patience;

    @Option(
            names = "--crf",
            paramLabel = "N",
            description = "Rate factor for the small frames (by the stream's own quality).")
    Integer crf;

    Search search() {
        return new Search(seconds(last * 60), seconds(patience), ENOUGH_SEGMENTS);
    }

    Sampling sampling(int scale, long seed) {
        return new Sampling(frames, later, crf, scale, seed);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }
}
