package io.upriver.job;

import io.upriver.media.FileFormat;
import io.upriver.media.MediaException;
import io.upriver.media.VideoDecoder;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Deinterlace;
import io.upriver.schemas.StreamSettings.WithoutModel;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a job is to do.
 *
 * @param name of the file that comes in, without folders, for people
 * @param url where it is to be fetched, or null where it is sent
 * @param settings how its segments are upscaled
 * @param resultName the name that the result has for people, such as {@code clip.x2.mp4}
 * @param format of the result
 */
public record JobOrder(
        String name,
        @Nullable URI url,
        StreamSettings settings,
        String resultName,
        FileFormat format) {

    private static final List<String> FORMATS = List.of("mp4", "mov", "mkv", "webm", "ts");
    private static final int LONGEST_NAME = 200;
    private static final String UNNAMED = "video";
    private static final StreamSettings USUAL = StreamSettings.DEFAULT;

    /**
     * The order that these words make.
     *
     * @throws IllegalArgumentException if a value is wrong
     * @throws MediaException if this build or the format cannot do it
     */
    public static JobOrder of(JobProperties asked) {
        URI url = asked.url() == null ? null : address(asked.url());
        String name = name(asked.name() != null ? asked.name() : lastPart(url));
        int scale = Objects.requireNonNullElse(asked.scale(), USUAL.scale());
        String resultName = stem(name) + ".x" + scale + "." + ending(asked.format(), name);
        FileFormat format = FileFormat.ofName(resultName);
        boolean isFragmented = Boolean.TRUE.equals(asked.fragmented());
        EncodingChoice encoding =
                new EncodingChoice(
                        asked.codec(),
                        asked.encoder(),
                        asked.crf(),
                        asked.bitrate(),
                        asked.preset(),
                        asked.gop(),
                        asked.pixelFormat());
        if (asked.decoder() != null && !VideoDecoder.exists(asked.decoder())) {
            throw new IllegalArgumentException(
                    "decoder: expected one of this FFmpeg build, such as h264_cuvid, or a device"
                            + " such as cuda, got "
                            + asked.decoder());
        }
        StreamSettings settings =
                new StreamSettings(
                        scale,
                        Objects.requireNonNullElse(asked.model(), USUAL.model()),
                        encoding.in(format),
                        asked.decoder(),
                        Objects.requireNonNullElse(asked.deinterlace(), Deinterlace.AUTO),
                        null,
                        WithoutModel.REJECT,
                        null);
        return new JobOrder(
                name, url, settings, resultName, isFragmented ? format.inFragments() : format);
    }

    private static URI address(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("url: expected an address, got " + text, e);
        }
    }

    private static String lastPart(@Nullable URI url) {
        String path = url == null || url.getPath() == null ? "" : url.getPath();
        String last = path.substring(path.lastIndexOf('/') + 1);
        return last.isBlank() ? UNNAMED : last;
    }

    private static String name(String asked) {
        String name =
                asked.substring(Math.max(asked.lastIndexOf('/'), asked.lastIndexOf('\\')) + 1);
        boolean isPrintable =
                name.codePoints()
                        .noneMatch(
                                c ->
                                        Character.isISOControl(c)
                                                || Character.getType(c) == Character.SURROGATE);
        if (name.isBlank() || name.length() > LONGEST_NAME || !isPrintable) {
            throw new IllegalArgumentException(
                    "name: expected 1 to %d printable characters, got %d"
                            .formatted(LONGEST_NAME, name.length()));
        }
        return name;
    }

    /** As a command chooses it: what was asked for, what the file has itself, or Matroska. */
    private static String ending(@Nullable String asked, String name) {
        if (asked != null && !FORMATS.contains(asked)) {
            throw new IllegalArgumentException(
                    "format: expected one of %s, got %s".formatted(FORMATS, asked));
        }
        if (asked != null) {
            return asked;
        }
        return FileFormat.isKnown(name) ? name.substring(name.lastIndexOf('.') + 1) : "mkv";
    }

    private static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
