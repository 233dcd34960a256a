package io.upriver.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The complete files of a folder as one stream, which waits for the next one.
 *
 * <p>Segments of MPEG-TS and fragments of MP4 are simply put one after the other. An init section
 * comes once; with another one the stream ends, and goes on as a new one. Read by one thread;
 * {@link #end} from any.
 */
final class FolderStream extends InputStream {

    private static final long POLL_MILLIS = 200;

    private final FolderFiles files;
    private final FolderLedger ledger;
    private final Runnable atTheEnd;
    private final CountDownLatch ended = new CountDownLatch(1);
    private InputStream current = InputStream.nullInputStream();
    private byte[] init = new byte[0];
    private boolean begun;

    /**
     * @param atTheEnd called when the playlist has said that no more will come, and all was read
     */
    FolderStream(FolderFiles files, FolderLedger ledger, Runnable atTheEnd) {
        this.files = files;
        this.ledger = ledger;
        this.atTheEnd = atTheEnd;
    }

    /** Makes the stream end where it is. */
    void end() {
        ended.countDown();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = current.read(target, offset, length);
        while (count < 0 && ended.getCount() > 0) {
            if (!next()) {
                return -1;
            }
            count = current.read(target, offset, length);
        }
        return count;
    }

    /** Goes on to the next file, waiting for it; false at the end. */
    private boolean next() throws IOException {
        while (ended.getCount() > 0) {
            for (FolderFiles.Found found : files.complete()) {
                if (!ledger.isTaken(found.mark())) {
                    return take(found);
                }
            }
            if (files.isEnded()) {
                atTheEnd.run();
                return false;
            } else if (pause()) {
                return false;
            }
        }
        return false;
    }

    private boolean pause() throws IOException {
        try {
            return ended.await(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a file", e);
        }
    }

    /** True where the file goes on from what was read before. */
    private boolean take(FolderFiles.Found found) throws IOException {
        byte[] bytes = bytesOf(found.path());
        int initBytes = initBytes(bytes);
        byte[] itsInit = Arrays.copyOf(bytes, initBytes);
        Path named = files.init();
        if (initBytes == 0 && named != null && !begunWith(named)) {
            itsInit = bytesOf(named);
        }
        boolean another = itsInit.length > 0 && !Arrays.equals(itsInit, init);
        if (another && begun) {
            return false; // It is read by the next stream.
        }
        init = another ? itsInit : init;
        boolean isInitOnly = initBytes == bytes.length;
        byte[] media = Arrays.copyOfRange(bytes, initBytes, bytes.length);
        byte[] front = another ? itsInit : new byte[0];
        current = new ByteArrayInputStream(joined(front, isInitOnly ? new byte[0] : media));
        begun |= !isInitOnly;
        ledger.take(found.mark());
        return true;
    }

    private boolean begunWith(Path named) throws IOException {
        return begun && Arrays.equals(bytesOf(named), init);
    }

    private static byte[] bytesOf(Path path) throws IOException {
        try {
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            return new byte[0]; // The encoder deletes what is old.
        }
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /**
     * How many bytes of a file of MP4 are its init section (ISO/IEC 14496-12): up to moov's end.
     */
    private static int initBytes(byte[] file) {
        ByteBuffer boxes = ByteBuffer.wrap(file);
        int at = 0;
        while (at + 8 <= file.length) {
            long size = boxes.getInt(at) & 0xFFFFFFFFL;
            String type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
            if (size < 8 || at + size > file.length) {
                return 0;
            }
            at += (int) size;
            if (type.equals("moov")) {
                return at;
            }
        }
        return 0;
    }
}
