package io.upriver.learn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Replaces files so that a reader finds the old one or the new one, never a part. */
public final class WholeFile {

    private WholeFile() {}

    /**
     * Writes beside the file, then takes its place; folders that are missing are made.
     *
     * @throws IOException naming the file, if that fails: what was there before stays
     */
    public static void write(Path file, byte[] bytes) throws IOException {
        Path whole = file.toAbsolutePath();
        Files.createDirectories(whole.getParent());
        String own = ProcessHandle.current().pid() + "-" + Thread.currentThread().getId();
        Path partial = whole.resolveSibling(whole.getFileName() + "." + own + ".partial");
        try {
            Files.write(partial, bytes);
            Files.move(
                    partial,
                    whole,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new IOException(
                    file + ": cannot be written, what was there stays: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
