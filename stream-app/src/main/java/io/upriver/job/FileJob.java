package io.upriver.job;

import io.upriver.admin.ModelRecords;
import io.upriver.egress.FileWriter;
import io.upriver.egress.UpscaledReader;
import io.upriver.ingest.FileIngest;
import io.upriver.kafka.KafkaAccess;
import io.upriver.media.FileFormat;
import io.upriver.media.LargestPicture;
import io.upriver.media.Splitter;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Upscales one file through Kafka: settings and segments in, upscaled segments out, put together in
 * order.
 *
 * <p>A client of the service like any other: it knows topics, not workers. {@link #run} in one
 * thread; {@link #cancel} and the counts from any.
 */
public final class FileJob {

    private static final Duration POLL = Duration.ofMillis(100);

    /** Segments of a file are at least so long. */
    public static final double SEGMENT_SECONDS = 2;

    private final Path input;
    private final Path output;
    private final Path unfinished;
    private final FileFormat format;
    private final StreamSettings settings;
    private final byte @Nullable [] modelFile;
    private final KafkaAccess access;
    private final Topics topics;
    private final int partitions;
    private final String streamId;
    private final LargestPicture largest;
    private final AtomicLong arrivedFrames = new AtomicLong();
    private final List<Outcome> outcomes = new ArrayList<>(); // guarded by itself
    private volatile boolean cancelled;

    /**
     * What came of it.
     *
     * @param framesExpected by the packets of the input
     * @param notes what is different from the input and why, in sentences
     */
    public record Result(
            long frames,
            long framesExpected,
            long segments,
            List<Outcome> outcomes,
            List<String> notes) {}

    /**
     * @param format of the output
     * @param modelFile a network for this job only, or null for the one named in the settings
     * @param largest the largest of its pictures that is decoded here
     */
    public FileJob(
            Path input,
            Path output,
            FileFormat format,
            StreamSettings settings,
            byte @Nullable [] modelFile,
            KafkaAccess access,
            Topics topics,
            int partitions,
            String streamId,
            LargestPicture largest) {
        this.input = input;
        this.output = output;
        this.unfinished =
                output.resolveSibling("." + output.getFileName() + "." + streamId + ".part");
        this.format = format;
        this.settings = settings;
        this.modelFile = modelFile;
        this.access = access;
        this.topics = topics;
        this.partitions = partitions;
        this.streamId = streamId;
        this.largest = largest;
    }

    /** Frames that have come back. */
    public long framesDone() {
        return arrivedFrames.get();
    }

    /** How much of the output is written, until it is there. */
    long bytesWritten() {
        try {
            return Files.size(unfinished);
        } catch (IOException e) {
            return 0; // not begun yet, or whole
        }
    }

    /** What was done with the segments that have come back, in the order of their coming. */
    public List<Outcome> outcomes() {
        synchronized (outcomes) {
            return List.copyOf(outcomes);
        }
    }

    /** Ends the job as soon as possible; {@link #run} then throws. */
    public void cancel() {
        cancelled = true;
    }

    /**
     * Does the job. The output is there when this returns, and not before.
     *
     * @param tick called several times a second
     */
    public Result run(Runnable tick) {
        try (Splitter splitter =
                        new Splitter(
                                input,
                                SEGMENT_SECONDS,
                                access.maxMessageBytes() - KafkaAccess.OVERHEAD_BYTES,
                                largest);
                FileWriter writer = new FileWriter(input, unfinished, format);
                UpscaledReader reader = new UpscaledReader(streamId, topics, partitions, access)) {
            announce(true);
            FileIngest ingest =
                    new FileIngest(
                            streamId,
                            topics.segments(),
                            partitions,
                            splitter,
                            access,
                            3 * partitions);
            Thread sending = new Thread(ingest::run, "ingest-" + streamId);
            sending.start();
            try {
                collect(ingest, reader, writer, tick);
            } finally {
                ingest.cancel();
                join(sending);
                announce(false);
            }
            writer.finish();
            Files.move(unfinished, output, StandardCopyOption.REPLACE_EXISTING);
            List<Outcome> all = outcomes();
            return new Result(
                    writer.frames(),
                    ingest.frames() + splitter.framesMissing(),
                    reader.handedOn(),
                    all,
                    notes(splitter, writer, all));
        } catch (IOException e) {
            throw new IllegalStateException("cannot write " + output + ": " + e.getMessage(), e);
        } finally {
            deleteQuietly(unfinished);
        }
    }

    private void collect(
            FileIngest ingest, UpscaledReader reader, FileWriter writer, Runnable tick) {
        while (!(ingest.isComplete() && reader.handedOn() == ingest.segments())) {
            if (cancelled) {
                throw new IllegalStateException("stopped; " + output + " was not written");
            }
            Exception failure = ingest.failure();
            if (failure != null) {
                throw new IllegalStateException(failure.getMessage(), failure);
            }
            reader.poll(
                    POLL,
                    arrival -> {
                        arrivedFrames.addAndGet(arrival.outcome().framesOut());
                        synchronized (outcomes) {
                            outcomes.add(arrival.outcome());
                        }
                        ingest.segmentDone();
                    },
                    arrival -> writer.append(arrival.segment().data(), arrival.outcome().sizes()));
            tick.run();
        }
    }

    private static List<String> notes(
            Splitter splitter, FileWriter writer, List<Outcome> outcomes) {
        List<String> notes = new ArrayList<>(writer.notes());
        outcomes.stream()
                .map(Outcome::note)
                .filter(Objects::nonNull)
                .distinct()
                .forEach(notes::add);
        String damage = splitter.source().damage();
        if (damage != null) {
            notes.add("the input could not be read to its end: " + damage);
        }
        return notes;
    }

    /**
     * Writes the job's settings, and its model if it has its own, before the first segment; takes
     * them back after.
     */
    private void announce(boolean begin) {
        byte[] key = streamId.getBytes(StandardCharsets.UTF_8);
        try (Producer<byte[], byte[]> producer = access.producer()) {
            if (modelFile != null) {
                String topic = topics.models();
                producer.send(
                                begin
                                        ? ModelRecords.passing(topic, streamId, modelFile)
                                        : ModelRecords.none(topic, ModelKey.current(streamId)))
                        .get();
            }
            producer.send(
                            new ProducerRecord<>(
                                    topics.streams(), key, begin ? settings.toJson() : null))
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "stream " + streamId + ": settings not sent: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stream " + streamId + ": interrupted", e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // Nothing more can be done about it.
        }
    }
}
