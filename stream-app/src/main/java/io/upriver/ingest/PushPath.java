package io.upriver.ingest;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /** How DASH-IF's live media ingest writes names, such as {@code Streams(video.cmfv)}. */
    private static final Pattern STREAMS = Pattern.compile("Streams\\((?<name>.*)\\)");

    /** Such as dates; not what tells one rendition from another. */
    private static final Pattern LONG_NUMBERS = Pattern.compile("[0-9]{6,}");

    static PushPath of(String path) {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        Matcher streams = STREAMS.matcher(name);
        Matcher parts = NAME.matcher(streams.matches() ? streams.group("name") : name);
        if (!parts.matches()) {
            return new PushPath(path.substring(0, slash + 1), name, name, -1, "");
        }
        String number = parts.group("number");
        String extension = parts.group("extension");
        return new PushPath(
                path.substring(0, slash + 1),
                name,
                parts.group("stem"),
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
