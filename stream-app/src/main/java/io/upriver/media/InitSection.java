package io.upriver.media;

import io.upriver.media.Mp4Boxes.Box;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands in front of the fragments of an MP4 and is the same for all segments that are coded
 * alike.
 *
 * <p>Muxers write the bit rate of what follows into it, which differs from segment to segment and
 * which no player needs: it is taken out, so that a player gets the section once. Sources: ISO/IEC
 * 14496-12, 8.5.2.2 ({@code btrt}); ISO/IEC 14496-1, 7.2.6.6 (the rates in {@code esds}).
 *
 * @param name 16 hexadecimal digits of the bytes' SHA-256
 * @param bytes up to the end of {@code moov}, not to be modified
 */
@SuppressWarnings("ArrayRecordComponent") // shared on purpose; the name stands for the content
public record InitSection(String name, byte[] bytes) {

    private static final int NAME_DIGITS = 16;
    private static final int VIDEO_ENTRY_BYTES = 78;
    private static final int AUDIO_ENTRY_BYTES = 28;
    private static final int RATES_BYTES = 8;
    private static final int ES_DESCRIPTOR = 3;
    private static final int DECODER_DESCRIPTOR = 4;
    private static final int BEFORE_RATES = 5; // object type, stream type, buffer size

    /** The section in front of a segment, or null where it is not a fragmented MP4. */
    public static @Nullable InitSection of(byte[] segment) {
        try (ByteSource bytes = ByteSource.of(segment)) {
            Box index = Mp4Boxes.of(bytes).find("moov");
            if (index == null
                    || index.end() > segment.length
                    || Mp4Boxes.inside(index, List.of("mvex"), bytes) == null) {
                return null;
            }
            byte[] section = Arrays.copyOf(segment, (int) index.end());
            for (Box track : Mp4Boxes.within(index, bytes).boxes()) {
                Box tables = Mp4Boxes.inside(track, List.of("mdia", "minf", "stbl", "stsd"), bytes);
                if (track.type().equals("trak") && tables != null) {
                    List<String> pictures = List.of("mdia", "minf", "vmhd");
                    boolean isVideo = Mp4Boxes.inside(track, pictures, bytes) != null;
                    removeRates(
                            section,
                            bytes,
                            tables,
                            isVideo ? VIDEO_ENTRY_BYTES : AUDIO_ENTRY_BYTES);
                }
            }
            return new InitSection(nameOf(section), section);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot be read", e);
        }
    }

    private static void removeRates(byte[] section, ByteSource bytes, Box tables, int before)
            throws IOException {
        long first = tables.content() + Mp4Boxes.DESCRIPTIONS_BEFORE_FIRST;
        for (Box entry : Mp4Boxes.of(bytes, first, tables.end()).boxes()) {
            for (Box box : Mp4Boxes.of(bytes, entry.content() + before, entry.end()).boxes()) {
                int at = (int) box.content();
                int end = (int) Math.min(box.end(), section.length);
                if (box.type().equals("btrt")) {
                    Arrays.fill(section, at, end, (byte) 0);
                    byte[] free = "free".getBytes(StandardCharsets.US_ASCII);
                    System.arraycopy(free, 0, section, at - free.length, free.length);
                } else if (box.type().equals("esds")) {
                    removeRates(section, at + 4, end);
                }
            }
        }
    }

    /** Descriptors: a tag, a length in bytes of 7 bits, the content. */
    private static void removeRates(byte[] section, int from, int end) {
        int at = behindHeader(section, from, end, ES_DESCRIPTOR);
        if (at < 0 || at + 3 > end || (section[at + 2] & 0xE0) != 0) {
            return;
        }
        int decoder = behindHeader(section, at + 3, end, DECODER_DESCRIPTOR);
        int rates = decoder + BEFORE_RATES;
        if (decoder >= 0 && rates + RATES_BYTES <= end) {
            Arrays.fill(section, rates, rates + RATES_BYTES, (byte) 0);
        }
    }

    private static int behindHeader(byte[] section, int from, int end, int tag) {
        if (from >= end || section[from] != tag) {
            return -1;
        }
        int at = from + 1;
        while (at < end && (section[at] & 0x80) != 0) {
            at++;
        }
        return at + 1;
    }

    private static String nameOf(byte[] section) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(section);
            return HexFormat.of().formatHex(digest).substring(0, NAME_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof InitSection that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
