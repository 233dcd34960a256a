package io.upriver.learn;

import java.util.Arrays;
import java.util.Map;

/**
 * Every number that decides how a student is trained. Kept beside the run and inside the exported
 * model.
 *
 * @param optimizer ADAM or ADAMW
 * @param weightDecay share of every weight taken away per step at rate 1, ADAMW only
 * @param steps optimiser steps in the whole run
 * @param batch crops in a step
 * @param patch side of a low-resolution crop in pixels
 * @param peakRate highest learning rate of Adam
 * @param warmupSteps steps over which the rate rises from 0 to the peak; a half cosine takes it
 *     back to 0
 * @param averageDecay share of the old value in the running average of the weights, per step
 * @param clipNorm longest gradient (Euclidean norm) taken as it is
 * @param validationPictures pictures set apart to choose by
 * @param validateEvery steps between validations; each also writes a checkpoint
 * @param frozenShare share of the run at its end in which statistics of batch normalisation stand
 *     still, 0 to 1
 * @param codedShare share of the batches whose low pictures went through a video codec, 0 to 1;
 *     with any, validation is on such pictures as well
 * @param seed of the first weights and of the crops
 */
public record TrainingSettings(
        Optimizer optimizer,
        double weightDecay,
        long steps,
        int batch,
        int patch,
        double peakRate,
        int warmupSteps,
        double averageDecay,
        double clipNorm,
        int validationPictures,
        int validateEvery,
        double frozenShare,
        double codedShare,
        long seed) {

    /** Which rule turns gradients into steps. */
    public enum Optimizer {
        /** Kingma and Ba, arXiv 1412.6980. */
        ADAM,
        /** Loshchilov and Hutter, arXiv 1711.05101: the decay is apart from the gradient. */
        ADAMW
    }

    /** The settings that the default student is trained with. */
    public static TrainingSettings defaults(long steps, long seed) {
        return new TrainingSettings(
                Optimizer.ADAM, 0, steps, 16, 48, 1e-3, 1000, 0.999, 0.1, 12, 2500, 0.1, 0, seed);
    }

    public TrainingSettings {
        require("optimizer", optimizer, optimizer != null, Arrays.toString(Optimizer.values()));
        require(
                "weightDecay",
                weightDecay,
                weightDecay >= 0
                        && weightDecay < 1
                        && (weightDecay == 0 || optimizer == Optimizer.ADAMW),
                "0 to 1, and 0 with ADAM");
        require("steps", steps, steps >= 1, "1 or more");
        require("batch", batch, batch >= 1, "1 or more");
        require("patch", patch, patch >= 8 && patch % 2 == 0, "an even number from 8");
        require("peakRate", peakRate, peakRate > 0 && peakRate <= 0.1, "above 0, at most 0.1");
        require("warmupSteps", warmupSteps, warmupSteps >= 0, "0 or more");
        require("averageDecay", averageDecay, averageDecay >= 0 && averageDecay < 1, "0 to 1");
        require("clipNorm", clipNorm, clipNorm > 0, "above 0");
        require("validationPictures", validationPictures, validationPictures >= 1, "1 or more");
        require("validateEvery", validateEvery, validateEvery >= 1, "1 or more");
        require("frozenShare", frozenShare, frozenShare >= 0 && frozenShare <= 1, "0 to 1");
        require("codedShare", codedShare, codedShare >= 0 && codedShare <= 1, "0 to 1");
    }

    /**
     * The same with some settings changed.
     *
     * @param changes values by key, as text
     * @throws IllegalArgumentException for an unknown key or an impossible value, with what is
     *     allowed
     */
    public TrainingSettings with(Map<String, String> changes) {
        return SpecText.change("settings", TrainingSettings.class, this, changes);
    }

    /** The same in a run of another length. */
    public TrainingSettings withSteps(long newSteps) {
        return new TrainingSettings(
                optimizer,
                weightDecay,
                newSteps,
                batch,
                patch,
                peakRate,
                warmupSteps,
                averageDecay,
                clipNorm,
                validationPictures,
                validateEvery,
                frozenShare,
                codedShare,
                seed);
    }

    /** The first step whose statistics stand still. */
    public long frozenFrom() {
        return Math.round(steps * (1 - frozenShare));
    }

    /** The learning rate of a step, from 0 on. */
    public double rate(long step) {
        double warmup = Math.min(1, (step + 1.0) / (warmupSteps + 1.0));
        return peakRate * warmup * 0.5 * (1 + Math.cos(Math.PI * step / steps));
    }

    private static void require(String key, Object value, boolean holds, String allowed) {
        SpecText.require("settings", key, value, holds, allowed);
    }
}
