package io.upriver.hotswap;

/**
 * What is to be done, and what it may cost.
 *
 * @param swaps good models, one after the other; at least 3
 * @param bad bad models, spread between them
 * @param longestMillis from a model's publication to its status, and to the first segment done by
 *     it
 * @param mostGrowthBytes of resident memory, from the end of the warm-up to the last swap
 */
public record SwapPlan(int swaps, int bad, long longestMillis, long mostGrowthBytes) {

    private static final int LEAST_WARM_UP = 10;
    private static final int MOST_WARM_UP = 100;

    public SwapPlan {
        if (swaps < 3) {
            throw new IllegalArgumentException("swaps: expected at least 3, got " + swaps);
        }
        if (bad < 0) {
            throw new IllegalArgumentException("bad: expected at least 0, got " + bad);
        }
    }

    /** Swaps until heap and libraries have grown to their size: a tenth of them, within limits. */
    int warmUp() {
        return Math.min(swaps / 2, Math.max(LEAST_WARM_UP, Math.min(MOST_WARM_UP, swaps / 10)));
    }

    /** How many bad models are to have been published before a swap, from 0. */
    int badBefore(int swap) {
        return (int) ((swap + 1L) * bad / swaps);
    }
}
