package io.upriver.job;

/** What all files of all jobs take together, held below a limit. Thread-safe. */
final class DiskSpace {

    private final long most;
    private long used;

    DiskSpace(long most) {
        this.most = most;
    }

    /**
     * Counts bytes that are about to be written, or were.
     *
     * @throws JobException if they are too many; then they are not counted
     */
    synchronized void take(long bytes) {
        requireRoomFor(bytes);
        used += bytes;
    }

    /** Counts bytes that are there already. */
    synchronized void found(long bytes) {
        used += bytes;
    }

    /** The bytes are gone. */
    synchronized void giveBack(long bytes) {
        used -= bytes;
    }

    /** Says whether there is room, and takes none. */
    synchronized void requireRoomFor(long bytes) {
        if (used + bytes > most) {
            throw new JobException(
                    JobException.Kind.NO_SPACE,
                    "expected room for %d bytes beside the %d of other jobs, all of them may take %d"
                            .formatted(bytes, used, most));
        }
    }

    synchronized long used() {
        return used;
    }
}
