package io.upriver.egress;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What can be watched of a live stream now. Thread-safe. */
public final class LiveStream {

    /** The common pool has no threads where there are two processors, and makes one for each. */
    private static final Executor ANSWERS = answers();

    private final String id;
    private final Map<Rendition, LiveWindow> windows = new EnumMap<>(Rendition.class);
    private final List<Waiting> waiting = new ArrayList<>();
    private boolean isCounted = true;

    private record Waiting(Predicate<LiveStream> wanted, CompletableFuture<Void> done) {}

    private static Executor answers() {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(
                        2,
                        2,
                        10,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> {
                            Thread thread = new Thread(task, "live-answers");
                            thread.setDaemon(true);
                            return thread;
                        });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    LiveStream(String id, LiveSettings settings) {
        this.id = id;
        for (Rendition rendition : Rendition.values()) {
            windows.put(rendition, new LiveWindow(settings.window()));
        }
    }

    /** The stream's name. */
    public String id() {
        return id;
    }

    /**
     * Takes a segment that came in.
     *
     * @param saysSequence false where its sequence is its offset
     */
    synchronized boolean addOriginal(LiveSegment segment, boolean saysSequence) {
        isCounted = saysSequence;
        return add(Rendition.ORIGINAL, segment);
    }

    /** Takes a segment that a worker has made. */
    synchronized boolean addUpscaled(LiveSegment segment) {
        return add(Rendition.UPSCALED, segment);
    }

    /**
     * Takes one that a worker has rejected; where sequences do not count, its place is not known.
     */
    synchronized void addRejected(LiveSegment segment) {
        if (isCounted) {
            add(Rendition.UPSCALED, segment);
        }
    }

    private boolean add(Rendition rendition, LiveSegment segment) {
        boolean isNew = windows.get(rendition).add(segment, isCounted);
        waiting.removeIf(
                request -> {
                    if (!request.done().isDone() && request.wanted().test(this)) {
                        // not here: whoever goes on may take long
                        request.done().completeAsync(() -> null, ANSWERS);
                    }
                    return request.done().isDone();
                });
        return isNew;
    }

    /** What the playlist of a rendition says now; without lines where there is no segment yet. */
    public synchronized LivePlaylist playlist(Rendition rendition) {
        return windows.get(rendition).playlist();
    }

    /** The multivariant playlist; empty where no rendition can be played. */
    public synchronized Optional<String> multivariant() {
        Map<Rendition, LivePlaylist> playable = new EnumMap<>(Rendition.class);
        windows.forEach(
                (rendition, window) -> {
                    LivePlaylist playlist = window.playlist();
                    if (playlist.isPlayable()) {
                        playable.put(rendition, playlist);
                    }
                });
        return playable.isEmpty()
                ? Optional.empty()
                : Optional.of(MultivariantPlaylist.text(playable));
    }

    /** A segment of a rendition by its sequence, or null where it is not kept. */
    public synchronized @Nullable LiveSegment find(Rendition rendition, long sequence) {
        return windows.get(rendition).find(sequence);
    }

    /** Whether such a sequence comes before all that are kept. */
    public synchronized boolean isBeforeKept(Rendition rendition, long sequence) {
        return windows.get(rendition).isBeforeKept(sequence);
    }

    /** An init section of a rendition by its name, or null where no kept segment has it. */
    public synchronized byte @Nullable [] init(Rendition rendition, String name) {
        for (LiveSegment segment : windows.get(rendition).kept()) {
            LiveSegment.Media media = segment.media();
            if (media != null && media.init() != null && media.init().name().equals(name)) {
                return media.init().bytes();
            }
        }
        return null;
    }

    /**
     * Done as soon as the stream is as wanted, or when the time is over.
     *
     * @param wanted asked at each new segment, while nothing else can be asked
     */
    public CompletableFuture<Void> await(Predicate<LiveStream> wanted, long atMostMillis) {
        synchronized (this) {
            if (wanted.test(this)) {
                return CompletableFuture.completedFuture(null);
            }
            CompletableFuture<Void> done = new CompletableFuture<>();
            waiting.removeIf(request -> request.done().isDone());
            waiting.add(new Waiting(wanted, done));
            return done.completeOnTimeout(null, atMostMillis, TimeUnit.MILLISECONDS);
        }
    }
}
