package io.upriver.ingest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A playlist of HLS as encoders write it: which segments there are, how long they are, and where
 * something else begins. One that names other playlists (multivariant) has no segments.
 *
 * <p>Source: RFC 8216, 4. Tags that are not known are passed over, as it says there.
 *
 * @param entries the segments, in their order
 * @param init the last part of the path of the last init section (EXT-X-MAP), or null
 * @param ended whether no more follow
 */
record HlsPlaylist(List<Entry> entries, @Nullable String init, boolean ended) {

    /** The largest playlist that is read, in bytes. */
    static final int MOST_BYTES = 1 << 20;

    private static final Pattern MAP = Pattern.compile("#EXT-X-MAP:.*?URI=\"(?<uri>[^\"]*)\".*");
    private static final double LONGEST_SECONDS = 24 * 3600;

    /**
     * A segment.
     *
     * @param name the last part of its path
     * @param durationMillis as the playlist says
     * @param discontinuity whether it does not continue the one before
     */
    record Entry(String name, long durationMillis, boolean discontinuity) {}

    HlsPlaylist {
        entries = List.copyOf(entries);
    }

    /**
     * Reads a playlist.
     *
     * @throws IllegalArgumentException if it is none; with the line that is wrong
     */
    static HlsPlaylist parse(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        List<String> lines = text.lines().map(String::strip).toList();
        String first = lines.isEmpty() ? "" : lines.get(0);
        if (!first.equals("#EXTM3U") && !first.equals("\uFEFF#EXTM3U")) {
            throw wrong(1, "expected #EXTM3U", first);
        }
        List<Entry> entries = new ArrayList<>();
        String init = null;
        long millis = -1;
        boolean discontinuity = false;
        boolean ended = false;
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher map = MAP.matcher(line);
            if (map.matches()) {
                init = lastPart(map.group("uri"));
            } else if (line.startsWith("#EXTINF:")) {
                millis = millis(i + 1, line);
            } else if (line.equals("#EXT-X-DISCONTINUITY")) {
                discontinuity = true;
            } else if (line.equals("#EXT-X-ENDLIST")) {
                ended = true;
            } else if (!line.isEmpty() && !line.startsWith("#") && millis >= 0) {
                entries.add(new Entry(lastPart(line), millis, discontinuity));
                millis = -1;
                discontinuity = false;
            }
        }
        return new HlsPlaylist(entries, init, ended);
    }

    /** The last segment, if there is one. */
    Optional<Entry> last() {
        return entries.isEmpty() ? Optional.empty() : Optional.of(entries.get(entries.size() - 1));
    }

    private static long millis(int number, String line) {
        String value = line.substring("#EXTINF:".length());
        int comma = value.indexOf(',');
        try {
            double seconds =
                    Double.parseDouble((comma < 0 ? value : value.substring(0, comma)).strip());
            if (seconds >= 0 && seconds <= LONGEST_SECONDS) {
                return Math.round(seconds * 1000);
            }
        } catch (NumberFormatException e) {
            // the same sentence
        }
        throw wrong(number, "expected a duration in seconds", line);
    }

    private static String lastPart(String uri) {
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static IllegalArgumentException wrong(int number, String expected, String line) {
        String shown = line.length() <= 80 ? line : line.substring(0, 80) + "...";
        return new IllegalArgumentException(
                "line %d of the playlist: %s, got '%s'".formatted(number, expected, shown));
    }
}
