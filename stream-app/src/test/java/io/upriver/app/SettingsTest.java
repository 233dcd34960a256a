package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithDefault;
import io.upriver.media.LargestPicture;
import io.upriver.model.ModelLimits;
import io.upriver.model.TrustedKey;
import io.upriver.segment.PictureLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {

    private static final String NAME = "upriver.segment.largest-picture";

    @Test
    void letPicturesThroughUpTo8kAndMakeThemTwiceAsLarge() throws NoSuchMethodException {
        assertEquals(
                PictureLimits.DEFAULT,
                new PictureLimits(
                        read(defaultOf("largestPicture")),
                        read(defaultOf("largestUpscaledPicture"))));
    }

    /** As the framework does it at start. */
    @Test
    void refuseAWrongSizeByItsName() {
        Exception refusal = assertThrows(IllegalArgumentException.class, () -> read("very large"));

        assertTrue(refusal.getMessage().contains(NAME), refusal.getMessage());
        assertTrue(
                refusal.getMessage()
                        .contains("expected a size such as 8192x4320, got 'very large'"),
                refusal.getMessage());
    }

    @Test
    void refuseAWrongKeyByItsName() {
        // Given
        String name = "upriver.models.trusted-keys";
        SmallRyeConfig config =
                new SmallRyeConfigBuilder()
                        .withConverter(TrustedKey.class, 100, new TrustedKeyConverter())
                        .withSources(new PropertiesConfigSource(Map.of(name, "AAAA"), "test", 100))
                        .build();

        // When
        Exception refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> config.getValues(name, TrustedKey.class));

        // Then
        assertTrue(refusal.getMessage().contains(name), refusal.getMessage());
        assertTrue(
                refusal.getMessage().contains("expected an Ed25519 public key in base64"),
                refusal.getMessage());
    }

    @Test
    void letModelsThroughAsTheModelsThemselvesDo() throws NoSuchMethodException {
        assertEquals(ModelLimits.DEFAULT, Wiring.limits(Models.byDefault()));
    }

    @Test
    void refuseLimitsOfModelsByTheirNames() {
        assertRefused(
                "upriver.models.max-bytes: expected at least 1, got 0",
                new Models(0, 1, 1, Duration.ofMinutes(1)));
        assertRefused(
                "upriver.models.max-frame-bytes: expected at least 1, got -4",
                new Models(1, -4, 1, Duration.ofMinutes(1)));
        assertRefused(
                "upriver.models.max-frame-multiply-adds: expected at least 1, got 0",
                new Models(1, 1, 0, Duration.ofMinutes(1)));
        assertRefused(
                "upriver.models.trial: expected more than no time, got PT0S",
                new Models(1, 1, 1, Duration.ZERO));
    }

    @Test
    void refuseLimitsOfJobsByTheirNames() {
        Duration day = Duration.ofDays(1);
        assertRefused(
                "upriver.jobs.running: expected at least 1, got 0", new Jobs(0, 1, 1, 1, day, day));
        assertRefused(
                "upriver.jobs.waiting: expected at least 0, got -1",
                new Jobs(1, -1, 1, 1, day, day));
        assertRefused(
                "upriver.jobs.max-bytes: expected at least 1, got 0",
                new Jobs(1, 1, 0, 1, day, day));
        assertRefused(
                "upriver.jobs.folder-max-bytes: expected at least 10, got 9",
                new Jobs(1, 1, 10, 9, day, day));
        assertRefused(
                "upriver.jobs.keep: expected more than no time, got PT0S",
                new Jobs(1, 1, 1, 1, Duration.ZERO, day));
        assertRefused(
                "upriver.jobs.fetch-time: expected more than no time, got PT-1S",
                new Jobs(1, 1, 1, 1, day, Duration.ofSeconds(-1)));
    }

    private static void assertRefused(String words, Jobs jobs) {
        assertEquals(
                words,
                assertThrows(IllegalArgumentException.class, () -> Wiring.limits(jobs))
                        .getMessage());
    }

    private record Jobs(
            int running,
            int waiting,
            long maxBytes,
            long folderMaxBytes,
            Duration keep,
            Duration fetchTime)
            implements Settings.Jobs {

        @Override
        public Optional<String> folder() {
            return Optional.empty();
        }

        @Override
        public boolean privateAddresses() {
            return false;
        }
    }

    @Test
    void refuseLimitsOfLiveStreamsByTheirNames() {
        assertRefused(
                "upriver.live.window: expected a second to an hour, got PT0.5S",
                new Live(Duration.ofMillis(500), 1, 1));
        assertRefused(
                "upriver.live.cache-bytes: expected at least 0, got -1",
                new Live(Duration.ofMinutes(1), -1, 1));
        assertRefused(
                "upriver.live.max-streams: expected at least 1, got 0",
                new Live(Duration.ofMinutes(1), 0, 0));
    }

    private static void assertRefused(String words, Live live) {
        LargestPicture any = new LargestPicture(1920, 1080);
        assertEquals(
                words,
                assertThrows(IllegalArgumentException.class, () -> Wiring.limits(live, any))
                        .getMessage());
    }

    private record Live(Duration window, long cacheBytes, int maxStreams)
            implements Settings.Live {}

    private static void assertRefused(String words, Models models) {
        assertEquals(
                words,
                assertThrows(IllegalArgumentException.class, () -> Wiring.limits(models))
                        .getMessage());
    }

    @Test
    void refuseLimitsOfPushersByTheirNames() {
        assertEquals(
                "upriver.ingest.max-streams: expected at least 1, got 0",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Wiring.limits(new Ingest(0, 20), 10))
                        .getMessage());
        assertEquals(
                "upriver.ingest.max-memory-bytes: expected at least max-segment-bytes, 10, got 9",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Wiring.limits(new Ingest(1, 9), 10))
                        .getMessage());
        assertEquals(10, Wiring.limits(new Ingest(1, 20), 10).maxSegmentBytes());
    }

    private record Ingest(int maxStreams, int maxMemoryBytes) implements Settings.Ingest {

        @Override
        public int maxSegmentBytes() {
            return 1000;
        }

        @Override
        public long maxBytesPerSecond() {
            return 1;
        }

        @Override
        public int maxBacklog() {
            return 1;
        }

        @Override
        public Duration segment() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration waitForSound() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration idle() {
            return Duration.ofSeconds(1);
        }
    }

    private record Models(
            int maxBytes, long maxFrameBytes, long maxFrameMultiplyAdds, Duration trial)
            implements Settings.Models {

        static Models byDefault() throws NoSuchMethodException {
            return new Models(
                    Integer.parseInt(of("maxBytes")),
                    Long.parseLong(of("maxFrameBytes")),
                    Long.parseLong(of("maxFrameMultiplyAdds")),
                    Duration.parse(of("trial")));
        }

        private static String of(String method) throws NoSuchMethodException {
            return Settings.Models.class.getMethod(method).getAnnotation(WithDefault.class).value();
        }

        @Override
        public Optional<List<TrustedKey>> trustedKeys() {
            return Optional.empty();
        }
    }

    private static String defaultOf(String method) throws NoSuchMethodException {
        return Settings.Segment.class.getMethod(method).getAnnotation(WithDefault.class).value();
    }

    private static LargestPicture read(String value) {
        return new SmallRyeConfigBuilder()
                .withConverter(LargestPicture.class, 100, new LargestPictureConverter())
                .withSources(new PropertiesConfigSource(Map.of(NAME, value), "test", 100))
                .build()
                .getValue(NAME, LargestPicture.class);
    }
}
