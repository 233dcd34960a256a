package io.upriver.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which files of a folder were sent: a hidden text file in it, a line for each, so that an ingest
 * that is started again does not send them twice.
 *
 * <p>A file is written down when two segments have been acknowledged since all of it was read, or
 * at an orderly end: after a crash a few are sent again, none is left out. Not thread-safe.
 */
final class FolderLedger {

    private final Path file;
    private final Set<String> taken = new HashSet<>();
    private List<String> fresh = new ArrayList<>(); // taken since the last segment
    private List<String> before = new ArrayList<>(); // and those before that

    /**
     * Reads what an earlier ingest has written down.
     *
     * @throws IOException if that cannot be read
     */
    FolderLedger(Path folder, String streamId) throws IOException {
        String safe = streamId.replaceAll("[^A-Za-z0-9._-]", "_");
        this.file = folder.resolve(".upriver-sent-" + safe);
        if (Files.exists(file)) {
            taken.addAll(Files.readAllLines(file));
        }
    }

    boolean isTaken(String mark) {
        return taken.contains(mark);
    }

    /** The file is being read. */
    void take(String mark) {
        taken.add(mark);
        fresh.add(mark);
    }

    /** A segment was acknowledged. */
    void sent() throws IOException {
        writeDown(before);
        before = fresh;
        fresh = new ArrayList<>();
    }

    /** All that was read was sent. */
    void sentAll() throws IOException {
        writeDown(before);
        writeDown(fresh);
        before = new ArrayList<>();
        fresh = new ArrayList<>();
    }

    private void writeDown(List<String> marks) throws IOException {
        if (!marks.isEmpty()) {
            Files.write(file, marks, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
