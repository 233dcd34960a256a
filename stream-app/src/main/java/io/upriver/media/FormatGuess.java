package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avformat.AVPROBE_PADDING_SIZE;
import static org.bytedeco.ffmpeg.global.avformat.AVPROBE_SCORE_RETRY;
import static org.bytedeco.ffmpeg.global.avformat.av_probe_input_format3;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVProbeData;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * What an input is that we do not open, by the look of its first bytes.
 *
 * <p>FFmpeg's own guess looks at bytes and opens nothing, so it may be asked about all its formats.
 *
 * @param kind what kind of trouble that is
 * @param format FFmpeg's name of it, in words
 * @param sentence what it is and what was expected
 * @param neverOpened false where it is a container that may be opened in other places
 */
record FormatGuess(MediaException.Kind kind, String format, String sentence, boolean neverOpened) {

    /** How many bytes are looked at. */
    static final int BYTES = 64 * 1024;

    private static final String HLS_MARK = "#EXTM3U";
    private static final String DASH_MARK = "<MPD";
    private static final Set<String> PLAYLISTS = Set.of("hls", "dash", "concat", "sdp", "imf");
    private static final Set<String> SOUNDS =
            Set.of(
                    "mp3", "wav", "w64", "flac", "aac", "ac3", "eac3", "dts", "aiff", "caf", "amr",
                    "au", "ape", "wv", "tta", "tak", "dsf");
    private static final String PICTURE_ENDING = "_pipe";

    /** What these first bytes are, or null where they look like nothing that FFmpeg knows. */
    static @Nullable FormatGuess of(byte[] first) {
        // FFmpeg knows these two by their file name as well, which says nothing here.
        String text = new String(first, StandardCharsets.ISO_8859_1);
        if (text.startsWith(HLS_MARK)) {
            return playlist("HLS");
        } else if (text.startsWith("<") && text.contains(DASH_MARK)) {
            return playlist("DASH");
        }
        try (BytePointer buffer = new BytePointer(first.length + (long) AVPROBE_PADDING_SIZE);
                AVProbeData data = new AVProbeData()) {
            buffer.put(Arrays.copyOf(first, first.length + AVPROBE_PADDING_SIZE));
            data.buf(buffer).buf_size(first.length);
            int[] score = {0};
            AVInputFormat format = av_probe_input_format3(data, 1, score);
            return format == null || format.isNull() || score[0] <= AVPROBE_SCORE_RETRY()
                    ? null
                    : named(format.name().getString(), format.long_name().getString());
        }
    }

    private static FormatGuess named(String name, String longName) {
        if (PLAYLISTS.contains(name)) {
            return playlist(longName);
        } else if (name.endsWith(PICTURE_ENDING)) {
            return stillPicture(name.replace(PICTURE_ENDING, ""));
        } else if (SOUNDS.contains(name)) {
            return new FormatGuess(
                    MediaException.Kind.NO_VIDEO,
                    longName,
                    "expected a video, found sound only: " + longName,
                    true);
        }
        return new FormatGuess(
                MediaException.Kind.UNREADABLE,
                longName,
                "expected a video file such as MP4, Matroska or MPEG-TS, found " + longName,
                false);
    }

    private static FormatGuess playlist(String kind) {
        return new FormatGuess(
                MediaException.Kind.UNREADABLE,
                kind,
                "expected a video file, found a playlist (%s), which only names others; they are not followed"
                        .formatted(kind),
                true);
    }

    /** A picture that does not move, of this format. */
    static FormatGuess stillPicture(String format) {
        return new FormatGuess(
                MediaException.Kind.NO_VIDEO,
                format,
                "expected a video, found a still picture (%s)"
                        .formatted(format.toUpperCase(Locale.ROOT)),
                true);
    }
}
