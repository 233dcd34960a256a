package io.upriver.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.ingest.HlsPlaylist.Entry;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HlsPlaylistTest {

    /** As ffmpeg writes it, with what RFC 8216 allows besides. */
    private static final String GROWN =
            """
            #EXTM3U
            #EXT-X-VERSION:3
            #EXT-X-TARGETDURATION:2
            #EXT-X-MEDIA-SEQUENCE:4
            #EXTINF:2.000000,
            index4.ts
            # a remark

            #EXT-X-DISCONTINUITY
            #EXTINF:1.96,title, with a comma
            https://127.0.0.1/ingest/cam-7/index5.ts?token=a/b
            """;

    @Test
    void saysHowLongSegmentsAreAndWhereSomethingElseBegins() {
        HlsPlaylist playlist = parse(GROWN);

        assertEquals(
                List.of(new Entry("index4.ts", 2000, false), new Entry("index5.ts", 1960, true)),
                playlist.entries());
        assertEquals("index5.ts", playlist.last().orElseThrow().name());
        assertFalse(playlist.ended());
    }

    @Test
    void knowsTheEndAndOtherLineEnds() {
        HlsPlaylist playlist = parse("\uFEFF" + (GROWN + "#EXT-X-ENDLIST\n").replace("\n", "\r\n"));

        assertEquals(2, playlist.entries().size());
        assertTrue(playlist.ended());
    }

    @Test
    void namesTheInitSection() {
        String map = "#EXT-X-MAP:BYTERANGE=\"720@0\",URI=\"media/init.mp4?token=a/b\"\n";

        assertEquals("init.mp4", parse("#EXTM3U\n" + map).init());
        assertNull(parse(GROWN).init());
    }

    @Test
    void findsNoSegmentsInAListOfPlaylists() {
        HlsPlaylist playlist =
                parse("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1280000\nlow/index.m3u8\n");

        assertEquals(List.of(), playlist.entries());
        assertTrue(playlist.last().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NaN", "-1", "1e300", "Infinity", "two", "86401"})
    void refusesADurationThatIsNone(String duration) {
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> parse("#EXTM3U\n#EXTINF:" + duration + ",\na.ts\n"));

        assertEquals(
                "line 2 of the playlist: expected a duration in seconds, got '#EXTINF:%s,'"
                        .formatted(duration),
                refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "index0.ts", "#EXT-X-VERSION:3\n#EXTM3U", "\0\0\0\0"})
    void refusesWhatIsNoPlaylist(String text) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> parse(text));

        assertTrue(
                refusal.getMessage().startsWith("line 1 of the playlist: expected #EXTM3U"),
                refusal.getMessage());
    }

    @Test
    void readsOrRefusesEveryDamagedOne() {
        Random random = new Random(7);
        int read = 0;
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = GROWN.getBytes(UTF_8);
            for (int n = random.nextInt(8); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                read += HlsPlaylist.parse(bytes).entries().size() <= 2 ? 1 : 0;
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().startsWith("line "), e.getMessage());
            }
        }
        assertTrue(read > 500, "read " + read);
    }

    private static HlsPlaylist parse(String text) {
        return HlsPlaylist.parse(text.getBytes(UTF_8));
    }
}
