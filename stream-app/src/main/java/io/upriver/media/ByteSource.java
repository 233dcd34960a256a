package io.upriver.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** The bytes of a file or of a segment, to look at where FFmpeg does not say what it saw. */
interface ByteSource extends AutoCloseable {

    long size() throws IOException;

    /** The bytes from a place on: as many as wanted, or fewer at the end. */
    byte[] read(long offset, int most) throws IOException;

    @Override
    void close() throws IOException;

    /** A segment in memory. */
    static ByteSource of(byte[] bytes) {
        return new ByteSource() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public byte[] read(long offset, int most) {
                int from = (int) Math.min(bytes.length, offset);
                return Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + most));
            }

            @Override
            public void close() {}
        };
    }

    /** A file, open until it is closed. */
    static ByteSource of(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        return new ByteSource() {
            @Override
            public long size() throws IOException {
                return channel.size();
            }

            @Override
            public byte[] read(long offset, int most) throws IOException {
                ByteBuffer buffer = ByteBuffer.allocate(most);
                while (buffer.hasRemaining()
                        && channel.read(buffer, offset + buffer.position()) >= 0) {
                    // On to the rest.
                }
                return Arrays.copyOf(buffer.array(), buffer.position());
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
