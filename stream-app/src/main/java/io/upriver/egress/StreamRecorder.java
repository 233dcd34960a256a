package io.upriver.egress;

import io.upriver.media.FileFormat;
import io.upriver.media.MediaException;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes an upscaled live stream to a file, with its sound, as it comes.
 *
 * <p>Where size or codec change and the container has one for the whole file, the recording goes on
 * in another file, with a number in its name. MP4 is written in fragments, so what is there is
 * whole at any time. What is missing is counted. Not thread-safe.
 */
public final class StreamRecorder implements AutoCloseable {

    private static final int MOST_NOTES = 100;

    private final Path path;
    private final FileFormat format;
    private final RecordingClock clock = new RecordingClock();
    private final List<String> notes = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private final Set<Long> rejected = new TreeSet<>();
    private @Nullable RecordingFile file;
    private long startNanos; // of the file, on the recording's clock
    private long firstSequence = -1;
    private long lastSequence = -1;
    private long segments;
    private long framesBefore; // in files that are finished
    private long late;
    private long unreadable;

    /**
     * Writes nothing before the first segment comes.
     *
     * @param path the file, whose name's ending chooses the container
     * @throws MediaException if it chooses none
     */
    public StreamRecorder(Path path) {
        this.path = path;
        FileFormat named = FileFormat.ofName(path.getFileName().toString());
        this.format = named.canBeInFragments() ? named.inFragments() : named;
    }

    /**
     * Writes the next segment. One that comes behind a later one, such as a replay, is left out.
     *
     * @throws MediaException if the file cannot be written
     */
    public void append(Segment segment, Outcome outcome) {
        long sequence = segment.sequence();
        boolean startsAgain = segment.discontinuity() && sequence < firstSequence;
        if (sequence <= lastSequence && !startsAgain) {
            late++;
            return;
        }
        boolean isFirst = lastSequence < 0 || startsAgain;
        long missing = isFirst ? 0 : sequence - lastSequence - 1;
        firstSequence = isFirst ? sequence : firstSequence;
        lastSequence = sequence;
        try (RecordedSegment taken = read(segment)) {
            if (taken != null) {
                write(taken, missing);
                segments++;
            }
        }
        if (outcome.note() != null) {
            note(outcome.note());
        }
    }

    /** A stream may go on for days, and say the same of each of its segments. */
    private void note(String sentence) {
        if (notes.size() < MOST_NOTES && !notes.contains(sentence)) {
            notes.add(sentence);
        }
    }

    private @Nullable RecordedSegment read(Segment segment) {
        try {
            return new RecordedSegment(segment.data());
        } catch (MediaException e) {
            unreadable++;
            note(segment.label() + " left out: " + e.getMessage());
            return null;
        }
    }

    private void write(RecordedSegment segment, long missing) {
        if (file != null && !file.takes(segment)) {
            note(
                    "%s ends where the picture changes from %s to %s"
                            .formatted(file.path(), file.size(), segment.size()));
            finish();
        }
        boolean jumped = clock.place(segment.times(), missing);
        if (file == null) {
            file = new RecordingFile(nextPath(), format, segment, notes);
            files.add(file.path());
            startNanos = clock.offset() + segment.times().first();
        }
        file.append(segment, clock.offset() - startNanos, jumped);
    }

    /** The path itself, then with -2, -3 and so on before the ending. */
    private Path nextPath() {
        if (files.isEmpty()) {
            return path;
        }
        String name = path.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return path.resolveSibling(
                name.substring(0, dot) + "-" + (files.size() + 1) + name.substring(dot));
    }

    /** A segment of the stream was rejected. */
    public void rejected(Rejection rejection) {
        rejected.add(rejection.sequence());
    }

    /** Ends the file; a segment that came later would begin another one. */
    public void finish() {
        RecordingFile current = file;
        if (current != null) {
            file = null;
            try (current) {
                framesBefore += current.frames();
                current.finish();
            }
        }
    }

    /** The files written, in their order. */
    public List<Path> files() {
        return List.copyOf(files);
    }

    /** Segments written. */
    public long segments() {
        return segments;
    }

    /** Frames written. */
    public long frames() {
        return framesBefore + (file == null ? 0 : file.frames());
    }

    /** How long the recording is, in seconds. */
    public double seconds() {
        return clock.end() / 1e9;
    }

    /** Segments between the first and the last one that were rejected. */
    public long rejectedSegments() {
        return rejected.stream().filter(s -> s > firstSequence && s < lastSequence).count();
    }

    /** Segments between the first and the last one of which nothing is known. */
    public long missingSegments() {
        long all = firstSequence < 0 ? 0 : lastSequence - firstSequence + 1;
        return Math.max(0, all - segments - unreadable - rejectedSegments());
    }

    /** Segments that came behind later ones and were left out. */
    public long lateSegments() {
        return late;
    }

    /** How often the stream's clock was set anew. */
    public long clockJumps() {
        return clock.jumps();
    }

    /** What is not as in the stream, in sentences. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
