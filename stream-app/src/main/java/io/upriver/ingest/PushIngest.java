package io.upriver.ingest;

import io.upriver.ingest.PushRefusedException.Reason;
import io.upriver.kafka.KafkaAccess;
import io.upriver.media.CutException;
import io.upriver.media.FragmentCutter;
import io.upriver.media.LiveCutter;
import io.upriver.media.TransportCutter;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Takes what encoders push, by whatever protocol they do it: files that are segments each, with
 * their playlists and init sections, and bodies without an end, which are cut. Thread-safe; nothing
 * is started before something comes.
 */
public final class PushIngest implements AutoCloseable {

    private static final int MOST_SNIFFED = 189;

    private final Topics topics;
    private final KafkaAccess access;
    private final PushLimits limits;
    private final Semaphore room;
    private final Turns turns = new Turns();
    private final Map<String, PushedStream> streams = new HashMap<>();
    private @Nullable Upscaled upscaled;

    public PushIngest(Topics topics, KafkaAccess access, PushLimits limits) {
        this.topics = topics;
        this.access = access;
        this.limits = limits;
        this.room = new Semaphore(limits.maxMemoryBytes(), true);
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
     * @throws io.upriver.kafka.KafkaUnreachableException if the cluster does not take it in time
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
            return take(stream, pushed, hasLength, body, isTrace ? traceparent : null, turn);
        } catch (IOException e) {
            throw new PushRefusedException(
                    Reason.INVALID,
                    "stream %s: expected all of %s, it broke off: %s"
                            .formatted(streamId, path, e.getMessage()));
        } catch (CutException e) {
            throw new PushRefusedException(
                    reason(e.kind()),
                    "stream %s, %s: %s".formatted(streamId, path, e.getMessage()));
        } finally {
            leave(streamId, stream);
        }
    }

    private boolean take(
            PushedStream stream,
            PushPath pushed,
            boolean hasLength,
            InputStream body,
            @Nullable String traceparent,
            Turns.Turn turn)
            throws IOException {
        boolean isOne = !isEndless(pushed, hasLength);
        try (PushBody read = new PushBody(body, room, stream.rate(), !isOne)) {
            if (pushed.isPlaylist()) {
                HlsPlaylist playlist = playlist(read);
                turn.await();
                stream.playlist(playlist, traceparent);
                return false;
            }
            return takeMedia(stream, pushed, read, isOne, traceparent, turn);
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

    private static HlsPlaylist playlist(PushBody body) throws IOException {
        byte[] text = readAll(body, HlsPlaylist.MOST_BYTES);
        try {
            return HlsPlaylist.parse(text);
        } catch (IllegalArgumentException e) {
            throw new PushRefusedException(Reason.INVALID, e.getMessage());
        }
    }

    private boolean takeMedia(
            PushedStream stream,
            PushPath path,
            PushBody body,
            boolean isOne,
            @Nullable String traceparent,
            Turns.Turn turn)
            throws IOException {
        byte[] first = body.readNBytes(MOST_SNIFFED);
        if (first.length == 0) {
            return false; // encoders ask with nothing whether there is somebody
        }
        Container container =
                Container.sniff(first)
                        .orElseThrow(
                                () ->
                                        new PushRefusedException(
                                                Reason.UNKNOWN_CONTAINER,
                                                "expected MPEG-TS, fragmented MP4 or Matroska, got a body that begins otherwise"));
        PushbackInputStream whole = new PushbackInputStream(body, first.length);
        whole.unread(first);
        if (container == Container.MP4) {
            return takeFragments(stream, path, whole, body, isOne, traceparent, turn);
        }
        if (isOne) {
            byte[] data = readAll(whole, limits.maxSegmentBytes());
            turn.await();
            return stream.file(path, container, data, traceparent);
        }
        if (container == Container.MATROSKA) {
            throw new PushRefusedException(
                    Reason.UNSUPPORTED,
                    "expected MPEG-TS or fragmented MP4 in a body without a length, got Matroska; push files of it with a Content-Length");
        }
        LiveCutter cutter =
                new TransportCutter(whole, limits.maxSegmentBytes(), limits.segmentMillis());
        return takeParts(stream, path, container, cutter, body, traceparent, turn);
    }

    private boolean takeFragments(
            PushedStream stream,
            PushPath path,
            InputStream arriving,
            PushBody body,
            boolean isOne,
            @Nullable String traceparent,
            Turns.Turn turn)
            throws IOException {
        InputStream whole = arriving;
        if (isOne) {
            whole = new ByteArrayInputStream(readAll(arriving, limits.maxSegmentBytes()));
            turn.await(); // its init section may be on its way
        }
        byte[] before = stream.init(path);
        FragmentCutter cutter =
                new FragmentCutter(
                        whole,
                        before,
                        limits.maxSegmentBytes(),
                        isOne ? Long.MAX_VALUE : limits.segmentMillis());
        if (!isOne) {
            return takeParts(stream, path, Container.MP4, cutter, body, traceparent, turn);
        }
        List<byte[]> pieces = new ArrayList<>();
        for (var piece = cutter.next(); piece != null; piece = cutter.next()) {
            pieces.add(piece.data());
        }
        keepInit(stream, path, cutter, before);
        boolean taken = false;
        for (byte[] data : pieces) {
            taken |= stream.file(path, Container.MP4, data, traceparent);
        }
        return taken;
    }

    private static void keepInit(
            PushedStream stream, PushPath path, FragmentCutter cutter, byte @Nullable [] before) {
        byte[] init = cutter.init();
        if (init != null && init != before) {
            stream.init(path, init);
        }
    }

    private static boolean takeParts(
            PushedStream stream,
            PushPath path,
            Container container,
            LiveCutter cutter,
            PushBody body,
            @Nullable String traceparent,
            Turns.Turn turn)
            throws IOException {
        long claim = -1;
        for (var piece = cutter.next(); piece != null; piece = cutter.next()) {
            if (claim < 0) {
                claim = stream.claim(path);
                turn.close(); // files do not wait for the end of a body that may have none
            }
            stream.part(claim, path, container, piece.data(), piece.last(), traceparent);
            body.release(piece.data().length);
        }
        if (cutter instanceof FragmentCutter fragments) {
            keepInit(stream, path, fragments, null);
        }
        return claim >= 0;
    }

    private static byte[] readAll(InputStream body, int most) throws IOException {
        byte[] bytes = body.readNBytes(most);
        if (bytes.length == most && body.read() >= 0) {
            throw new PushRefusedException(
                    Reason.TOO_LARGE,
                    "expected a file of at most %d bytes, got more; a body without an end needs a name without a number, such as live.ts"
                            .formatted(most));
        }
        return bytes;
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
                PushedStream opened = new PushedStream(id, topics, access, upscaled, limits);
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
            if (upscaled != null) {
                upscaled.close();
            }
        }
    }
}
