package io.upriver.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.app.FileUpscaling;
import io.upriver.media.Clips;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A hundred segments of a second, upscaled one by one with the network that comes with the program,
 * and put together again by those who did not make them: the ffmpeg program, and hls.js in
 * Chromium. Only with the profile {@code browser}: {@code .ci/browser} runs it.
 */
@Tag("browser")
class HlsPlaybackTest {

    /** How much faster than in life the stream comes and is played: a hundred seconds are long. */
    private static final int SPEED = 2;

    private static final double EXPECTED_SECONDS = (double) LiveSegments.COUNT / SPEED;
    private static final double SLACK_SECONDS = 5;
    private static final double LONGEST_HALT_SECONDS = 1;
    private static final double LARGEST_HOLE_SECONDS = 0.1;

    @TempDir static Path directory;

    private static final Map<Container, HlsStream> GIVEN = new EnumMap<>(Container.class);
    private static final Map<Container, HlsStream> UPSCALED = new EnumMap<>(Container.class);

    @BeforeAll
    static void upscale() throws Exception {
        Path clip = LiveSegments.clip(directory.resolve("clip.mp4"));
        try (FileUpscaling worker = FileUpscaling.withNetworks()) {
            for (Container container : List.of(Container.MPEG_TS, Container.MP4)) {
                List<byte[]> given =
                        LiveSegments.cut(clip, directory.resolve(container.name()), container);
                assertEquals(LiveSegments.COUNT, given.size());
                List<byte[]> upscaled = new ArrayList<>();
                for (int i = 0; i < given.size(); i++) {
                    Segment segment =
                            new Segment(
                                    "cam",
                                    i,
                                    container,
                                    given.get(i),
                                    1000,
                                    false,
                                    i == given.size() - 1,
                                    null,
                                    null);
                    upscaled.add(worker.upscale(segment, StreamSettings.DEFAULT));
                }
                GIVEN.put(container, new HlsStream(container, given));
                UPSCALED.put(container, new HlsStream(container, upscaled));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MPEG_TS", "MP4"})
    @Timeout(60)
    void decodeWithoutAComplaintWhenPutTogether(Container container) {
        // Given
        HlsStream upscaled = UPSCALED.get(container);
        Path before = Clips.write(directory.resolve("given"), GIVEN.get(container).joined());

        // When
        Path whole = Clips.write(directory.resolve("whole"), upscaled.joined());

        // Then: the null muxer does not look at decoding times, Matroska's does
        assertEquals(List.of(), Clips.warnings(whole, "-i FILE -f null -"));
        assertEquals(List.of(), Clips.warnings(whole, "-i FILE -c copy -f matroska /dev/null"));
        assertEquals(
                LiveSegments.COUNT * LiveSegments.FRAMES_PER_SECOND,
                Clips.frameSeconds(whole).size());
        assertEquals(Clips.frameSeconds(before), Clips.frameSeconds(whole));
        assertEquals(Clips.packetHashes(before).get(1), Clips.packetHashes(whole).get(1));
    }

    /** Both at the same time, in two windows: it takes long enough. */
    @Test
    @Timeout(90)
    void playInABrowserWithoutAStall() throws Exception {
        try (HlsServer transport = new HlsServer(UPSCALED.get(Container.MPEG_TS), SPEED);
                HlsServer fragments = new HlsServer(UPSCALED.get(Container.MP4), SPEED)) {
            // When
            List<Playback> playbacks =
                    Playback.of(
                            List.of(transport.page(), fragments.page()),
                            Duration.ofSeconds((long) (EXPECTED_SECONDS + 4 * SLACK_SECONDS)));

            // Then
            System.out.println("MPEG-TS at speed %d: %s".formatted(SPEED, playbacks.get(0)));
            System.out.println("MP4 at speed %d: %s".formatted(SPEED, playbacks.get(1)));
            playbacks.forEach(HlsPlaybackTest::expectAWholeStream);
        }
    }

    private static void expectAWholeStream(Playback playback) {
        assertEquals(List.of(), playback.errors());
        assertEquals(List.of(), playback.warnings());
        assertTrue(playback.ended(), () -> "expected the end, got " + playback.position());
        assertEquals(2 * LiveSegments.WIDTH, playback.width());
        assertEquals(2 * LiveSegments.HEIGHT, playback.height());
        assertEquals(LiveSegments.COUNT, playback.position(), LARGEST_HOLE_SECONDS);
        assertTrue(
                playback.playedIn() <= EXPECTED_SECONDS + SLACK_SECONDS,
                () -> "played in %.1f s".formatted(playback.playedIn()));
        assertTrue(
                playback.longestHalt() <= LONGEST_HALT_SECONDS,
                () -> "stood still for %.2f s".formatted(playback.longestHalt()));
        assertEquals(1, playback.buffered().size(), () -> "ranges " + playback.buffered());
        List<Double> range = playback.buffered().get(0);
        assertEquals(0, range.get(0), LARGEST_HOLE_SECONDS);
        assertEquals(LiveSegments.COUNT, range.get(1), LARGEST_HOLE_SECONDS);
    }
}
