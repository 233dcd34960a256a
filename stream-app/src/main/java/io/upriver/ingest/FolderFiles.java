package io.upriver.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The segments in a folder into which an encoder writes, those that are complete, in their order.
 *
 * <p>Where there is a playlist, it says both. Otherwise names are sorted, with numbers in them as
 * numbers, and a file is complete when its size has stayed the same for a second. Not thread-safe.
 */
final class FolderFiles {

    private static final Pattern SEGMENT =
            Pattern.compile(".+\\.(ts|m2ts|mts|mp4|m4s|m4v|cmfv)", Pattern.CASE_INSENSITIVE);

    private static final Pattern PLAYLIST = Pattern.compile(".+\\.m3u8", Pattern.CASE_INSENSITIVE);

    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final long STABLE_NANOS = 1_000_000_000L;
    private static final int DIGITS = 20;

    /**
     * A file as it is now.
     *
     * @param mark name, size and time: another one for a file of the same name that was written
     *     again
     */
    record Found(Path path, String mark) {}

    private record Seen(String mark, long sinceNanos) {}

    private final Path folder;
    private final Map<Path, Seen> seen = new HashMap<>();
    private boolean hasPlaylist;
    private boolean ended;
    private @Nullable Path init;

    FolderFiles(Path folder) {
        this.folder = folder;
    }

    /** Looks again: all that are complete now, the first one first. */
    List<Found> complete() throws IOException {
        Optional<HlsPlaylist> playlist = newestPlaylist();
        if (playlist.isPresent()) {
            HlsPlaylist says = playlist.get();
            hasPlaylist = true;
            seen.clear();
            ended = says.ended();
            init = says.init() == null ? null : folder.resolve(says.init());
            List<Found> named = new ArrayList<>();
            for (HlsPlaylist.Entry entry : says.entries()) {
                Path path = folder.resolve(entry.name());
                if (Files.isRegularFile(path)) {
                    named.add(new Found(path, mark(path)));
                }
            }
            return named;
        }
        if (hasPlaylist) {
            return List.of(); // It is just being written; names alone do not say what is old.
        }
        List<Found> stable = new ArrayList<>();
        for (Path path : list(SEGMENT)) {
            String mark = mark(path);
            Seen before = seen.get(path);
            if (before == null || !before.mark().equals(mark)) {
                seen.put(path, new Seen(mark, System.nanoTime()));
            } else if (System.nanoTime() - before.sinceNanos() > STABLE_NANOS) {
                stable.add(new Found(path, mark));
            } else {
                break; // Those behind it have to wait for it.
            }
        }
        return stable;
    }

    /** True where the playlist says that no more will come. */
    boolean isEnded() {
        return ended;
    }

    /** The init section that the playlist names, or null. */
    @Nullable Path init() {
        return init;
    }

    private Optional<HlsPlaylist> newestPlaylist() throws IOException {
        HlsPlaylist newest = null;
        FileTime written = null;
        for (Path path : list(PLAYLIST)) {
            FileTime time = Files.getLastModifiedTime(path);
            boolean isNewer = written == null || time.compareTo(written) > 0;
            HlsPlaylist playlist = isNewer ? read(path) : null;
            if (playlist != null && !playlist.entries().isEmpty()) {
                newest = playlist;
                written = time;
            }
        }
        return Optional.ofNullable(newest);
    }

    /** Null where it is none, as one that is just being written. */
    private static @Nullable HlsPlaylist read(Path path) throws IOException {
        try {
            return HlsPlaylist.parse(Files.readAllBytes(path));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private List<Path> list(Pattern names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> names.matcher(f.getFileName().toString()).matches())
                    .filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(f -> sortable(f.getFileName().toString())))
                    .toList();
        }
    }

    private static String sortable(String name) {
        Matcher matcher = NUMBER.matcher(name);
        return matcher.replaceAll(
                found -> "0".repeat(Math.max(0, DIGITS - found.group().length())) + found.group());
    }

    private static String mark(Path path) throws IOException {
        return path.getFileName()
                + "\t"
                + Files.size(path)
                + "\t"
                + Files.getLastModifiedTime(path).toMillis();
    }
}
