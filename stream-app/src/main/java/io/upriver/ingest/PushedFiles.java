package io.upriver.ingest;

import io.upriver.ingest.PushOrder.Place;
import io.upriver.schemas.Container;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of a stream that are a segment each: which of them are new, by their names, bytes and
 * playlists, and whether they go on from those before. Not thread-safe.
 */
final class PushedFiles {

    private static final int MOST_ANNOUNCED = 10_000;
    private static final int MOST_PLAYLISTS = 4;

    private final Sink sink;
    private final Map<String, Map<String, HlsPlaylist.Entry>> announced =
            new Eldest<>(MOST_PLAYLISTS);
    private PushOrder order = new PushOrder();

    /** The one of which it is not known yet whether it is sent again. */
    private @Nullable Pushed held;

    /** Where segments go. */
    interface Sink {

        /**
         * Takes a segment; what it throws is as if the segment had not come.
         *
         * @return whether it has been written, and does not wait
         */
        boolean append(PushPath path, StreamOutput.Piece piece);
    }

    /**
     * A file.
     *
     * @param traceparent the W3C trace context that it travels in, or null
     */
    @SuppressWarnings("ArrayRecordComponent") // megabytes: handed on, never compared
    record Pushed(
            PushPath path,
            Container container,
            byte[] data,
            String digest,
            @Nullable String traceparent) {

        Pushed(PushPath path, Container container, byte[] data, @Nullable String traceparent) {
            this(path, container, data, digestOf(data), traceparent);
        }

        private static String digestOf(byte[] data) {
            try {
                return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }

    PushedFiles(Sink sink) {
        this.sink = sink;
    }

    /** What comes from now on is another run; what playlists have said holds. */
    void begin() {
        order = new PushOrder();
        held = null;
    }

    /** No file comes that playlists have told of. */
    void end() {
        begin();
        announced.clear();
    }

    /**
     * Takes a file.
     *
     * @return false if it was taken before, or is not written yet
     */
    boolean file(Pushed file) {
        settle(file.path);
        Place place = order.placeOf(file.path, file.digest);
        if (place == Place.REPEATED) {
            return false;
        }
        if (place == Place.REPEATED_OR_RESTART) {
            held = file;
            return false;
        }
        return send(file, place);
    }

    /** What follows tells what a held file was: the first one after a restart, or a repeat. */
    private void settle(PushPath following) {
        Pushed first = held;
        held = null;
        if (first != null
                && !order.isNext(following)
                && first.path.number() >= 0
                && following.number() == first.path.number() + 1) {
            send(first, Place.RESTART);
        }
    }

    private boolean send(Pushed file, Place place) {
        HlsPlaylist.Entry entry = announced(file.path);
        boolean isNew = place != Place.NEXT || (entry != null && entry.discontinuity());
        Long millis = place == Place.RESTART || entry == null ? null : entry.durationMillis();
        var piece =
                new StreamOutput.Piece(
                        file.container, file.data, false, millis, isNew, false, file.traceparent);
        boolean isWritten = sink.append(file.path, piece);
        order.taken(file.path, file.digest, place);
        return isWritten;
    }

    /** What a playlist in the folder of a segment, or above it, has said of it; or null. */
    private HlsPlaylist.@Nullable Entry announced(PushPath path) {
        for (var playlist : announced.entrySet()) {
            HlsPlaylist.Entry entry = playlist.getValue().get(path.name());
            if (entry != null && path.folder().startsWith(playlist.getKey())) {
                return entry;
            }
        }
        return null;
    }

    /** Takes what a playlist says of files that come, and of one that is held. */
    void playlist(PushPath path, HlsPlaylist playlist) {
        Pushed first = held;
        if (first != null
                && first.path.folder().startsWith(path.folder())
                && playlist.last().filter(e -> e.name().equals(first.path.name())).isPresent()) {
            held = null;
            send(first, Place.RESTART);
        }
        Map<String, HlsPlaylist.Entry> entries = new HashMap<>();
        playlist.entries().stream()
                .limit(MOST_ANNOUNCED)
                .forEach(entry -> entries.put(entry.name(), entry));
        announced.put(path.folder(), entries);
    }
}
