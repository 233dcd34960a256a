package io.upriver.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClockMenderTest {

    private static final long FRAME_TICKS = 3600;

    @TempDir static Path directory;

    private static Path clip;

    @BeforeAll
    static void makeAClip() {
        clip =
                Clips.make(
                        directory.resolve("clip.ts"),
                        Clips.PICTURE + Clips.TONE + Clips.H264 + "-c:a aac");
    }

    @Test
    void letsAClockThatStartsAgainGoOn() {
        // Given two copies of a recording of 50 pictures, one after the other
        Path twice = joined("twice.ts", clip, clip);

        // Then the 100 pictures follow each other at the same distance
        try (Demuxer demuxer = Demuxer.open(twice)) {
            List<Long> times = pictureTimes(demuxer);
            assertEquals(100, times.size());
            for (int i = 1; i < times.size(); i++) {
                assertEquals(FRAME_TICKS, times.get(i) - times.get(i - 1), "picture " + i);
            }
            assertEquals(1, demuxer.clockJumps());
        }
    }

    @Test
    void keepsSoundAndPictureTogetherAcrossAJump() {
        // Given a second part that begins an hour later
        Path later =
                Clips.make(
                        directory.resolve("later.ts"),
                        clip,
                        "-i FILE -c copy -output_ts_offset 3600");
        Path both = joined("both.ts", clip, later);

        // Then sound and picture are as far from each other behind the jump as before it
        try (Demuxer demuxer = Demuxer.open(both)) {
            List<List<Long>> times = List.of(new ArrayList<>(), new ArrayList<>());
            for (Packet packet = demuxer.read(); packet != null; packet = demuxer.read()) {
                times.get(packet.trackIndex()).add(packet.dtsTicks());
                packet.close();
            }
            int pictures = times.get(0).size() / 2;
            int sounds = times.get(1).size() / 2;
            long before = times.get(1).get(0) - times.get(0).get(0);
            long after = times.get(1).get(sounds) - times.get(0).get(pictures);
            assertTrue(
                    Math.abs(after - before) <= FRAME_TICKS,
                    before + " before, " + after + " after");
            assertTrue(times.get(0).get(2 * pictures - 1) < 90_000L * 10, "no hour is left");
        }
    }

    @Test
    void leavesAGapOfAFewSecondsAsItIs() {
        // Given a second part that begins 5 s later: something that a recording may lack
        Path later =
                Clips.make(
                        directory.resolve("gap.ts"), clip, "-i FILE -c copy -output_ts_offset 7");
        Path both = joined("gaps.ts", clip, later);

        // Then
        try (Demuxer demuxer = Demuxer.open(both)) {
            List<Long> times = pictureTimes(demuxer);
            assertTrue(times.get(50) - times.get(49) > 4 * 90_000L, "a gap");
            assertEquals(Clips.packets(both, "v:0", "pts").stream().sorted().toList(), times);
            assertEquals(0, demuxer.clockJumps());
        }
    }

    private static List<Long> pictureTimes(Demuxer demuxer) {
        int picture = demuxer.mainVideo().index();
        List<Long> times = new ArrayList<>();
        for (Packet packet = demuxer.read(); packet != null; packet = demuxer.read()) {
            if (packet.trackIndex() == picture) {
                times.add(packet.ptsTicks());
            }
            packet.close();
        }
        times.sort(null);
        return times;
    }

    private static Path joined(String name, Path... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Path part : parts) {
            bytes.writeBytes(Clips.bytes(part));
        }
        return Clips.write(directory.resolve(name), bytes.toByteArray());
    }
}
