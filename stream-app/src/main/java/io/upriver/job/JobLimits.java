package io.upriver.job;

import java.time.Duration;

/**
 * How much jobs may take.
 *
 * @param running how many are worked on at the same time, at least 1
 * @param waiting how many more may wait, 0 or more
 * @param maxBytes the largest file that is taken
 * @param folderMaxBytes what all files of all jobs may take together, at least {@code maxBytes}
 * @param keep how long a job and its result are there after its end
 * @param fetchTime how long a file may take to be fetched
 * @param privateAddresses whether files are fetched from private and loopback addresses too
 */
public record JobLimits(
        int running,
        int waiting,
        long maxBytes,
        long folderMaxBytes,
        Duration keep,
        Duration fetchTime,
        boolean privateAddresses) {

    /** {@link IllegalArgumentException} with the name of the setting that is wrong. */
    public JobLimits {
        atLeast("running", running, 1);
        atLeast("waiting", waiting, 0);
        atLeast("max-bytes", maxBytes, 1);
        atLeast("folder-max-bytes", folderMaxBytes, maxBytes);
        moreThanNoTime("keep", keep);
        moreThanNoTime("fetch-time", fetchTime);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "%s: expected at least %d, got %d".formatted(name, least, value));
        }
    }

    private static void moreThanNoTime(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(
                    "%s: expected more than no time, got %s".formatted(name, value));
        }
    }
}
