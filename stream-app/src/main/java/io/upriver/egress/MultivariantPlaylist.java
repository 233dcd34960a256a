package io.upriver.egress;

import io.upriver.egress.LivePlaylist.Line;
import io.upriver.egress.LiveSegment.Media;
import io.upriver.media.SegmentFacts;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The renditions of a stream, for a player to choose from: RFC 8216, 4.3.4.2. */
final class MultivariantPlaylist {

    private static final int BITS = 8;

    private MultivariantPlaylist() {}

    /**
     * The document; its names are relative to itself.
     *
     * @param renditions those that can be played, the one that a player is to begin with first
     */
    static String text(Map<Rendition, LivePlaylist> renditions) {
        StringBuilder text = new StringBuilder();
        text.append("#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        renditions.forEach(
                (rendition, playlist) -> {
                    text.append("#EXT-X-STREAM-INF:").append(attributes(playlist)).append('\n');
                    text.append(rendition.pathName()).append("/index.m3u8\n");
                });
        return text.toString();
    }

    private static String attributes(LivePlaylist playlist) {
        double peak = 0;
        double bits = 0;
        double seconds = 0;
        for (Line line : playlist.lines()) {
            if (line.media() != null && line.durationMillis() > 0) {
                double played = line.durationMillis() / 1e3;
                double size = (double) BITS * line.media().playedBytes();
                peak = Math.max(peak, size / played);
                bits += size;
                seconds += played;
            }
        }
        SegmentFacts facts = latest(playlist);
        StringBuilder text =
                new StringBuilder(
                        String.format(
                                Locale.ROOT,
                                "BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d,RESOLUTION=%dx%d",
                                (long) Math.ceil(peak),
                                (long) Math.ceil(seconds == 0 ? 0 : bits / seconds),
                                facts.width(),
                                facts.height()));
        if (facts.framesPerSecond() > 0) {
            text.append(String.format(Locale.ROOT, ",FRAME-RATE=%.3f", facts.framesPerSecond()));
        }
        if (facts.codecs() != null) {
            text.append(",CODECS=\"").append(facts.codecs()).append('"');
        }
        return text.toString();
    }

    private static SegmentFacts latest(LivePlaylist playlist) {
        return playlist.lines().stream()
                .map(Line::media)
                .filter(Objects::nonNull)
                .map(Media::facts)
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }
}
