package io.upriver.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A media playlist as a strict player reads it: by RFC 8216, and with the expectations of that
 * document as assertions.
 *
 * @param head tags that stand once and are about all segments, with their values
 */
public record ReadPlaylist(Map<String, String> head, List<Item> items, boolean isEnded) {

    /**
     * A segment.
     *
     * @param number as a player counts
     * @param cc discontinuities before it, as a player counts
     * @param map the address of its init section, or null
     * @param start its date and time, or null
     */
    public record Item(
            long number,
            long cc,
            boolean discontinuity,
            boolean gap,
            String map,
            Instant start,
            double seconds,
            String address) {}

    private static final Set<String> ONCE =
            Set.of(
                    "EXT-X-VERSION",
                    "EXT-X-TARGETDURATION",
                    "EXT-X-MEDIA-SEQUENCE",
                    "EXT-X-DISCONTINUITY-SEQUENCE",
                    "EXT-X-INDEPENDENT-SEGMENTS",
                    "EXT-X-SERVER-CONTROL");
    private static final Pattern TAG = Pattern.compile("#(EXT[A-Z0-9-]*)(?::(.+))?");
    private static final Pattern SECONDS = Pattern.compile("([0-9]+\\.[0-9]+),");
    private static final Pattern MAP = Pattern.compile("URI=\"([^\"]+)\"");

    /** Reads it. */
    public static ReadPlaylist of(String text) {
        assertTrue(text.startsWith("#EXTM3U\n"), text);
        assertTrue(text.endsWith("\n"), text);
        Map<String, String> head = new HashMap<>();
        List<Item> items = new ArrayList<>();
        Reading reading = new Reading();
        boolean isEnded = false;
        for (String line : text.lines().skip(1).toList()) {
            assertFalse(isEnded, "behind the end: " + line);
            Matcher tag = TAG.matcher(line);
            if (!tag.matches()) {
                assertFalse(line.isBlank() || line.startsWith("#"), "no tag: " + line);
                items.add(reading.item(line, head, items.size()));
            } else if (tag.group(1).equals("EXT-X-ENDLIST")) {
                isEnded = true;
            } else if (ONCE.contains(tag.group(1))) {
                assertTrue(items.isEmpty() && reading.isFresh(), "too late: " + line);
                String value = tag.group(2) == null ? "" : tag.group(2);
                assertEquals(null, head.put(tag.group(1), value), "twice: " + line);
            } else {
                reading.take(tag.group(1), tag.group(2));
            }
        }
        assertTrue(reading.isFresh(), "tags behind the last segment");
        ReadPlaylist all = new ReadPlaylist(head, items, isEnded);
        long target = all.number("EXT-X-TARGETDURATION");
        for (Item item : items) {
            assertTrue(Math.round(item.seconds()) <= target, item + " is longer than " + target);
        }
        assertTrue(all.number("EXT-X-VERSION") >= (reading.map == null ? 3 : 6));
        return all;
    }

    /** A value of the head. */
    public long number(String tag) {
        assertNotNull(head.get(tag), tag + " is missing");
        return Long.parseLong(head.get(tag));
    }

    /** The numbers of the segments, as a player counts. */
    public List<Long> numbers() {
        return items.stream().map(Item::number).toList();
    }

    /** Tags that are waiting for their segment. */
    private static final class Reading {

        private boolean discontinuity;
        private boolean gap;
        private String map;
        private Instant start;
        private Double seconds;
        private long cc = -1;

        boolean isFresh() {
            return !discontinuity && !gap && start == null && seconds == null;
        }

        void take(String tag, String value) {
            switch (tag) {
                case "EXT-X-DISCONTINUITY" -> {
                    assertFalse(discontinuity, "two in a row");
                    discontinuity = true;
                }
                case "EXT-X-GAP" -> gap = true;
                case "EXT-X-PROGRAM-DATE-TIME" -> start = Instant.parse(value);
                case "EXTINF" -> {
                    Matcher number = SECONDS.matcher(value);
                    assertTrue(number.matches(), value);
                    seconds = Double.valueOf(number.group(1));
                }
                case "EXT-X-MAP" -> {
                    Matcher uri = MAP.matcher(value);
                    assertTrue(uri.matches(), value);
                    assertFalse(uri.group(1).equals(map), "the same map again");
                    assertTrue(map == null || discontinuity, "another map unsaid");
                    map = uri.group(1);
                }
                default -> throw new AssertionError("unknown tag " + tag);
            }
        }

        Item item(String address, Map<String, String> head, int index) {
            assertNotNull(seconds, "no EXTINF before " + address);
            long number = Long.parseLong(head.get("EXT-X-MEDIA-SEQUENCE")) + index;
            if (cc < 0) {
                cc = Long.parseLong(head.getOrDefault("EXT-X-DISCONTINUITY-SEQUENCE", "0"));
            }
            cc += discontinuity ? 1 : 0;
            Item item = new Item(number, cc, discontinuity, gap, map, start, seconds, address);
            discontinuity = false;
            gap = false;
            start = null;
            seconds = null;
            return item;
        }
    }
}
