package io.upriver.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The file formats a segment may have. */
public enum Container implements WireNamed {
    /** MPEG-2 transport stream, ISO/IEC 13818-1: packets of 188 bytes. */
    MPEG_TS("video/mp2t", "mpegts"),
    /**
     * MP4 or fragmented MP4 with its init section in front, ISO/IEC 14496-12. What is written is
     * always fragmented, so that is its name.
     */
    MP4("video/mp4", "fmp4"),
    /** Matroska or WebM, RFC 9559. */
    MATROSKA("video/x-matroska", "matroska");

    private static final int TS_PACKET_BYTES = 188;
    private static final byte TS_SYNC = 0x47;
    private static final byte[] EBML_MAGIC = {0x1A, 0x45, (byte) 0xDF, (byte) 0xA3};
    // what a file, a fragment or an init section may begin with
    private static final Set<String> FIRST_BOXES =
            Set.of(
                    "ftyp", "styp", "moov", "moof", "sidx", "emsg", "prft", "mdat", "free", "skip",
                    "wide");

    private final String contentType;
    private final String wireName;

    Container(String contentType, String wireName) {
        this.contentType = contentType;
        this.wireName = wireName;
    }

    /** The name in settings, as users of HLS know it. */
    @Override
    public String wireName() {
        return wireName;
    }

    /** The container with this wire name; {@link IllegalArgumentException} when there is none. */
    @JsonCreator
    public static Container ofWireName(String wireName) {
        return WireNamed.parse(Container.class, wireName);
    }

    /** The media type that is written, such as {@code video/mp4}. */
    public String contentType() {
        return contentType;
    }

    /**
     * The container with this media type, in any case and with any parameters; Matroska's other
     * names are understood as well.
     */
    public static Optional<Container> ofContentType(String contentType) {
        int parameters = contentType.indexOf(';');
        String type =
                (parameters < 0 ? contentType : contentType.substring(0, parameters))
                        .strip()
                        .toLowerCase(Locale.ROOT);
        return switch (type) {
            case "video/mp2t" -> Optional.of(MPEG_TS);
            case "video/mp4" -> Optional.of(MP4);
            case "video/x-matroska", "video/matroska", "video/webm" -> Optional.of(MATROSKA);
            default -> Optional.empty();
        };
    }

    /** The container these bytes begin like, or empty. Reads at most the first 189 bytes. */
    public static Optional<Container> sniff(byte[] data) {
        if (data.length > TS_PACKET_BYTES
                && data[0] == TS_SYNC
                && data[TS_PACKET_BYTES] == TS_SYNC) {
            return Optional.of(MPEG_TS);
        }
        if (data.length >= 8 && FIRST_BOXES.contains(boxType(data))) {
            return Optional.of(MP4);
        }
        if (data.length >= EBML_MAGIC.length
                && Arrays.equals(data, 0, EBML_MAGIC.length, EBML_MAGIC, 0, EBML_MAGIC.length)) {
            return Optional.of(MATROSKA);
        }
        return Optional.empty();
    }

    /** The media types for a sentence: "video/mp2t, video/mp4, video/x-matroska". */
    static String known() {
        return Arrays.stream(values())
                .map(Container::contentType)
                .collect(Collectors.joining(", "));
    }

    private static String boxType(byte[] data) {
        return new String(data, 4, 4, StandardCharsets.ISO_8859_1);
    }
}
