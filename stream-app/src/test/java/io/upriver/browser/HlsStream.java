package io.upriver.browser;

import io.upriver.media.Clips;
import io.upriver.schemas.Container;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * Segments of a second as HLS (RFC 8216) takes them. Their bytes stay as they are: where each has
 * an init section of its own in front, as in MP4, the playlist names ranges.
 *
 * @param container MPEG-TS or MP4, of all segments
 * @param segments in order
 */
record HlsStream(Container container, List<byte[]> segments) {

    /** The ending of the segments' names. */
    String ending() {
        return container == Container.MP4 ? "mp4" : "ts";
    }

    /**
     * A playlist that grows.
     *
     * @param count how many segments there are by now; the last one closes the list
     */
    String playlist(int count) {
        StringBuilder lines = new StringBuilder();
        lines.append("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:1\n");
        lines.append("#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:EVENT\n");
        if (container == Container.MP4) {
            lines.append(
                    "#EXT-X-MAP:URI=\"0.%s\",BYTERANGE=\"%d@0\"\n"
                            .formatted(ending(), initBytes(0)));
        }
        for (int i = 0; i < count; i++) {
            lines.append("#EXTINF:1.0,\n");
            if (container == Container.MP4) {
                int init = initBytes(i);
                lines.append(
                        "#EXT-X-BYTERANGE:%d@%d\n".formatted(segments.get(i).length - init, init));
            }
            lines.append("%d.%s\n".formatted(i, ending()));
        }
        if (count == segments.size()) {
            lines.append("#EXT-X-ENDLIST\n");
        }
        return lines.toString();
    }

    /** What a player puts together: the first init section, and all segments without theirs. */
    byte[] joined() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(segments.get(0), 0, initBytes(0));
        for (int i = 0; i < segments.size(); i++) {
            int init = initBytes(i);
            whole.write(segments.get(i), init, segments.get(i).length - init);
        }
        return whole.toByteArray();
    }

    /** How many bytes stand before the first fragment; none in MPEG-TS. */
    private int initBytes(int index) {
        return container == Container.MP4 ? Clips.indexOf(segments.get(index), "moof", 0) - 4 : 0;
    }
}
