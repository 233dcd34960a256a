package io.upriver.schemas;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Random but repeatable records for the tests: every sample obeys the rules of its record. */
final class Samples {

    // plain, spaces, a slash, letters of several scripts, a character outside the first plane
    private static final String[] NAMES = {
        "cam-7", "a", "två kameror", "studio/1", "カメラ", "\uD83C\uDFA5", "x".repeat(249)
    };
    private static final String[] REASONS = {"no model", "it's \"quoted\"", "naïve, über, 速い"};

    private final Random random;

    Samples(long seed) {
        random = new Random(seed);
    }

    String name() {
        return NAMES[random.nextInt(NAMES.length)];
    }

    Segment segment() {
        return new Segment(
                name(),
                count(),
                pick(Container.values()),
                bytes(1 + random.nextInt(400)),
                random.nextBoolean() ? 0 : count(),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean() ? null : range(),
                random.nextBoolean() ? null : traceparent());
    }

    PresentationRange range() {
        long start = random.nextLong() >> 2;
        return random.nextBoolean()
                ? PresentationRange.from(start)
                : new PresentationRange(start, start + 1 + random.nextInt(1_000_000));
    }

    Outcome outcome() {
        Outcome.Method method = pick(Outcome.Method.values());
        boolean network = method == Outcome.Method.NETWORK;
        return new Outcome(
                method,
                network ? null : pick(REASONS),
                random.nextBoolean() ? null : pick(REASONS),
                random.nextBoolean()
                        ? null
                        : new Shortcut(name(), pick(Shortcut.Code.values()), pick(REASONS)),
                network ? "sha256:" + Long.toHexString(random.nextLong()) : null,
                method == Outcome.Method.PASSTHROUGH ? 1 : 1 + random.nextInt(8),
                count(),
                count(),
                count(),
                count(),
                Stream.generate(this::pictureSize).limit(random.nextInt(4)).toList(),
                count(),
                count(),
                count(),
                count(),
                "worker-" + random.nextInt(9));
    }

    private PictureSize pictureSize() {
        return new PictureSize(1 + random.nextInt(999_999), 1 + random.nextInt(999_999));
    }

    Rejection rejection() {
        return new Rejection(
                pick(Rejection.Code.values()),
                pick(REASONS),
                random.nextInt(4) == 0 ? null : name(),
                count(),
                "worker-" + random.nextInt(9));
    }

    StreamSettings streamSettings() {
        StreamSettings.Codec codec = pick(StreamSettings.Codec.values());
        int worst = codec == StreamSettings.Codec.AV1 ? 63 : 51;
        boolean byQuality = random.nextBoolean();
        return new StreamSettings(
                1 + random.nextInt(8),
                pick(
                        new String[] {
                            StreamSettings.NO_MODEL,
                            name(),
                            "sha256:" + "0123456789abcdef".repeat(4)
                        }),
                new VideoEncoding(
                        codec,
                        random.nextBoolean() ? null : "h264_nvenc",
                        byQuality ? random.nextInt(worst + 1) : null,
                        byQuality || random.nextBoolean() ? null : 1000 + random.nextInt(1 << 30),
                        random.nextBoolean() ? null : "p4",
                        random.nextBoolean() ? null : 1 + random.nextInt(100_000),
                        random.nextBoolean() ? null : "yuv420p10le"),
                random.nextBoolean() ? null : "cuda",
                pick(StreamSettings.Deinterlace.values()),
                random.nextBoolean() ? null : pick(holding(codec)),
                pick(StreamSettings.WithoutModel.values()),
                random.nextBoolean() ? null : 1 + random.nextInt(86_400_000));
    }

    private static Container[] holding(StreamSettings.Codec codec) {
        return codec == StreamSettings.Codec.AV1
                ? new Container[] {Container.MP4, Container.MATROSKA}
                : Container.values();
    }

    SegmentReport segmentReport() {
        if (random.nextBoolean()) {
            return SegmentReport.rejected(rejection(), count(), moment(), count());
        }
        return new SegmentReport(
                name(),
                count(),
                outcome(),
                null,
                random.nextBoolean() ? null : quality(),
                random.nextBoolean() ? null : canaryAccount(),
                count(),
                count(),
                moment(),
                count());
    }

    private @Nullable Long moment() {
        return random.nextBoolean() ? null : count();
    }

    Quality quality() {
        return new Quality(
                60 * random.nextDouble(),
                3 * random.nextDouble(),
                random.nextDouble(),
                100 * random.nextDouble());
    }

    CanaryAccount canaryAccount() {
        return random.nextBoolean()
                ? new CanaryAccount("sha256:3", pick(REASONS), null)
                : new CanaryAccount("sha256:3", null, random.nextBoolean() ? null : quality());
    }

    CanarySettings canarySettings() {
        boolean byName = random.nextBoolean();
        return new CanarySettings(
                byName ? 0 : 1 - random.nextDouble(),
                byName ? List.of(name(), name()) : List.of(),
                random.nextBoolean(),
                1 + random.nextInt(1000),
                random.nextInt(10),
                random.nextDouble(),
                random.nextDouble(),
                random.nextDouble(),
                2 * random.nextDouble());
    }

    ModelStatus modelStatus() {
        ModelStatus.State state = pick(ModelStatus.State.values());
        return new ModelStatus(
                "worker-" + random.nextInt(9),
                name(),
                state == ModelStatus.State.WITHDRAWN && random.nextBoolean() ? null : "sha256:1",
                state,
                state != ModelStatus.State.REFUSED && random.nextBoolean() ? null : pick(REASONS),
                random.nextInt(9),
                count());
    }

    ModelMetadata modelMetadata() {
        return new ModelMetadata(
                name(),
                1 + random.nextInt(8),
                pick(ModelMetadata.Planes.values()),
                1 + random.nextInt(16),
                1 + random.nextInt(99),
                random.nextBoolean() ? null : "{\"blocks\":" + random.nextInt(9) + "}",
                random.nextBoolean() ? null : count(),
                maybe("sha256:2"),
                maybe("steps=3"),
                random.nextBoolean() ? null : random.nextLong(),
                maybe("{\"psnr\":33.1}"),
                maybe("teacher"),
                maybe("us"));
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    <T> T pick(T[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private @Nullable String maybe(String text) {
        return random.nextBoolean() ? null : text;
    }

    // of every magnitude, zero and the largest included
    private long count() {
        return (random.nextLong() & Long.MAX_VALUE) >>> random.nextInt(64);
    }

    private String traceparent() {
        return String.format(
                Locale.ROOT,
                "00-%016x%016x-%016x-%02x",
                random.nextLong(),
                random.nextLong() | 1,
                random.nextLong() | 1,
                random.nextInt(2));
    }
}
