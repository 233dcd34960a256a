package io.upriver.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.upriver.learn.TrainingSettings.Optimizer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingSettingsTest {
    private static final TrainingSettings DEFAULTS = TrainingSettings.defaults(1000, 1);

    @Test
    void changesWhatItIsToldAndNothingElse() {
        // When
        TrainingSettings changed =
                DEFAULTS.with(Map.of("optimizer", "ADAMW", "weightDecay", "0.01", "patch", "32"));

        // Then
        assertEquals(
                new TrainingSettings(
                        Optimizer.ADAMW,
                        0.01,
                        1000,
                        16,
                        32,
                        1e-3,
                        1000,
                        0.999,
                        0.1,
                        12,
                        2500,
                        0.1,
                        0,
                        1),
                changed);
        assertEquals(DEFAULTS, DEFAULTS.with(Map.of()));
        assertEquals(
                DEFAULTS.with(Map.of("steps", "70")), DEFAULTS.withSteps(70), "another length");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pach | 32 | unknown key pach, allowed are [optimizer, weightDecay, steps, batch, patch,"
                        + " peakRate, warmupSteps, averageDecay, clipNorm, validationPictures,"
                        + " validateEvery, frozenShare, codedShare, seed]",
                "optimizer | SGD | optimizer is SGD, allowed are [ADAM, ADAMW]",
                "optimizer | 0 | optimizer is 0, allowed are [ADAM, ADAMW]",
                "batch | many | batch is many, allowed is a whole number",
                "batch | 2.5 | batch is 2.5, allowed is a whole number",
                "weightDecay | 0.1 | weightDecay is 0.1, allowed is 0 to 1, and 0 with ADAM",
                "steps | 0 | steps is 0, allowed is 1 or more",
                "batch | 0 | batch is 0, allowed is 1 or more",
                "patch | 6 | patch is 6, allowed is an even number from 8",
                "patch | 33 | patch is 33, allowed is an even number from 8",
                "peakRate | 0.2 | peakRate is 0.2, allowed is above 0, at most 0.1",
                "peakRate | NaN | peakRate is NaN, allowed is above 0, at most 0.1",
                "warmupSteps | -1 | warmupSteps is -1, allowed is 0 or more",
                "averageDecay | 1 | averageDecay is 1.0, allowed is 0 to 1",
                "clipNorm | 0 | clipNorm is 0.0, allowed is above 0",
                "validationPictures | 0 | validationPictures is 0, allowed is 1 or more",
                "validateEvery | 0 | validateEvery is 0, allowed is 1 or more",
                "frozenShare | 1.5 | frozenShare is 1.5, allowed is 0 to 1",
                "codedShare | -0.5 | codedShare is -0.5, allowed is 0 to 1"
            })
    void refusesAnUnknownKeyAndAnImpossibleValue(String key, String value, String sentence) {
        var refusal =
                assertThrows(
                        IllegalArgumentException.class, () -> DEFAULTS.with(Map.of(key, value)));
        assertEquals("settings: " + sentence, refusal.getMessage());
    }

    @Test
    void freezesStatisticsOverTheLastPart() {
        assertEquals(900, DEFAULTS.frozenFrom());
        assertEquals(1000, DEFAULTS.with(Map.of("frozenShare", "0")).frozenFrom());
        assertEquals(0, DEFAULTS.with(Map.of("frozenShare", "1")).frozenFrom());
    }
}
