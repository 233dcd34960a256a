package io.upriver.segment;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.media.Clips;
import io.upriver.model.BuiltInModels;
import io.upriver.model.EnlargingNetworks;
import io.upriver.observe.FrameCounter;
import io.upriver.observe.WayCounter;
import io.upriver.schemas.CanarySettings;
import io.upriver.schemas.Container;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.PictureSize;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.Shortcut;
import io.upriver.schemas.StreamSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real segments of 50 frames on a clock that goes on with every frame. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a stage that waits forever
class DeadlineTest {

    private static final int DEADLINE_MILLIS = 2000;
    private static final StreamSettings SETTINGS =
            StreamSettings.DEFAULT.withDeadlineMillis(DEADLINE_MILLIS);

    @TempDir static Path directory;

    private static WorkerCore core;
    private static byte[] clip;

    private final FrameCounter frames = new FrameCounter();
    private final WayCounter ways = new WayCounter();
    private final TestClock clock = new TestClock(frames);
    private final SegmentUpscaler upscaler = core.upscaler(WorkerCore.LIMITS, frames, ways, clock);
    private int sent;

    @BeforeAll
    static void makeClip() {
        core = new WorkerCore();
        BuiltInModels.addTo(core.models());
        clip =
                Clips.bytes(
                        Clips.make(
                                directory.resolve("clip.ts"), PICTURE + TONE + H264 + "-c:a aac"));
    }

    @AfterAll
    static void close() {
        core.close();
    }

    private static Segment segment(long sequence) {
        return Segment.of("cam-7", sequence, Container.MPEG_TS, clip);
    }

    /** The next segment of the stream, which was produced just now. */
    private SegmentResult.Upscaled next(StreamSettings settings) {
        long produced = clock.millis();
        SegmentResult result = upscaler.upscale(segment(sent++), settings, produced);
        long took = clock.millis() - produced;
        assertTrue(took <= DEADLINE_MILLIS, "took " + took);
        clock.advance(Math.max(0, DEADLINE_MILLIS - took));
        return assertInstanceOf(SegmentResult.Upscaled.class, result);
    }

    @Test
    void fallsToTheNextWayBeforeItIsLateAndClimbsBackByItself() {
        // Given a machine that keeps up
        clock.frameTakes(10);
        for (int i = 0; i < 3; i++) {
            assertEquals(Outcome.Method.NETWORK, next(SETTINGS).outcome().method());
        }

        // When it becomes so slow that 50 frames take 2 s
        clock.frameTakes(40);
        Outcome slow = next(SETTINGS).outcome();

        // Then
        assertEquals(Outcome.Method.PASSTHROUGH, slow.method());
        assertEquals("default", slow.shortcut().asked());
        assertEquals(Shortcut.Code.GIVEN_UP, slow.shortcut().code());
        assertEquals(slow.shortcut().message(), slow.reason());
        assertTrue(slow.reason().startsWith("behind schedule: default had "), slow.reason());

        // When it keeps up again
        clock.frameTakes(5);
        List<Outcome.Method> back = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            SegmentResult.Upscaled result = next(SETTINGS);
            back.add(result.outcome().method());
            assertEquals(50, result.outcome().framesOut());
        }

        // Then step by step
        assertEquals(Outcome.Method.PASSTHROUGH, back.get(0));
        assertTrue(back.contains(Outcome.Method.INTERPOLATED), back.toString());
        assertEquals(
                List.of(Outcome.Method.NETWORK, Outcome.Method.NETWORK),
                back.subList(10, 12),
                back.toString());
        Map<WayCounter.Way, Long> counts = ways.counts().get("cam-7");
        assertEquals(16, counts.values().stream().mapToLong(Long::longValue).sum());
        assertEquals(1, counts.get(new WayCounter.Way("passthrough", "given-up")));
        assertTrue(counts.get(new WayCounter.Way("interpolated", "held")) >= 2);
    }

    @Test
    void makesEveryFrameOfASegmentByOneWay() {
        // Given
        clock.frameTakes(40);

        // When
        SegmentResult.Upscaled result = next(SETTINGS);

        // Then
        assertArrayEquals(clip, result.segment().data());
        assertEquals(List.of(new PictureSize(128, 72)), result.outcome().sizes());
    }

    @Test
    void letsALateSegmentThroughAsItCame() {
        // Given
        long produced = clock.millis() - DEADLINE_MILLIS;

        // When
        var result = (SegmentResult.Upscaled) upscaler.upscale(segment(1), SETTINGS, produced);

        // Then
        Outcome outcome = result.outcome();
        assertEquals(Outcome.Method.PASSTHROUGH, outcome.method());
        assertEquals(1, outcome.scale());
        assertEquals(50, outcome.framesOut());
        assertEquals(List.of(new PictureSize(128, 72)), outcome.sizes());
        assertEquals(Shortcut.Code.LATE, outcome.shortcut().code());
        assertEquals(segment(1), result.segment());
        assertNull(result.quality());
        assertEquals(0, frames.frames());
    }

    @Test
    void movesALateSegmentIntoTheContainerOfItsStreamWithoutDecodingIt() {
        for (Container wanted : List.of(Container.MP4, Container.MATROSKA)) {
            // When
            var result =
                    (SegmentResult.Upscaled)
                            upscaler.passThrough(
                                    segment(1),
                                    SETTINGS.withContainer(wanted),
                                    clock.millis() - DEADLINE_MILLIS);

            // Then
            assertEquals(wanted, result.segment().container());
            assertNull(result.outcome().note());
            Path given = Clips.write(directory.resolve("given.ts"), clip);
            Path moved = Clips.write(directory.resolve("moved.bin"), result.segment().data());
            assertEquals(Clips.frameHashes(given, 0), Clips.frameHashes(moved, 0));
            assertEquals(Clips.soundMd5(given), Clips.soundMd5(moved));
        }
        assertEquals(0, frames.frames());
    }

    @Test
    void rejectsWhatItCannotReadHoweverLateItIs() {
        // Given
        Segment broken = Segment.of("cam-7", 1, Container.MPEG_TS, new byte[400]);

        // When
        for (SegmentResult result :
                List.of(
                        upscaler.passThrough(broken, SETTINGS, 0),
                        upscaler.upscale(broken, SETTINGS, 0))) {
            // Then
            var rejected = assertInstanceOf(SegmentResult.Rejected.class, result);
            assertEquals(Rejection.Code.UNREADABLE_MEDIA, rejected.rejection().code());
        }
    }

    @Test
    void saysNothingOfAModelOnTrialThatHadNoTime() {
        // Given
        core.models().publish("tried", BuiltInModels.fileOfDefault());
        core.models()
                .tryOut(
                        "tried",
                        EnlargingNetworks.linear(2),
                        null,
                        CanarySettings.DEFAULT.withShare(1));
        StreamSettings settings = SETTINGS.withModel("tried");
        clock.frameTakes(10);
        assertTrue(next(settings).canary() != null, "it is tried");

        // When
        clock.frameTakes(40);
        SegmentResult.Upscaled result = next(settings);

        // Then
        assertEquals("tried", result.outcome().shortcut().asked());
        assertNull(result.canary());
    }

    @Test
    void takesItsTimeWhereThereIsNoDeadline() {
        // Given
        clock.frameTakes(1000);

        // When
        var result =
                (SegmentResult.Upscaled)
                        upscaler.upscale(segment(1), StreamSettings.DEFAULT, clock.millis());

        // Then
        assertEquals(Outcome.Method.NETWORK, result.outcome().method());
        assertNull(result.outcome().shortcut());
        assertEquals(Map.of("cam-7", Map.of(new WayCounter.Way("network", ""), 1L)), ways.counts());
    }
}
