package io.upriver.web;

import io.upriver.media.FragmentIndex;
import io.upriver.media.FragmentIndex.Fragment;
import java.util.Locale;

/**
 * The HLS playlist of a whole file in fragments (RFC 8216): each fragment is a range of bytes of
 * the file, so nothing is written or held for players.
 */
final class VodPlaylist {

    private VodPlaylist() {}

    /**
     * The playlist.
     *
     * @param file the file's address, relative to the playlist's
     */
    static String of(FragmentIndex index, String file) {
        double longest = index.fragments().stream().mapToDouble(Fragment::seconds).max().orElse(1);
        StringBuilder text = new StringBuilder();
        text.append("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-PLAYLIST-TYPE:VOD\n");
        text.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
        text.append("#EXT-X-TARGETDURATION:%d\n".formatted(Math.max(1, Math.round(longest))));
        text.append(
                "#EXT-X-MAP:URI=\"%s\",BYTERANGE=\"%d@0\"\n".formatted(file, index.headerBytes()));
        for (Fragment fragment : index.fragments()) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "#EXTINF:%.6f,\n#EXT-X-BYTERANGE:%d@%d\n%s\n",
                            fragment.seconds(),
                            fragment.bytes(),
                            fragment.offset(),
                            file));
        }
        return text.append("#EXT-X-ENDLIST\n").toString();
    }
}
