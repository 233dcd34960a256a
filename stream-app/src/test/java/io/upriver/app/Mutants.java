package io.upriver.app;

import io.upriver.egress.FileWriter;
import io.upriver.ingest.FileIngest;
import io.upriver.media.MediaException;
import io.upriver.media.Splitter;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.VideoEncoding;
import io.upriver.segment.PictureLimits;
import io.upriver.segment.SegmentResult;
import io.upriver.segment.SegmentUpscaler;
import io.upriver.segment.WorkerCore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Damaged files through everything that touches media, without a broker in between: as a file that
 * is split, upscaled and written, and as a segment of a live stream. Each must end in a result or
 * in a refusal, in time, and a refusal in a sentence.
 */
final class Mutants implements AutoCloseable {

    private static final StreamSettings SETTINGS =
            StreamSettings.DEFAULT
                    .withModel("none")
                    .withEncoding(VideoEncoding.of(Codec.H264).withPreset("ultrafast"));
    private static final int MAX_BYTES = 32 << 20;

    /** Well above what a worker's own deadline should take to be noticed. */
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int AT_A_TIME = Runtime.getRuntime().availableProcessors();

    /** A damaged file on its way. */
    private record Sent(String what, Mutator.Damage damage, Future<End> end) {}

    private static final Pattern FFMPEGS_CALL =
            Pattern.compile(
                    "^(stream mutant segment \\d+: )?(FFmpeg failed in|[a-z]+_[a-z0-9_]+:)");

    private static final int FEWEST_WORDS = 5;

    /** How often it ended which way, by kind of damage. */
    enum End {
        UPSCALED,
        REFUSED
    }

    private final Path directory;
    private final WorkerCore core = new WorkerCore();
    private final ExecutorService running = Executors.newFixedThreadPool(AT_A_TIME);
    private final Deque<Sent> sent = new ArrayDeque<>();
    private final SegmentUpscaler upscaler = core.upscaler(WorkerCore.limits(DEADLINE, MAX_BYTES));
    private final Map<Mutator.Damage, Map<End, Integer>> ends = new EnumMap<>(Mutator.Damage.class);

    Mutants(Path directory) {
        this.directory = directory;
    }

    /**
     * Sends one damaged file through, while others are on their way.
     *
     * @throws AssertionError with the seed where an earlier one ends in neither way
     */
    void send(byte[] original, byte[] other, String name, long seed) {
        if (sent.size() == AT_A_TIME) {
            awaitOldest();
        }
        Mutator mutator = new Mutator(seed);
        byte[] bytes = mutator.damage(original, other);
        Future<End> end =
                running.submit(() -> seed % 3 == 0 ? live(bytes) : file(bytes, seed + "-" + name));
        String what = name + ", seed " + seed + ", " + mutator.latest();
        sent.add(new Sent(what, mutator.latest(), end));
    }

    /**
     * Waits for all that are on their way.
     *
     * @throws AssertionError with the seed where one ends in neither way
     */
    void awaitAll() {
        while (!sent.isEmpty()) {
            awaitOldest();
        }
    }

    private void awaitOldest() {
        Sent oldest = sent.remove();
        Map<End, Integer> counts =
                ends.computeIfAbsent(oldest.damage(), any -> new EnumMap<>(End.class));
        try {
            End end = oldest.end().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            counts.merge(end, 1, Integer::sum);
        } catch (TimeoutException e) {
            throw new AssertionError(oldest.what() + ": not done after " + PATIENCE, e);
        } catch (ExecutionException e) {
            throw new AssertionError(oldest.what() + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(oldest.what() + ": interrupted", e);
        }
    }

    private End live(byte[] bytes) {
        Container container =
                bytes.length > 0 && bytes[0] == 0x47 ? Container.MPEG_TS : Container.MP4;
        Segment segment = new Segment("mutant", 0, container, bytes, 0, false, true, null, null);
        return endOf(upscaler.upscale(segment, SETTINGS));
    }

    private static End endOf(SegmentResult result) {
        return result instanceof SegmentResult.Rejected rejected
                ? refused(rejected.rejection().message())
                : End.UPSCALED;
    }

    /**
     * @throws AssertionError if the reason is nothing that tells a person what is wrong
     */
    private static End refused(String reason) {
        if (FFMPEGS_CALL.matcher(reason).find()
                || reason.split(" ", -1).length < FEWEST_WORDS
                || reason.codePoints().anyMatch(Character::isISOControl)) {
            throw new AssertionError("expected a sentence, got: " + reason);
        }
        return End.REFUSED;
    }

    private End file(byte[] bytes, String name) throws IOException {
        Path file = Files.write(directory.resolve("mutant-" + name), bytes);
        Path out = directory.resolve("mutant-" + name + ".out.mkv");
        try (Splitter splitter = new Splitter(file, 2, MAX_BYTES, PictureLimits.DEFAULT.taken());
                FileWriter writer = new FileWriter(file, out, "out.mkv")) {
            long sequence = 0;
            for (Splitter.Piece piece = splitter.next(); piece != null; piece = splitter.next()) {
                Segment segment = FileIngest.segmentOf("mutant", sequence++, piece, false);
                SegmentResult result = upscaler.upscale(segment, SETTINGS);
                if (!(result instanceof SegmentResult.Upscaled upscaled)) {
                    return endOf(result);
                }
                writer.append(upscaled.segment().data());
            }
            writer.finish();
            return End.UPSCALED;
        } catch (MediaException e) {
            return refused(e.getMessage());
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(out);
        }
    }

    /** How many ended which way, a line for each kind of damage. */
    List<String> table() {
        return ends.entrySet().stream()
                .map(
                        e ->
                                "%-16s upscaled %5d, refused %5d"
                                        .formatted(
                                                e.getKey(),
                                                e.getValue().getOrDefault(End.UPSCALED, 0),
                                                e.getValue().getOrDefault(End.REFUSED, 0)))
                .toList();
    }

    @Override
    public void close() {
        running.shutdown();
        core.close();
    }
}
