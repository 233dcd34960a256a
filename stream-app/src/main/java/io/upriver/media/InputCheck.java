package io.upriver.media;

import io.upriver.media.Mp4Boxes.Box;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Why an input cannot be upscaled, by a look at its bytes: FFmpeg says "Invalid data" to most of
 * it, and decodes what is encrypted as if it were not.
 */
final class InputCheck {

    private static final Set<String> FIRST_BOXES =
            Set.of("ftyp", "moov", "mdat", "free", "skip", "wide", "pnot", "styp", "moof", "sidx");
    private static final Set<String> STILL_PICTURES = Set.of("avif", "heic", "heix", "mif1");

    /** Sample descriptions of Common Encryption, ISO/IEC 23001-7, and of Apple's older way. */
    private static final Set<String> ENCRYPTED =
            Set.of("encv", "enca", "enct", "encs", "encu", "drmi", "drms");

    private static final int TS_SYNC = 0x47;
    private static final int TS_PACKET = 188;
    private static final int TS_PACKETS = 1000;
    private static final int SHOWN_BYTES = 16;

    private InputCheck() {}

    /** The refusal of an input that FFmpeg did not open, with the cause where we see it. */
    static MediaException unopened(ByteSource input, int code) throws IOException {
        // So FFmpeg says that a format is not among those that may be opened.
        boolean unwanted = code == avutil.AVERROR_EINVAL();
        if (input.size() == 0) {
            return unreadable("it is empty (0 bytes)");
        }
        String reason = Ffmpeg.reason(code);
        Mp4Boxes boxes = Mp4Boxes.of(input);
        if (isMp4(boxes)) {
            refuseMp4(input);
            return unreadable(faultOf(boxes, input.size(), reason));
        }
        byte[] first = input.read(0, FormatGuess.BYTES);
        FormatGuess guess = FormatGuess.of(first);
        if (guess == null) {
            byte[] shown = input.read(0, SHOWN_BYTES);
            return unreadable(
                    "it is no media that FFmpeg knows; it begins with "
                            + HexFormat.ofDelimiter(" ").formatHex(shown));
        }
        return unwanted || guess.neverOpened()
                ? new MediaException(guess.kind(), guess.sentence())
                : unreadable(
                        "it is %s, damaged or cut off before its first frame: %s"
                                .formatted(guess.format(), reason));
    }

    /** Refuses an MP4 that is encrypted, or is a still picture. */
    static void refuseMp4(ByteSource input) throws IOException {
        Mp4Boxes boxes = Mp4Boxes.of(input);
        Box type = boxes.find("ftyp");
        if (type != null) {
            String brand = new String(input.read(type.content(), 4), StandardCharsets.ISO_8859_1);
            if (STILL_PICTURES.contains(brand)) {
                FormatGuess picture = FormatGuess.stillPicture(brand);
                throw new MediaException(picture.kind(), picture.sentence());
            }
        }
        for (String coding : boxes.codings(input)) {
            if (ENCRYPTED.contains(coding)) {
                throw encrypted("a track has the sample description '" + coding + "'");
            }
        }
    }

    /**
     * Refuses a transport stream of which most packets are scrambled, by ISO/IEC 13818-1, 2.4.3.3.
     */
    static void refuseScrambled(ByteSource input) throws IOException {
        byte[] packets = input.read(0, TS_PACKET * TS_PACKETS);
        int scrambled = 0;
        int clear = 0;
        for (int at = 0; at + TS_PACKET <= packets.length; at += TS_PACKET) {
            boolean hasContent = (packets[at + 3] & 0x10) != 0;
            if (packets[at] != TS_SYNC) {
                return;
            } else if ((packets[at + 3] & 0xC0) != 0) {
                scrambled++;
            } else if (hasContent) {
                clear++;
            }
        }
        if (scrambled > clear) {
            throw encrypted("its transport stream packets are scrambled");
        }
    }

    /** The refusal of media that nobody can decode without a key. */
    static MediaException encrypted(String sign) {
        return new MediaException(
                MediaException.Kind.UNSUPPORTED,
                "it is protected by DRM: "
                        + sign
                        + "; expected media that can be decoded without a key");
    }

    private static boolean isMp4(Mp4Boxes boxes) {
        return !boxes.boxes().isEmpty() && FIRST_BOXES.contains(boxes.boxes().get(0).type());
    }

    private static String faultOf(Mp4Boxes boxes, long size, String reason) {
        Box last = boxes.boxes().get(boxes.boxes().size() - 1);
        String end =
                last.end() > size
                        ? "; its last box '%s' should go on for another %d bytes"
                                .formatted(last.name(), last.end() - size)
                        : "";
        if (boxes.fault() != null) {
            return "it is a damaged MP4: " + boxes.fault();
        } else if (boxes.find("moov") == null) {
            return "it is an MP4 that was not closed: it has no index (moov), which is often written last"
                    + end;
        }
        return "it is a damaged MP4: its index (moov) cannot be read%s: %s".formatted(end, reason);
    }

    private static MediaException unreadable(String sentence) {
        return new MediaException(MediaException.Kind.UNREADABLE, sentence);
    }
}
