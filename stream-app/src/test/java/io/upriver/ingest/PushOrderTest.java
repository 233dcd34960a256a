package io.upriver.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.ingest.PushOrder.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PushOrderTest {

    private final PushOrder order = new PushOrder();

    @ParameterizedTest
    @CsvSource({
        "index12.ts, '', index, 12, ts, index.ts",
        "a/b/seg-007.m4s, a/b/, seg-, 7, m4s, a/b/seg-.m4s",
        "cam_20261128-1764300000.ts, '', cam_20261128-, 1764300000, ts, cam_-.ts",
        "live.ts, '', live, -1, ts, live.ts",
        "init.MP4, '', init, -1, mp4, init.mp4",
        "x/Streams(video.cmfv), x/, video, -1, cmfv, x/video.cmfv",
        "x/Streams(audio-2.cmfa), x/, audio-2, -1, cmfa, x/audio-2.cmfa",
        "noextension, '', noextension, -1, '', noextension.",
        "index_1_12.ts, '', index_1_, 12, ts, index_1_.ts"
    })
    void readsNames(
            String path,
            String folder,
            String stem,
            long number,
            String extension,
            String rendition) {
        PushPath read = PushPath.of(path);

        assertEquals(folder, read.folder());
        assertEquals(stem, read.stem());
        assertEquals(number, read.number());
        assertEquals(extension, read.extension());
        assertEquals(rendition, read.rendition());
    }

    @Test
    void seesWhatGoesOnAndWhatIsMissing() {
        assertEquals(Place.NEXT, take("index3.ts", "a"));
        assertEquals(Place.NEXT, take("index4.ts", "b"));
        assertEquals(Place.NEXT, take("index5.ts", "c"));
        assertEquals(Place.BEHIND_A_GAP, take("index7.ts", "d"));
        assertEquals(Place.NEXT, take("index8.ts", "e"));
    }

    @Test
    void missesNothingBetweenNamesMadeOfTimes() {
        assertEquals(Place.NEXT, take("cam-1764300000.ts", "a"));
        assertEquals(Place.NEXT, take("cam-1764300002.ts", "b"));
        assertEquals(Place.NEXT, take("cam-1764300005.ts", "c"));
    }

    @Test
    void seesNumbersThatBeginAgain() {
        take("index0.ts", "a");
        take("index1.ts", "b");

        assertEquals(Place.RESTART, take("index0.ts", "c"));
        assertEquals(Place.NEXT, take("index1.ts", "d"));
    }

    @Test
    void seesWhatIsSentAgain() {
        take("index0.ts", "a");
        take("index1.ts", "b");

        assertEquals(Place.REPEATED, order.placeOf(PushPath.of("index1.ts"), "b"));
        assertEquals(Place.REPEATED_OR_RESTART, order.placeOf(PushPath.of("index0.ts"), "a"));
        assertTrue(order.isNext(PushPath.of("index2.ts")));
        assertFalse(order.isNext(PushPath.of("index1.ts")));
    }

    @Test
    void takesOneNameForMany() {
        assertEquals(Place.NEXT, take("Streams(video.cmfv)", "a"));
        assertEquals(Place.NEXT, take("Streams(video.cmfv)", "b"));
        assertEquals(Place.REPEATED, order.placeOf(PushPath.of("Streams(video.cmfv)"), "b"));
    }

    private Place take(String name, String digest) {
        Place place = order.placeOf(PushPath.of(name), digest);
        order.taken(PushPath.of(name), digest, place);
        return place;
    }
}
