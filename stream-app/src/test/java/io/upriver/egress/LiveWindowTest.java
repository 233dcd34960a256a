package io.upriver.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.egress.LiveSegment.Absence;
import io.upriver.egress.LiveSegment.Media;
import io.upriver.media.InitSection;
import io.upriver.media.SegmentFacts;
import io.upriver.schemas.Container;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What media playlists say, as a strict reader of them reads it. */
class LiveWindowTest {

    private static final long MILLIS = 2_000;
    private static final long BEGIN = Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli();
    private static final Duration LISTED = Duration.ofSeconds(20);
    private static final SegmentFacts FACTS = new SegmentFacts(384, 216, 25, "avc1.64000d", MILLIS);
    private static final SegmentFacts SMALL = new SegmentFacts(192, 108, 25, "avc1.64000d", MILLIS);

    private final LiveWindow window = new LiveWindow(LISTED);

    @Test
    void slidesOverTheNewestSegments() {
        add(0, 100);

        ReadPlaylist before = read();
        add(100, 101);
        ReadPlaylist after = read();

        assertEquals(numbers(90, 100), before.numbers());
        assertEquals(numbers(91, 101), after.numbers());
        assertEquals(before.items().subList(1, 10), after.items().subList(0, 9));
        assertEquals(0, after.number("EXT-X-DISCONTINUITY-SEQUENCE"));
        assertEquals(2, after.number("EXT-X-TARGETDURATION"));
        assertFalse(after.isEnded());
        // the end of a segment is when its record was made
        assertEquals("2026-01-02T03:07:23.678Z", after.items().get(9).start().toString());
        assertTrue(after.items().get(9).address().startsWith("100.ts?at="), after.toString());
    }

    @Test
    void keepsAsMuchAgainForPlayersThatAreBehind() {
        add(0, 100);

        assertNotNull(window.find(80));
        assertTrue(window.kept().size() <= 21, () -> window.kept().size() + " are kept");
        assertNull(window.find(10));
        assertTrue(window.isBeforeKept(10));
        assertFalse(window.isBeforeKept(200));
    }

    @Test
    void countsTheSameWhereverItBegan() {
        LiveWindow later = new LiveWindow(LISTED);
        for (long sequence = 0; sequence < 100; sequence++) {
            window.add(segment(sequence), true);
            if (sequence >= 60) {
                later.add(segment(sequence), true);
            }
        }

        assertEquals(window.playlist().text(), later.playlist().text());
    }

    @Test
    void marksSegmentsThatAreMissingAsGaps() {
        add(0, 5);
        add(7, 10);

        ReadPlaylist read = read();

        assertEquals(numbers(0, 10), read.numbers());
        assertEquals(
                List.of(5L, 6L),
                read.items().stream()
                        .filter(ReadPlaylist.Item::gap)
                        .map(ReadPlaylist.Item::number)
                        .toList());
        assertEquals("5.ts", read.items().get(5).address());
        assertEquals(2.0, read.items().get(5).seconds());
    }

    @Test
    void countsOnWhereSequencesAreOffsets() {
        for (long offset = 500; offset < 700; offset += 1 + offset % 3) {
            List<Long> before = read().numbers();
            window.add(segment(offset), false);
            List<Long> after = read().numbers();

            long last = before.isEmpty() ? 499 : before.get(before.size() - 1);
            assertEquals(last + 1, after.get(after.size() - 1));
            assertTrue(read().items().stream().noneMatch(ReadPlaylist.Item::gap));
        }
    }

    @Test
    void countsOnAfterALeapThatIsNoLoss() {
        window.add(segment(5), true);
        window.add(segment(1_700_000_000_000L), true);

        assertEquals(List.of(5L, 6L), read().numbers());
    }

    @Test
    void doesNotDependOnTheOrderInWhichTopicsWereRead() {
        List<LiveSegment> all = new ArrayList<>();
        for (long sequence = 1; sequence < 9; sequence++) {
            all.add(sequence % 3 == 0 ? rejected(sequence) : segment(sequence));
        }
        add(0, 1);
        all.forEach(next -> window.add(next, true));
        add(9, 10);
        String expected = window.playlist().text();

        for (int seed = 0; seed < 50; seed++) {
            LiveWindow other = new LiveWindow(LISTED);
            other.add(segment(0), true);
            Collections.shuffle(all, new Random(seed));
            other.add(segment(9), true);
            all.forEach(next -> other.add(next, true));
            assertEquals(expected, other.playlist().text(), "seed " + seed);
        }
    }

    @Test
    void doesNotTakeBackThatASegmentWasRejected() {
        add(0, 3);
        window.add(rejected(3), true);
        add(4, 6);

        boolean isTaken = window.add(segment(3), true);

        assertFalse(isTaken);
        assertTrue(read().items().get(3).gap());
        assertEquals("rejected", window.find(3).absence().reason());
    }

    @Test
    void saysWhereDecodersBeginAnew() {
        add(0, 3);
        window.add(segment(3, true, false, media(FACTS, null)), true);
        window.add(segment(4, false, false, media(SMALL, null)), true);
        window.add(segment(5, false, false, media(SMALL, null)), true);
        window.add(segment(6, false, false, media(FACTS, null)), true);

        List<ReadPlaylist.Item> items = read().items();

        assertEquals(
                List.of(3L, 4L, 6L),
                items.stream()
                        .filter(ReadPlaylist.Item::discontinuity)
                        .map(ReadPlaylist.Item::number)
                        .toList());
    }

    @Test
    void countsDiscontinuitiesThatAreNoLongerListed() {
        List<Long> cc = new ArrayList<>();
        for (long sequence = 0; sequence < 60; sequence++) {
            window.add(segment(sequence, sequence % 7 == 0, false, media(FACTS, null)), true);
            for (ReadPlaylist.Item item : read().items()) {
                if (item.number() == cc.size()) {
                    cc.add(item.cc());
                } else {
                    // the same for as long as it is listed
                    assertEquals(cc.get((int) item.number()), item.cc());
                }
            }
        }
        assertEquals(60, cc.size());
        assertEquals(9, cc.get(59));
    }

    @Test
    void namesAnInitSectionOnceAndAnotherOneAfterADiscontinuity() {
        for (long sequence = 0; sequence < 8; sequence++) {
            InitSection init = init(sequence < 4 ? "a" : "b");
            window.add(segment(sequence, false, false, media(FACTS, init)), true);
        }

        List<ReadPlaylist.Item> items = read().items();

        assertEquals("init-aaaaaaaaaaaaaaaa.mp4", items.get(0).map());
        assertEquals("init-aaaaaaaaaaaaaaaa.mp4", items.get(3).map());
        assertEquals("init-bbbbbbbbbbbbbbbb.mp4", items.get(4).map());
        assertTrue(items.get(4).discontinuity());
        assertTrue(items.get(7).address().startsWith("7.m4s?at="));
    }

    @Test
    void listsOneContainer() {
        add(0, 3);
        for (long sequence = 3; sequence < 5; sequence++) {
            window.add(segment(sequence, false, false, media(FACTS, init("a"))), true);
        }
        ReadPlaylist read = read();

        assertEquals(numbers(3, 5), read.numbers());
        assertTrue(read.items().get(0).discontinuity());
        assertEquals("init-aaaaaaaaaaaaaaaa.mp4", read.items().get(0).map());
    }

    @Test
    void endsWithTheStreamAndGoesOnWithIt() {
        add(0, 5);
        window.add(segment(5, false, true, media(FACTS, null)), true);
        assertTrue(read().isEnded());
        assertEquals(numbers(0, 6), read().numbers());

        window.add(segment(6, true, false, media(FACTS, null)), true);
        assertFalse(read().isEnded());
        assertTrue(read().items().get(6).discontinuity());
    }

    @Test
    void countsOnWhereASenderBeginsAgain() {
        add(100, 120);
        window.add(segment(0, true, false, media(FACTS, null)), true);
        window.add(segment(1), true);

        ReadPlaylist read = read();

        assertEquals(List.of(120L, 121L), read.numbers());
        assertTrue(read.items().get(0).discontinuity());
        assertTrue(read.items().get(0).address().startsWith("0.ts?at="));
    }

    @Test
    void neverTakesBackATargetDuration() {
        window.add(of(0, 4_600), true);
        assertEquals(5, read().number("EXT-X-TARGETDURATION"));
        add(1, 100);
        assertEquals(5, read().number("EXT-X-TARGETDURATION"));
    }

    @Test
    void listsFourSegmentsHoweverLongTheyAre() {
        for (long sequence = 0; sequence < 20; sequence++) {
            window.add(of(sequence, 60_000), true);
        }
        assertEquals(numbers(16, 20), read().numbers());
    }

    private ReadPlaylist read() {
        return ReadPlaylist.of(window.playlist().text());
    }

    private void add(long from, long to) {
        for (long sequence = from; sequence < to; sequence++) {
            assertTrue(window.add(segment(sequence), true));
        }
    }

    private static List<Long> numbers(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private static LiveSegment segment(long sequence) {
        return segment(sequence, false, false, media(FACTS, null));
    }

    private static LiveSegment of(long sequence, long millis) {
        return new LiveSegment(sequence, BEGIN, millis, false, false, media(FACTS, null), null);
    }

    private static LiveSegment segment(
            long sequence, boolean discontinuity, boolean endOfStream, Media media) {
        return new LiveSegment(
                sequence,
                BEGIN + MILLIS * sequence,
                MILLIS,
                discontinuity,
                endOfStream,
                media,
                null);
    }

    private static LiveSegment rejected(long sequence) {
        return new LiveSegment(
                sequence,
                BEGIN + MILLIS * sequence,
                MILLIS,
                false,
                false,
                null,
                new Absence(false, "rejected"));
    }

    private static Media media(SegmentFacts facts, InitSection init) {
        Container container = init == null ? Container.MPEG_TS : Container.MP4;
        return new Media(new Place("upscaled", 0, 7), container, 10_000, facts, init);
    }

    private static InitSection init(String digit) {
        return new InitSection(digit.repeat(16), digit.getBytes(StandardCharsets.US_ASCII));
    }
}
