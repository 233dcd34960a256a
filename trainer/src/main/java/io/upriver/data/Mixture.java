package io.upriver.data;

import java.util.List;
import java.util.SplittableRandom;

/** Batches of several kinds: which one a step gets depends only on the seed and the step. */
public final class Mixture implements BatchSource {
    private final List<Part> parts;
    private final long seed;

    /**
     * One kind.
     *
     * @param source of its batches
     * @param share of the steps, in units of the sum of all shares; 0 or more
     */
    public record Part(BatchSource source, double share) {
        public Part {
            if (!(share >= 0)) {
                throw new IllegalArgumentException("share is " + share + ", allowed is 0 or more");
            }
        }
    }

    /** At least one part must have a share. */
    public Mixture(List<Part> parts, long seed) {
        this.parts = parts.stream().filter(part -> part.share() > 0).toList();
        this.seed = seed;
        if (this.parts.isEmpty()) {
            throw new IllegalArgumentException("no part of the mixture has a share");
        }
    }

    @Override
    public Batch batch(long step) {
        double sum = parts.stream().mapToDouble(Part::share).sum();
        SplittableRandom random = new SplittableRandom(seed * 0xD1B54A32D192ED03L + step);
        double drawn = random.nextDouble() * sum;
        for (Part part : parts) {
            drawn -= part.share();
            if (drawn < 0) {
                return part.source().batch(step);
            }
        }
        return parts.get(parts.size() - 1).source().batch(step);
    }
}
