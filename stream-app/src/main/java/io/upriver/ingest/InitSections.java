package io.upriver.ingest;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The init sections of a stream, and which of them holds for fragments that come without one.
 * Thread-safe.
 *
 * <p>Those of several tracks may lie in one folder: {@code init-stream0.m4s} is for {@code
 * chunk-stream0-00001.m4s}. So the one is taken whose name has the most words in common with that
 * of the fragments, and the newest of several; none whose words with digits are all others.
 */
final class InitSections {

    private static final int MOST = 16;
    private static final long PATIENCE_NANOS = 1_000_000_000L;

    private final Map<String, Init> known = new Eldest<>(MOST);

    /**
     * An init section.
     *
     * @param track by which name it came: the same for all that comes of one track
     * @param words of that name
     * @param bytes nothing where the track is of a kind that is not taken
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Init(String track, String folder, Set<String> words, byte[] bytes) {

        boolean isTaken() {
            return bytes.length > 0;
        }

        private int likeness(PushPath path) {
            Set<String> others = wordsOf(path.rendition().substring(path.folder().length()));
            int shared = (int) words.stream().filter(others::contains).count();
            return shared == 0 && hasDigits(words) && hasDigits(others) ? -1 : shared;
        }

        private static boolean hasDigits(Set<String> words) {
            return words.stream().anyMatch(word -> word.chars().anyMatch(Character::isDigit));
        }
    }

    /**
     * Keeps an init section.
     *
     * @param isAlone whether the file has nothing else: then its name is its own, and otherwise the
     *     one of all segments of the rendition
     * @return the track that it is of
     */
    synchronized String put(PushPath path, boolean isAlone, byte[] bytes) {
        String track = isAlone ? path.folder() + path.name() : path.rendition();
        known.remove(track);
        Set<String> words = wordsOf(track.substring(path.folder().length()));
        known.put(track, new Init(track, path.folder(), words, bytes));
        notifyAll();
        return track;
    }

    /** Whether a file of this name, which is an init section alone, has come before. */
    synchronized boolean knows(PushPath path) {
        return known.containsKey(path.folder() + path.name());
    }

    /** The one that holds for fragments of this name, or null. */
    synchronized @Nullable Init of(PushPath path) {
        Init best = null;
        int most = 0;
        for (Init init : known.values()) {
            int likeness = init.folder.equals(path.folder()) ? init.likeness(path) : -1;
            if (likeness >= most) {
                most = likeness;
                best = init;
            }
        }
        return best;
    }

    /** The same as {@link #of}, but waits a little for one that is on its way. */
    synchronized @Nullable Init await(PushPath path) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        Init init = of(path);
        try {
            while (init == null && end - System.nanoTime() > 0) {
                NANOSECONDS.timedWait(this, end - System.nanoTime());
                init = of(path);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return init;
    }

    private static Set<String> wordsOf(String name) {
        int dot = name.lastIndexOf('.');
        String stem = dot < 0 ? name : name.substring(0, dot);
        return Arrays.stream(stem.split("[^\\p{Alnum}]+", -1))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
    }
}
