package io.upriver.media;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts fragmented MP4 (CMAF) at fragments that begin with a key frame. Each segment is the init
 * section and the fragments as they came; the index of fragments ({@code sidx}) is left out, since
 * it counts bytes from where it stood.
 *
 * <p>A segment is given out as soon as it is long enough, and, unless every fragment up to then has
 * begun with a key frame, as soon as the next one does. Another init section ends a segment too.
 * Fragments before the first key frame are left out. Of a track of sound alone each fragment is a
 * piece.
 *
 * <p>Holds one segment, of at most the bytes given. Source: ISO/IEC 14496-12, 8.8 (fragments);
 * ISO/IEC 23000-19, 7.3 (CMAF).
 */
public final class FragmentCutter implements LiveCutter {

    /** One that is a little shorter than wanted is better than one that is nearly twice as long. */
    private static final double ENOUGH = 0.9;

    private static final int LONG_HEADER = 16;

    private final InputStream in;
    private final int maxBytes;
    private final double wantedMillis;
    private double enoughMillis;
    private byte @Nullable [] init;
    private @Nullable Mp4Timing timing;
    private byte @Nullable [] fileType;
    private @Nullable Head ahead;

    /** The current segment, from its init section on; empty before its first fragment. */
    private ByteArrayOutputStream segment = new ByteArrayOutputStream();

    private double millis;
    private boolean alwaysKeyFrames = true;
    private boolean ended;

    /** What stands before the media of the current fragment, its {@code moof} last. */
    private ByteArrayOutputStream prologue = new ByteArrayOutputStream();

    private byte @Nullable [] moof;

    /** How many bytes have come, and where among them the {@code moof} began. */
    private long position;

    private long moofPosition;

    /** The beginning of a box: its type, and how many bytes follow. */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    private record Head(String type, byte[] bytes, long rest) {}

    /**
     * @param init the init section for fragments that come without one, or null
     * @param maxBytes the largest segment, its init section included
     * @param wantedMillis how long segments are to be; {@link Long#MAX_VALUE} makes one of
     *     everything that comes
     */
    public FragmentCutter(InputStream in, byte @Nullable [] init, int maxBytes, long wantedMillis) {
        this.in = in;
        this.maxBytes = maxBytes;
        this.wantedMillis = wantedMillis * ENOUGH;
        if (init != null) {
            begin(init, indexOf(init));
        }
    }

    /** The init section that holds now, or null where none has come. */
    public byte @Nullable [] init() {
        return init;
    }

    /** Whether the media have said that nothing follows. */
    public boolean isEnded() {
        return ended;
    }

    /**
     * Reads as far as the next init section, or fragment where none comes before it, and tells
     * whether it is one of a track of sound alone.
     */
    public boolean isSound() throws IOException {
        for (boolean isKnown = false; !isKnown; ) {
            Head head = ahead != null ? ahead : readHead();
            ahead = null;
            if (head == null) {
                break;
            }
            switch (head.type) {
                case "ftyp" -> readInit(head);
                case "moov" -> {
                    readInit(head);
                    isKnown = true;
                }
                case "moof", "mdat" -> {
                    ahead = head;
                    isKnown = true;
                }
                default -> takeOther(head);
            }
        }
        return timing != null && timing.isSound();
    }

    @Override
    public @Nullable Piece next() throws IOException {
        while (true) {
            Head head = ahead != null ? ahead : readHead();
            ahead = null;
            if (head == null) {
                return end();
            }
            switch (head.type) {
                case "ftyp", "moov" -> {
                    if (segment.size() > 0) {
                        ahead = head;
                        return flush(false);
                    }
                    readInit(head);
                }
                case "moof" -> {
                    Mp4Timing.Fragment fragment = readFragment(head);
                    alwaysKeyFrames &= fragment.beginsWithKeyFrame();
                    if (fragment.beginsWithKeyFrame() && millis >= enoughMillis) {
                        return flushBefore(fragment);
                    }
                    take(fragment);
                }
                case "mdat" -> {
                    readMedia(head);
                    if (alwaysKeyFrames && millis >= enoughMillis) {
                        return flush(false);
                    }
                }
                case "mfra" -> {
                    ended = true; // an index of the whole, which only the end has
                    skip(head);
                }
                default -> takeOther(head);
            }
        }
    }

    private void takeOther(Head head) throws IOException {
        switch (head.type) {
            case "sidx", "ssix", "free", "skip" -> skip(head);
            default -> prologue.writeBytes(read(head));
        }
    }

    private @Nullable Piece end() {
        if (moof != null) {
            throw new CutException(
                    CutException.Kind.BROKEN,
                    "expected an mdat box behind the last moof, got none");
        }
        return segment.size() == 0 ? null : flush(ended);
    }

    private Piece flush(boolean last) {
        Piece piece = new Piece(segment.toByteArray(), last);
        segment = new ByteArrayOutputStream();
        millis = 0;
        return piece;
    }

    private Piece flushBefore(Mp4Timing.Fragment fragment) {
        Piece piece = flush(false);
        take(fragment);
        return piece;
    }

    private void readInit(Head head) throws IOException {
        byte[] box = read(head);
        if (head.type.equals("ftyp")) {
            fileType = box;
            return;
        }
        byte[] type = fileType == null ? new byte[0] : fileType;
        byte[] whole = Arrays.copyOf(type, type.length + box.length);
        System.arraycopy(box, 0, whole, type.length, box.length);
        begin(whole, box);
    }

    private void begin(byte[] whole, byte[] moov) {
        timing = Mp4Timing.of(moov);
        enoughMillis = timing.isSound() ? Double.MIN_NORMAL : wantedMillis;
        init = whole;
        prologue.reset();
    }

    /** The init section that a segment begins with; nothing where it begins otherwise. */
    public static byte[] initOf(byte[] segment) {
        int at = 0;
        while (at >= 0 && at + Mp4Boxes.HEADER <= segment.length) {
            String type = typeAt(segment, at + 4);
            int size = ByteBuffer.wrap(segment, at, 4).getInt();
            if (size < Mp4Boxes.HEADER || (!type.equals("ftyp") && !type.equals("moov"))) {
                break;
            }
            at += size;
        }
        return Arrays.copyOf(segment, Math.max(0, Math.min(at, segment.length)));
    }

    private static byte[] indexOf(byte[] init) {
        int at = 0;
        while (at + Mp4Boxes.HEADER <= init.length) {
            int size = ByteBuffer.wrap(init, at, 4).getInt();
            if (typeAt(init, at + 4).equals("moov")) {
                return Arrays.copyOfRange(init, at, init.length);
            }
            at += Math.max(Mp4Boxes.HEADER, size);
        }
        throw new IllegalArgumentException("expected an init section with a moov box, got none");
    }

    private Mp4Timing.Fragment readFragment(Head head) throws IOException {
        if (timing == null) {
            throw new CutException(
                    CutException.Kind.NO_INIT_SECTION,
                    "expected an init section (ftyp, moov) before the first fragment, got none");
        }
        if (moof != null) {
            throw new CutException(
                    CutException.Kind.BROKEN,
                    "expected an mdat box behind a moof, got another moof");
        }
        moofPosition = position - head.bytes.length;
        moof = read(head);
        return timing.read(moof);
    }

    /** Puts the head of a fragment into the segment, if one can begin with it or has begun. */
    private void take(Mp4Timing.Fragment fragment) {
        if (segment.size() == 0 && fragment.beginsWithKeyFrame()) {
            segment.writeBytes(init);
        }
        if (segment.size() > 0) {
            segment.writeBytes(prologue.toByteArray());
            ByteBuffer box = ByteBuffer.wrap(moof);
            for (int at : fragment.baseOffsets()) {
                box.putLong(at, box.getLong(at) - moofPosition + segment.size());
            }
            segment.writeBytes(moof);
            millis += fragment.millis();
        }
        prologue.reset();
    }

    private void readMedia(Head head) throws IOException {
        if (moof == null) {
            throw new CutException(
                    CutException.Kind.UNSUPPORTED,
                    "expected fragments (moof, mdat), got media without them, as in MP4 files that are not fragmented");
        }
        moof = null;
        if (segment.size() == 0) {
            skip(head);
            return;
        }
        requireRoom(segment.size() + head.rest);
        segment.writeBytes(head.bytes);
        byte[] chunk = new byte[(int) Math.min(head.rest, 64 * 1024)];
        for (long left = head.rest; left > 0; ) {
            int read = in.read(chunk, 0, (int) Math.min(left, chunk.length));
            if (read < 0) {
                throw brokeOff(head.type);
            }
            segment.write(chunk, 0, read);
            left -= read;
        }
        position += head.rest;
    }

    private @Nullable Head readHead() throws IOException {
        byte[] bytes = in.readNBytes(Mp4Boxes.HEADER);
        if (bytes.length == 0) {
            return null;
        }
        if (bytes.length < Mp4Boxes.HEADER) {
            throw brokeOff("a header of a box");
        }
        long size = ByteBuffer.wrap(bytes).getInt() & 0xFFFFFFFFL;
        String type = typeAt(bytes, 4);
        if (size == 1) {
            byte[] more = in.readNBytes(Long.BYTES);
            if (more.length < Long.BYTES) {
                throw brokeOff(type);
            }
            size = ByteBuffer.wrap(more).getLong();
            bytes = Arrays.copyOf(bytes, LONG_HEADER);
            System.arraycopy(more, 0, bytes, Mp4Boxes.HEADER, Long.BYTES);
        }
        position += bytes.length;
        if (size < bytes.length) {
            throw new CutException(
                    CutException.Kind.BROKEN,
                    "expected boxes of MP4, got '%s' with a length of %d bytes"
                            .formatted(new Mp4Boxes.Box(type, 0, 0).name(), size));
        }
        return new Head(type, bytes, size - bytes.length);
    }

    private byte[] read(Head head) throws IOException {
        requireRoom(head.bytes.length + prologue.size() + head.rest);
        byte[] rest = in.readNBytes((int) head.rest);
        if (rest.length < head.rest) {
            throw brokeOff(head.type);
        }
        position += head.rest;
        byte[] box = Arrays.copyOf(head.bytes, head.bytes.length + rest.length);
        System.arraycopy(rest, 0, box, head.bytes.length, rest.length);
        return box;
    }

    private void skip(Head head) throws IOException {
        requireRoom(head.rest);
        for (long left = head.rest; left > 0; ) {
            long skipped = in.skip(left);
            if (skipped <= 0 && in.read() < 0) {
                throw brokeOff(head.type);
            }
            left -= Math.max(1, skipped);
        }
        position += head.rest;
    }

    private void requireRoom(long bytes) {
        if (bytes > maxBytes || bytes < 0) {
            throw new CutException(
                    CutException.Kind.TOO_LARGE,
                    "expected segments of at most %d bytes, with a key frame at the beginning of a fragment in time, got more"
                            .formatted(maxBytes));
        }
    }

    private static EOFException brokeOff(String where) {
        return new EOFException("the media break off within " + where);
    }

    private static String typeAt(byte[] bytes, int at) {
        return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
    }
}
