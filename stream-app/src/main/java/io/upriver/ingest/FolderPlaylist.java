package io.upriver.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a playlist of HLS says of the files beside it (RFC 8216): which of them are complete, in
 * their order.
 *
 * @param names of the segments
 * @param init name of the init section that is in front of them, or null
 * @param ended true where no more will come
 */
record FolderPlaylist(List<String> names, @Nullable String init, boolean ended) {

    private static final String MAP = "#EXT-X-MAP:";
    private static final String MAP_URI = "URI=\"";

    static FolderPlaylist read(Path file) throws IOException {
        List<String> names = new ArrayList<>();
        String init = null;
        boolean timed = false;
        boolean ended = false;
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(MAP) && line.contains(MAP_URI)) {
                int from = line.indexOf(MAP_URI) + MAP_URI.length();
                int to = line.indexOf('"', from);
                init = to < 0 ? init : nameOf(line.substring(from, to));
            } else if (line.startsWith("#EXTINF:")) {
                timed = true;
            } else if (line.equals("#EXT-X-ENDLIST")) {
                ended = true;
            } else if (timed && !line.isBlank() && !line.startsWith("#")) {
                names.add(nameOf(line.strip()));
                timed = false;
            }
        }
        return new FolderPlaylist(List.copyOf(names), init, ended);
    }

    /** Only files of the folder itself are meant, whatever is in front of the name. */
    private static String nameOf(String uri) {
        String path = uri.replaceAll("[?#].*$", "");
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
