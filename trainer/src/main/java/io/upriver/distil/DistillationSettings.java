package io.upriver.distil;

import io.upriver.learn.SpecText;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Every number that decides what a student takes from its teacher.
 *
 * <p>Loss of a step: L1(student, truth) + outputWeight * L1(student, teacher) + featureWeight *
 * mean over the pairings of weight * feature term. Both teacher's terms begin after the warm-up;
 * the feature term fades to 0 over the last part of the run.
 *
 * @param outputWeight of the teacher's picture
 * @param featureTerm how feature maps are compared
 * @param featureWeight of the feature maps
 * @param pairings which of the student's values learns from which of the teacher's; empty: three,
 *     at a third, two thirds and the end of both
 * @param pool feature maps are averaged over pool x pool squares of low-resolution pixels before
 *     they are compared
 * @param warmupShare share of the run at its beginning without the teacher's terms, 0 to 1; batches
 *     without truth are drawn all the same
 * @param fadeShare share of the run at its end over which the feature term fades, 0 to 1
 * @param unlabelledShare share of the batches without truth, 0 to 1: parts of the pictures at their
 *     full size as low ones, labelled by the teacher
 */
public record DistillationSettings(
        double outputWeight,
        FeatureTerm featureTerm,
        double featureWeight,
        List<Pairing> pairings,
        int pool,
        double warmupShare,
        double fadeShare,
        double unlabelledShare) {

    /** How feature maps are compared; both sides are normalised over the channels first. */
    public enum FeatureTerm {
        /** Not at all. */
        NONE,
        /** Mean absolute difference, through a 1x1 adapter. */
        L1,
        /** Mean squared difference, through a 1x1 adapter. */
        L2,
        /** Mean absolute difference of the pixels' likenesses to each other (FAKD). No adapter. */
        AFFINITY
    }

    /**
     * One depth at which the student learns.
     *
     * @param student name of its value
     * @param teacher name of the feature map
     * @param weight of this depth beside the others, 0 or more
     */
    public record Pairing(String student, String teacher, double weight) {
        public Pairing {
            boolean possible = weight >= 0 && weight < Double.POSITIVE_INFINITY;
            require("pairings.weight", weight, possible, "0 or more");
        }

        /** A depth that counts as much as others. */
        public Pairing(String student, String teacher) {
            this(student, teacher, 1);
        }
    }

    /** The teacher's picture only: what has helped so far. */
    public static DistillationSettings defaults() {
        return new DistillationSettings(1, FeatureTerm.NONE, 0.1, List.of(), 2, 0.05, 0.3, 0);
    }

    public DistillationSettings {
        require("outputWeight", outputWeight, outputWeight >= 0, "0 or more");
        require(
                "featureTerm",
                featureTerm,
                featureTerm != null,
                Arrays.toString(FeatureTerm.values()));
        require("featureWeight", featureWeight, featureWeight >= 0, "0 or more");
        require("pairings", pairings, pairings != null, "a list, empty for the usual three");
        pairings = List.copyOf(pairings);
        require("pool", pool, pool == 1 || pool == 2 || pool == 4, "1, 2 or 4");
        require("warmupShare", warmupShare, warmupShare >= 0 && warmupShare <= 1, "0 to 1");
        require("fadeShare", fadeShare, fadeShare >= 0 && fadeShare <= 1, "0 to 1");
        require(
                "unlabelledShare",
                unlabelledShare,
                unlabelledShare >= 0 && unlabelledShare <= 1,
                "0 to 1");
    }

    /**
     * The same with some settings changed.
     *
     * @throws IllegalArgumentException for an unknown key or an impossible value
     */
    public DistillationSettings with(Map<String, String> changes) {
        return SpecText.change("distillation", DistillationSettings.class, this, changes);
    }

    /** Share of the teacher's terms in a step, 0 or 1. */
    double teaching(long step, long steps) {
        return step < warmupShare * steps ? 0 : 1;
    }

    /** Share of the feature term in a step, 0 to 1. */
    double features(long step, long steps) {
        double left = (double) (steps - step) / steps;
        double fading = fadeShare == 0 ? 1 : Math.min(1, left / fadeShare);
        return teaching(step, steps) * fading;
    }

    /** Whether feature maps are compared at all. */
    public boolean comparesFeatures() {
        return featureTerm != FeatureTerm.NONE && featureWeight > 0;
    }

    private static void require(String key, Object value, boolean holds, String allowed) {
        SpecText.require("distillation", key, value, holds, allowed);
    }
}
