package io.upriver.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.ingest.LiveIngest;
import io.upriver.ingest.SentSegment;
import java.util.Locale;
import java.util.function.Consumer;

/** What an ingest has sent: a line every few seconds, and what it came to. Used by one thread. */
final class IngestAccount implements LiveIngest.Listener {

    private final String stream;
    private final Consumer<String> lines;
    private final Lines progress;
    private long segments;
    private long millis;
    private long bytes;
    private long discontinuities;
    private long mostBehindMillis;
    private long first = -1;
    private long last = -1;

    IngestAccount(String stream, Consumer<String> lines) {
        this.stream = stream;
        this.lines = lines;
        this.progress = new Lines(lines);
    }

    @Override
    public void sent(SentSegment segment) {
        first = segments == 0 ? segment.sequence() : first;
        last = segment.sequence();
        segments++;
        millis += segment.durationMillis();
        bytes += segment.bytes();
        discontinuities += segment.discontinuity() ? 1 : 0;
        mostBehindMillis = Math.max(mostBehindMillis, segment.behindMillis());
        if (segments == 1) {
            lines.accept(words());
        }
        progress.offer(
                () ->
                        words()
                                + String.format(
                                        Locale.ROOT,
                                        ", %.1f s behind",
                                        segment.behindMillis() / 1e3));
    }

    @Override
    public void note(String sentence) {
        lines.accept("upriver: " + sentence);
    }

    long segments() {
        return segments;
    }

    private String words() {
        return String.format(
                Locale.ROOT,
                "stream %s: %d segments, %.1f s, %.2f MB",
                stream,
                segments,
                millis / 1e3,
                bytes / 1e6);
    }

    String toLine(long breaks) {
        return "%s sent as %d to %d, %d breaks, %d discontinuities"
                .formatted(words(), first, last, breaks, discontinuities);
    }

    /** The same for programs. */
    private record Summary(
            String stream,
            long segments,
            double seconds,
            long bytes,
            @JsonProperty("first_sequence") long first,
            @JsonProperty("last_sequence") long last,
            long breaks,
            long discontinuities,
            @JsonProperty("most_seconds_behind") double behind) {}

    String toJson(long breaks) {
        Summary summary =
                new Summary(
                        stream,
                        segments,
                        millis / 1e3,
                        bytes,
                        first,
                        last,
                        breaks,
                        discontinuities,
                        mostBehindMillis / 1e3);
        try {
            return new ObjectMapper().writeValueAsString(summary);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the summary cannot be written as JSON", e);
        }
    }
}
