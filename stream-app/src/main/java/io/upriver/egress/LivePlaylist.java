package io.upriver.egress;

import io.upriver.egress.LiveSegment.Media;
import io.upriver.media.InitSection;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A media playlist of HLS: a window that slides over a live stream (RFC 8216, and
 * draft-pantos-hls-rfc8216bis for gaps).
 *
 * @param lines the segments in order, without a number left out
 * @param discontinuitySequence discontinuities before the first line, as far as they were seen
 * @param targetSeconds no segment is longer, rounded
 * @param isEnded whether none follows
 */
public record LivePlaylist(
        List<Line> lines, long discontinuitySequence, long targetSeconds, boolean isEnded) {

    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /**
     * A segment.
     *
     * @param number by which a player counts
     * @param discontinuity whether a player has to begin anew with it
     * @param segment null where nothing is known of it but that it is missing
     */
    public record Line(
            long number,
            long sequence,
            long durationMillis,
            boolean discontinuity,
            @Nullable LiveSegment segment) {

        static Line missing(long number, long sequence, long durationMillis) {
            return new Line(number, sequence, durationMillis, false, null);
        }

        /** Its media, or null where it cannot be played. */
        public @Nullable Media media() {
            return segment == null ? null : segment.media();
        }
    }

    /** Whether a player would get a picture. */
    public boolean isPlayable() {
        return lines.stream().anyMatch(line -> line.media() != null);
    }

    /** Why the newest one that cannot be played cannot, or null where all can. */
    public LiveSegment.@Nullable Absence absence() {
        for (int i = lines.size() - 1; i >= 0; i--) {
            LiveSegment segment = lines.get(i).segment();
            if (segment != null && segment.absence() != null) {
                return segment.absence();
            }
        }
        return null;
    }

    /** The document; its names are relative to itself. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        text.append("#EXT-X-TARGETDURATION:").append(targetSeconds).append('\n');
        text.append("#EXT-X-MEDIA-SEQUENCE:").append(firstNumber()).append('\n');
        text.append("#EXT-X-DISCONTINUITY-SEQUENCE:").append(discontinuitySequence).append('\n');
        if (!isEnded) {
            text.append("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES\n");
        }
        InitSection init = null;
        String ending = ending();
        for (Line line : lines) {
            if (line.discontinuity()) {
                text.append("#EXT-X-DISCONTINUITY\n");
            }
            Media media = line.media();
            if (media != null && !Objects.equals(media.init(), init)) {
                init = media.init();
                text.append("#EXT-X-MAP:URI=\"init-%s.mp4\"\n".formatted(init.name()));
            }
            append(line, ending, text);
        }
        if (isEnded) {
            text.append("#EXT-X-ENDLIST\n");
        }
        return text.toString();
    }

    private static void append(Line line, String ending, StringBuilder text) {
        LiveSegment segment = line.segment();
        if (segment != null) {
            // both renditions have their records' times from the same record
            Instant start = Instant.ofEpochMilli(segment.timeMillis() - line.durationMillis());
            text.append("#EXT-X-PROGRAM-DATE-TIME:").append(DATE_TIME.format(start)).append('\n');
        }
        if (line.media() == null) {
            text.append("#EXT-X-GAP\n");
        }
        text.append(String.format(Locale.ROOT, "#EXTINF:%.3f,\n", line.durationMillis() / 1e3));
        text.append(line.sequence()).append('.').append(ending);
        if (segment != null) {
            // A stream that begins again has the same sequences for other media.
            text.append("?at=").append(segment.timeMillis());
        }
        text.append('\n');
    }

    private long firstNumber() {
        return lines.isEmpty() ? 0 : lines.get(0).number();
    }

    /** The number of the last line, or -1. */
    public long lastNumber() {
        return lines.isEmpty() ? -1 : lines.get(lines.size() - 1).number();
    }

    private String ending() {
        return lines.stream()
                .map(Line::media)
                .filter(Objects::nonNull)
                .findFirst()
                .map(Media::ending)
                .orElse("ts");
    }
}
