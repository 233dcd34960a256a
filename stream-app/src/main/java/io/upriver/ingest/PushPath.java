package io.upriver.ingest;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The path under which an encoder pushes something, and what its name tells.
 *
 * @param folder the path before the last slash, or nothing
 * @param name the part behind it
 * @param stem the name without its number and its extension
 * @param number the number at the end of the stem, or -1 where there is none
 * @param extension in small letters, without the dot, or nothing
 */
record PushPath(String folder, String name, String stem, long number, String extension) {

    private static final Pattern NAME =
            Pattern.compile("(?<stem>.*?)(?<number>[0-9]{1,18})?(?:\\.(?<extension>[^.]*))?");

    /**
     * How DASH-IF's live media ingest writes names, such as {@code Streams(video.cmfv)}: those of
     * tracks, where a number counts tracks and not files.
     */
    private static final Pattern STREAMS = Pattern.compile("Streams\\((?<name>.*)\\)");

    /** Such as dates; not what tells one rendition from another. */
    private static final Pattern LONG_NUMBERS = Pattern.compile("[0-9]{6,}");

    static PushPath of(String path) {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        Matcher streams = STREAMS.matcher(name);
        if (streams.matches()) {
            String track = streams.group("name");
            int dot = track.lastIndexOf('.');
            String stem = dot < 0 ? track : track.substring(0, dot);
            return of(path, slash, name, stem, null, dot < 0 ? null : track.substring(dot + 1));
        }
        Matcher parts = NAME.matcher(name);
        return parts.matches()
                ? of(
                        path,
                        slash,
                        name,
                        parts.group("stem"),
                        parts.group("number"),
                        parts.group("extension"))
                : of(path, slash, name, name, null, null);
    }

    private static PushPath of(
            String path,
            int slash,
            String name,
            String stem,
            @Nullable String number,
            @Nullable String extension) {
        return new PushPath(
                path.substring(0, slash + 1),
                name,
                stem,
                number == null ? -1 : Long.parseLong(number),
                extension == null ? "" : extension.toLowerCase(Locale.ROOT));
    }

    /** What all segments of one rendition share. */
    String rendition() {
        return folder + LONG_NUMBERS.matcher(stem).replaceAll("") + "." + extension;
    }

    /** Whether it is a list of segments that says how long they are. */
    boolean isPlaylist() {
        return extension.equals("m3u8");
    }

    /** Whether it is a manifest that nothing is taken from. */
    boolean isManifest() {
        return extension.equals("mpd");
    }

    /**
     * Whether such a name has one of many files: each is a segment then, and otherwise all that
     * comes is cut.
     */
    boolean isOneOfMany() {
        return number >= 0;
    }
}
