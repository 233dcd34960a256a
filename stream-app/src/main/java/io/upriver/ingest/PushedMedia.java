package io.upriver.ingest;

import io.upriver.ingest.InitSections.Init;
import io.upriver.ingest.PushRefusedException.Reason;
import io.upriver.media.CutException;
import io.upriver.media.FragmentCutter;
import io.upriver.media.LiveCutter;
import io.upriver.media.SoundSamples;
import io.upriver.media.TransportCutter;
import io.upriver.schemas.Container;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What a body consists of: sees what it is, cuts what has no end, and hands its parts to the
 * stream. Thread-safe.
 */
final class PushedMedia {

    private static final int MOST_SNIFFED = 189;

    private final PushLimits limits;
    private final Semaphore room;

    /**
     * @param room for bytes of all bodies
     */
    PushedMedia(PushLimits limits, Semaphore room) {
        this.limits = limits;
        this.room = room;
    }

    /**
     * Takes a body.
     *
     * @param isOne whether it is one file, and not one without an end
     * @param turn its place among the files of the stream
     * @return whether there are more segments than before
     * @throws IOException if it breaks off
     */
    boolean take(
            PushedStream stream,
            PushPath pushed,
            boolean isOne,
            InputStream body,
            @Nullable String traceparent,
            Turns.Turn turn)
            throws IOException {
        try (PushBody read = new PushBody(body, room, stream.rate(), !isOne)) {
            if (pushed.isPlaylist()) {
                HlsPlaylist playlist = playlist(read);
                turn.await();
                stream.playlist(pushed, playlist);
                return false;
            }
            return takeMedia(stream, pushed, read, isOne, traceparent, turn);
        }
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
        Init before;
        if (isOne) {
            byte[] file = readAll(arriving, limits.maxSegmentBytes());
            whole = new ByteArrayInputStream(file);
            before = initBefore(stream, path, file, turn);
        } else {
            before = stream.inits().of(path);
        }
        FragmentCutter cutter =
                new FragmentCutter(
                        whole,
                        before == null || !before.isTaken() ? null : before.bytes(),
                        limits.maxSegmentBytes(),
                        isOne ? Long.MAX_VALUE : limits.segmentMillis());
        boolean isSound = isSound(stream, path, isOne, cutter, before);
        if (!isOne) {
            String track = keepInit(stream, path, false, cutter, before);
            turn.close(); // files do not wait for the end of a body that may have none
            return isSound
                    ? takeSound(stream, path, track, cutter, body)
                    : takeParts(stream, path, Container.MP4, cutter, body, traceparent, turn);
        }
        List<byte[]> pieces = new ArrayList<>();
        for (var piece = cutter.next(); piece != null; piece = cutter.next()) {
            pieces.add(piece.data());
        }
        String track = keepInit(stream, path, pieces.isEmpty(), cutter, before);
        long claim = isSound ? stream.claimSound(track) : -1;
        boolean taken = false;
        for (byte[] data : pieces) {
            taken |=
                    isSound
                            ? stream.sound(track, claim, path, SoundSamples.of(data))
                            : stream.file(path, Container.MP4, data, traceparent);
        }
        return taken;
    }

    /**
     * Waits for a file's turn, and for the init section of one that has none: on a connection of
     * its own it may come behind the fragments that need it. One that is new does not wait.
     */
    private static @Nullable Init initBefore(
            PushedStream stream, PushPath path, byte[] file, Turns.Turn turn) {
        int init = FragmentCutter.initOf(file).length;
        if (init < file.length || stream.inits().knows(path)) {
            turn.await();
        }
        return init == 0 ? stream.inits().await(path) : stream.inits().of(path);
    }

    /** Looks at the init section; one that is refused is known, so that its fragments are too. */
    private static boolean isSound(
            PushedStream stream,
            PushPath path,
            boolean isOne,
            FragmentCutter cutter,
            @Nullable Init before)
            throws IOException {
        boolean isSound;
        try {
            isSound = cutter.isSound();
        } catch (CutException e) {
            if (e.kind() == CutException.Kind.UNSUPPORTED) {
                stream.init(path, isOne, new byte[0]);
            }
            throw e;
        }
        if (cutter.init() == null && before != null) {
            throw new PushRefusedException(
                    Reason.UNSUPPORTED,
                    "stream %s: %s belongs to a track that is not taken, as its init section said"
                            .formatted(stream.id(), path.folder() + path.name()));
        }
        return isSound;
    }

    /** Keeps an init section that has come, and returns the track that it is of. */
    private static String keepInit(
            PushedStream stream,
            PushPath path,
            boolean isAlone,
            FragmentCutter cutter,
            @Nullable Init before) {
        byte[] init = cutter.init();
        boolean isBefore = before != null && init == before.bytes();
        if (init != null && !isBefore) {
            return stream.init(path, isAlone, init);
        }
        return before == null ? path.rendition() : before.track();
    }

    private static boolean takeSound(
            PushedStream stream, PushPath path, String track, FragmentCutter cutter, PushBody body)
            throws IOException {
        long claim = stream.claimSound(track);
        boolean taken = false;
        for (var piece = cutter.next(); piece != null; piece = cutter.next()) {
            taken |= stream.sound(track, claim, path, SoundSamples.of(piece.data()));
            body.release(piece.data().length);
        }
        boolean ends = cutter.isEnded() && stream.endSound(track, claim);
        return taken || ends;
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
                turn.close();
            }
            stream.part(claim, path, container, piece.data(), piece.last(), traceparent);
            body.release(piece.data().length);
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
}
