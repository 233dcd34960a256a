package io.upriver.media;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an MPEG transport stream at key frames, by its packets. Each segment begins with the tables
 * that say what is in it (PAT, PMT) and a key frame. Sound that has begun before the key frame goes
 * to its end in the segment before, so no frame of it is cut through.
 *
 * <p>Key frames are those that the stream calls random access points. What comes before the first
 * of them is left out.
 *
 * <p>Holds little more than one segment. Source: ISO/IEC 13818-1, 2.4.3 (packets), 2.4.3.7 (PES),
 * 2.4.4 (tables).
 */
public final class TransportCutter implements LiveCutter {

    private static final int PACKET = 188;
    private static final int SYNC = 0x47;
    private static final long CLOCK = 1L << 33;
    private static final double ENOUGH = 0.9;

    /** Sound that has begun is waited for no longer than this. */
    private static final int MOST_OF_NEXT = 256 * 1024;

    /** MPEG-1, MPEG-2, MPEG-4, H.264, HEVC, VVC. */
    private static final Set<Integer> VIDEO = Set.of(0x01, 0x02, 0x10, 0x1B, 0x24, 0x33);

    private final InputStream in;
    private final int maxBytes;
    private final long enoughTicks;
    private byte @Nullable [] programs;
    private byte @Nullable [] tracks;
    private int tracksPid = -1;
    private int videoPid = -1;
    private long startTicks;
    private long skipped;
    private ByteArrayOutputStream segment = new ByteArrayOutputStream();
    private Set<Integer> pids = new HashSet<>();

    /** The next segment while sound of the current one is still to come, or null. */
    private @Nullable ByteArrayOutputStream following;

    private Set<Integer> followingPids = new HashSet<>();

    /**
     * @param maxBytes the largest segment
     * @param wantedMillis how long segments are to be
     */
    public TransportCutter(InputStream in, int maxBytes, long wantedMillis) {
        this.in = in;
        this.maxBytes = maxBytes;
        this.enoughTicks = (long) (wantedMillis * 90 * ENOUGH);
    }

    @Override
    public @Nullable Piece next() throws IOException {
        while (true) {
            byte[] packet = in.readNBytes(PACKET);
            if (packet.length < PACKET) {
                return end(packet.length);
            }
            if (packet[0] != SYNC) {
                throw new CutException(
                        CutException.Kind.BROKEN,
                        "expected packets of 188 bytes that begin with 0x47, got 0x%02x"
                                .formatted(packet[0]));
            }
            Piece piece = take(packet);
            if (piece != null) {
                return piece;
            }
        }
    }

    private @Nullable Piece end(int bytesOfPacket) throws IOException {
        if (bytesOfPacket > 0) {
            throw new EOFException("the media break off within a packet");
        }
        if (following != null) {
            return turn();
        }
        if (segment.size() == 0) {
            return null;
        }
        Piece piece = new Piece(segment.toByteArray(), true);
        segment = new ByteArrayOutputStream();
        return piece;
    }

    private @Nullable Piece take(byte[] packet) {
        int pid = (packet[1] & 0x1F) << 8 | (packet[2] & 0xFF);
        boolean begins = (packet[1] & 0x40) != 0;
        if (pid == 0 && begins) {
            readPrograms(packet);
        } else if (pid == tracksPid && begins) {
            readTracks(packet);
        }
        boolean isEntry = pid == videoPid && begins && isRandomAccess(packet);
        if (following == null && isEntry) {
            if (segment.size() == 0) {
                segment = opened();
                startTicks = ticks(packet);
            } else if (isLongEnough(ticks(packet))) {
                following = opened();
                followingPids = new HashSet<>();
                startTicks = ticks(packet);
            }
        }
        if (segment.size() == 0) {
            skip();
            return null;
        }
        if (following == null || !goesOn(pid, begins)) {
            add(following == null ? segment : following, packet);
            (following == null ? pids : followingPids).add(pid);
        } else {
            add(segment, packet);
        }
        boolean isComplete =
                following != null && (pids.isEmpty() || following.size() > MOST_OF_NEXT);
        return isComplete ? turn() : null;
    }

    /** Whether the packet belongs to what has begun before the cut. */
    private boolean goesOn(int pid, boolean begins) {
        if (pid == videoPid || isTable(pid) || begins) {
            pids.remove(pid);
            return false;
        }
        return pids.contains(pid);
    }

    private boolean isTable(int pid) {
        return pid < 0x20 || pid == tracksPid || pid == 0x1FFF;
    }

    private boolean isLongEnough(long ticks) {
        long elapsed = Math.floorMod(ticks - startTicks, CLOCK);
        return elapsed >= enoughTicks; // also where the clock has gone back
    }

    private Piece turn() {
        Piece piece = new Piece(segment.toByteArray(), false);
        segment = following;
        pids = followingPids;
        following = null;
        return piece;
    }

    private ByteArrayOutputStream opened() {
        ByteArrayOutputStream opened = new ByteArrayOutputStream();
        opened.writeBytes(programs);
        opened.writeBytes(tracks);
        pids.removeIf(pid -> pid == videoPid || isTable(pid));
        return opened;
    }

    private void add(ByteArrayOutputStream to, byte[] packet) {
        if (to.size() + PACKET > maxBytes) {
            throw new CutException(
                    CutException.Kind.TOO_LARGE,
                    "expected a key frame at least every %d bytes, got more".formatted(maxBytes));
        }
        to.writeBytes(packet);
    }

    private void skip() {
        skipped += PACKET;
        if (skipped > maxBytes) {
            throw new CutException(
                    CutException.Kind.UNSUPPORTED,
                    "expected a transport stream with video whose key frames are marked as random access points, got none in %d bytes"
                            .formatted(maxBytes));
        }
    }

    /** Where the payload begins, or the packet's end where there is none. */
    private static int payload(byte[] packet) {
        int control = packet[3] >> 4 & 0x3;
        int at = 4 + ((control & 0x2) != 0 ? 1 + (packet[4] & 0xFF) : 0);
        return (control & 0x1) == 0 ? PACKET : Math.min(at, PACKET);
    }

    private static boolean isRandomAccess(byte[] packet) {
        boolean hasField = (packet[3] & 0x20) != 0 && packet[4] != 0;
        return hasField && (packet[5] & 0x40) != 0;
    }

    private static long ticks(byte[] packet) {
        int at = payload(packet);
        if (at + 14 > PACKET || (packet[at + 7] & 0x80) == 0) {
            return 0;
        }
        ByteBuffer in = ByteBuffer.wrap(packet);
        return (packet[at + 9] & 0x0EL) << 29
                | (in.getShort(at + 10) & 0xFFFEL) << 14
                | (in.getShort(at + 12) & 0xFFFEL) >> 1;
    }

    /** The first program's table of tracks is where the first program's number is not 0. */
    private void readPrograms(byte[] packet) {
        programs = packet;
        int at = section(packet, 0x00);
        int end = at < 0 ? 0 : sectionEnd(packet, at);
        for (int i = at + 8; i + 4 <= end; i += 4) {
            if (number(packet, i) != 0) {
                tracksPid = number(packet, i + 2) & 0x1FFF;
                return;
            }
        }
    }

    private void readTracks(byte[] packet) {
        int at = section(packet, 0x02);
        int end = at < 0 ? 0 : sectionEnd(packet, at);
        if (at < 0 || at + 12 > end) {
            return;
        }
        tracks = packet;
        for (int i = at + 12 + (number(packet, at + 10) & 0xFFF); i + 5 <= end; ) {
            if (VIDEO.contains(packet[i] & 0xFF)) {
                videoPid = number(packet, i + 1) & 0x1FFF;
                return;
            }
            i += 5 + (number(packet, i + 3) & 0xFFF);
        }
    }

    /** Where a table begins in the packet in which it begins, or -1. */
    private static int section(byte[] packet, int table) {
        int payload = payload(packet);
        if (payload >= PACKET) {
            return -1;
        }
        int at = payload + 1 + (packet[payload] & 0xFF);
        return at + 3 <= PACKET && (packet[at] & 0xFF) == table ? at : -1;
    }

    /** Where it ends without its checksum, in this packet. */
    private static int sectionEnd(byte[] packet, int at) {
        return Math.min(PACKET, at + 3 + (number(packet, at + 1) & 0xFFF) - 4);
    }

    private static int number(byte[] packet, int at) {
        return at + 2 > PACKET ? 0 : (packet[at] & 0xFF) << 8 | (packet[at + 1] & 0xFF);
    }
}
