package io.upriver.ingest;

import io.upriver.ingest.PushRefusedException.Reason;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.KafkaUnreachableException;
import io.upriver.media.CutException;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Takes what encoders push, by whatever protocol they do it: files that are segments each, with
 * their playlists and init sections, and bodies without an end, which are cut. Thread-safe; nothing
 * is started before something comes.
 */
public final class PushIngest implements AutoCloseable {

    private final Topics topics;
    private final KafkaAccess access;
    private final PushLimits limits;
    private final Semaphore room;
    private final PushedMedia media;
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(2, PushIngest::thread);
    private final Turns turns = new Turns();
    private final Map<String, PushedStream> streams = new HashMap<>();
    private @Nullable Upscaled upscaled;

    public PushIngest(Topics topics, KafkaAccess access, PushLimits limits) {
        this.topics = topics;
        this.access = access;
        this.limits = limits;
        this.room = new Semaphore(limits.maxMemoryBytes(), true);
        this.media = new PushedMedia(limits, room);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "push-timer");
        thread.setDaemon(true);
        return thread;
    }

    /** The order in which files come. */
    public Turns turns() {
        return turns;
    }

    /** How many streams are being pushed to this instance. */
    public int liveStreams() {
        synchronized (streams) {
            long idle = limits.idle().toNanos();
            return (int) streams.values().stream().filter(live -> live.idleNanos() <= idle).count();
        }
    }

    /** Takes a body, whose turn it is. */
    public boolean push(
            String streamId,
            String path,
            boolean hasLength,
            InputStream body,
            @Nullable String traceparent) {
        try (Turns.Turn turn = turns.begin(streamId)) {
            return push(streamId, path, hasLength, body, traceparent, turn);
        }
    }

    /**
     * Takes a body.
     *
     * @param streamId of which stream
     * @param path what the encoder calls it
     * @param hasLength whether its length was said beforehand: then it is one segment, whatever it
     *     is called
     * @param body which is read, not closed
     * @param traceparent the W3C trace context that it travels in; left out where it is none
     * @param turn its place among the files of the stream; those without an end have none
     * @return whether there are more segments than before
     * @throws PushRefusedException if it is not taken
     * @throws IllegalArgumentException if no stream can have this id
     */
    public boolean push(
            String streamId,
            String path,
            boolean hasLength,
            InputStream body,
            @Nullable String traceparent,
            Turns.Turn turn) {
        StreamSettings.requireStreamId(streamId);
        PushPath pushed = PushPath.of(path);
        if (pushed.isManifest()) {
            return false;
        }
        PushedStream stream = enter(streamId);
        try {
            stream.requireRoom();
            boolean isTrace = traceparent != null && Segment.isTraceparent(traceparent);
            return media.take(
                    stream,
                    pushed,
                    !isEndless(pushed, hasLength),
                    body,
                    isTrace ? traceparent : null,
                    turn);
        } catch (IOException e) {
            throw new PushRefusedException(
                    Reason.INVALID,
                    "stream %s: expected all of %s, it broke off: %s"
                            .formatted(streamId, path, e.getMessage()));
        } catch (KafkaUnreachableException e) {
            throw new PushRefusedException(Reason.UNREACHABLE, e.getMessage());
        } catch (CutException e) {
            throw new PushRefusedException(
                    reason(e.kind()),
                    "stream %s, %s: %s".formatted(streamId, path, e.getMessage()));
        } finally {
            leave(streamId, stream);
        }
    }

    /** Whether a body may go on for as long as the stream is live. */
    public static boolean isEndless(String path, boolean hasLength) {
        return isEndless(PushPath.of(path), hasLength);
    }

    private static boolean isEndless(PushPath path, boolean hasLength) {
        return !hasLength && !path.isOneOfMany() && !path.isPlaylist();
    }

    private static Reason reason(CutException.Kind kind) {
        return switch (kind) {
            case BROKEN -> Reason.INVALID;
            case TOO_LARGE -> Reason.TOO_LARGE;
            case NO_INIT_SECTION -> Reason.NO_INIT_SECTION;
            case UNSUPPORTED -> Reason.UNSUPPORTED;
        };
    }

    private PushedStream enter(String id) {
        List<PushedStream> gone = new ArrayList<>();
        try {
            synchronized (streams) {
                long idle = limits.idle().toNanos();
                streams.values().removeIf(stream -> stream.idleNanos() > idle && gone.add(stream));
                PushedStream known = streams.get(id);
                if (known != null) {
                    return known.enter();
                }
                if (streams.size() >= limits.maxStreams()) {
                    throw new PushRefusedException(
                            Reason.TOO_MANY_STREAMS,
                            "stream %s: expected at most %d streams at the same time, there are as many"
                                    .formatted(id, limits.maxStreams()));
                }
                if (upscaled == null) {
                    upscaled = new Upscaled(access, topics);
                }
                PushedStream opened =
                        new PushedStream(
                                id,
                                new StreamOutput(id, topics, access, upscaled),
                                limits,
                                room,
                                timer);
                streams.put(id, opened);
                return opened.enter();
            }
        } finally {
            gone.forEach(PushedStream::close);
        }
    }

    private void leave(String id, PushedStream stream) {
        synchronized (streams) {
            if (stream.leave()) {
                streams.remove(id, stream);
            }
        }
    }

    @Override
    public void close() {
        synchronized (streams) {
            streams.values().forEach(PushedStream::close);
            streams.clear();
            timer.shutdown();
            if (upscaled != null) {
                upscaled.close();
            }
        }
    }
}
