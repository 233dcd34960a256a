package io.upriver.data;

import java.util.Collections;
import java.util.List;

/**
 * A stream's clips in three parts, one after the other in time: what is seen later is never learned
 * from.
 *
 * @param training to learn from, the earliest
 * @param validation to see by how it goes
 * @param later to judge by, the latest
 */
public record TimeSplit(
        List<StreamClip> training, List<StreamClip> validation, List<StreamClip> later) {
    /** Fewer clips cannot be split. */
    public static final int FEWEST = 4;

    private static final double VALIDATION_SHARE = 0.1;

    public TimeSplit {
        training = List.copyOf(training);
        validation = List.copyOf(validation);
        later = List.copyOf(later);
        requireBefore("training", training, "validation", validation);
        requireBefore("validation", validation, "later", later);
    }

    /**
     * Splits clips of a stream.
     *
     * @param laterShare share of the clips to judge by, above 0 and below 1
     * @throws IllegalArgumentException if there are fewer than {@value #FEWEST}, or two of the same
     *     place
     */
    public static TimeSplit of(List<StreamClip> clips, double laterShare) {
        int count = clips.size();
        if (count < FEWEST || !(laterShare > 0 && laterShare < 1)) {
            throw new IllegalArgumentException(
                    "expected at least %d clips and a share of them between 0 and 1, got %d and %s"
                            .formatted(FEWEST, count, laterShare));
        }
        List<StreamClip> inOrder = clips.stream().sorted().toList();
        int validation = (int) Math.max(1, Math.round(count * VALIDATION_SHARE));
        int later = (int) Math.max(1, Math.round(count * laterShare));
        later = Math.min(later, count - validation - 1);
        int end = count - later;
        return new TimeSplit(
                inOrder.subList(0, end - validation),
                inOrder.subList(end - validation, end),
                inOrder.subList(end, count));
    }

    private static void requireBefore(
            String earlierName,
            List<StreamClip> earlier,
            String laterName,
            List<StreamClip> later) {
        if (earlier.isEmpty()
                || later.isEmpty()
                || Collections.max(earlier).compareTo(Collections.min(later)) >= 0) {
            throw new IllegalArgumentException(
                    "expected clips of %s before those of %s".formatted(earlierName, laterName));
        }
    }
}
