package io.upriver.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Puts a file that comes in on the disk, within limits, and without holding more of it than a
 * buffer.
 *
 * @param most the largest file, in bytes
 */
record Receiver(long most, DiskSpace space) {

    private static final int BUFFER = 128 * 1024;

    /** Refuses a file by the length that its sender says. */
    static void requireAtMost(long most, long declared) {
        if (declared > most) {
            throw tooLarge(most, Long.toString(declared));
        }
    }

    /**
     * Receives a file to its end.
     *
     * @param job is told of the bytes as they come, which count as taken from then on
     * @throws JobException if it is too large, there is no room, or it breaks off
     */
    void receive(InputStream body, Path target, Job job) {
        byte[] buffer = new byte[BUFFER];
        try (OutputStream file = Files.newOutputStream(target)) {
            for (int read = next(body, buffer); read >= 0; read = next(body, buffer)) {
                if (job.bytesIn() + read > most) {
                    throw tooLarge(most, "more");
                }
                space.take(read);
                job.received(read);
                file.write(buffer, 0, read);
            }
        } catch (IOException e) {
            throw new JobException(
                    JobException.Kind.NO_SPACE,
                    "expected to write the file, got: " + e.getMessage(),
                    e);
        }
    }

    private static int next(InputStream body, byte[] buffer) {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            throw new JobException(
                    JobException.Kind.BROKEN_OFF,
                    "expected a whole file, it broke off: " + e.getMessage(),
                    e);
        }
    }

    private static JobException tooLarge(long most, String got) {
        return new JobException(
                JobException.Kind.TOO_LARGE,
                "expected a file of at most %d bytes, got %s".formatted(most, got));
    }
}
