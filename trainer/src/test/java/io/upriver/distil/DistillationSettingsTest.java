package io.upriver.distil;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.distil.DistillationSettings.FeatureTerm;
import io.upriver.distil.DistillationSettings.Pairing;
import io.upriver.learn.SpecText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistillationSettingsTest {
    private static final DistillationSettings DEFAULTS = DistillationSettings.defaults();

    /** A warm-up of 10 steps of 100, a fade over the last 40. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "9, 0, 0",
        "10, 1, 1",
        "60, 1, 1",
        "70, 1, 0.75",
        "80, 1, 0.5",
        "99, 1, 0.025",
        "100, 1, 0"
    })
    void bringInTheTeacherAfterTheWarmUpAndFadeItsFeatures(
            long step, double teaching, double features) {
        DistillationSettings settings =
                DEFAULTS.with(Map.of("warmupShare", "0.1", "fadeShare", "0.4"));
        assertEquals(teaching, settings.teaching(step, 100));
        assertEquals(features, settings.features(step, 100), 1e-12);
    }

    @Test
    void teachFromTheFirstStepToTheLastWithoutWarmUpAndFade() {
        DistillationSettings settings = DEFAULTS.with(Map.of("warmupShare", "0", "fadeShare", "0"));
        for (long step = 0; step < 100; step++) {
            assertEquals(1, settings.teaching(step, 100));
            assertEquals(1, settings.features(step, 100));
        }
    }

    @Test
    void takePairingsAsJsonAndReadBackWhatTheyWrite() {
        // When
        DistillationSettings settings =
                DEFAULTS.with(
                        Map.of(
                                "featureTerm",
                                "L2",
                                "pairings",
                                "[{\"student\":\"head\",\"teacher\":\"feat_0\",\"weight\":0.5}]"));

        // Then
        assertEquals(List.of(new Pairing("head", "feat_0", 0.5)), settings.pairings());
        assertEquals(
                settings, SpecText.parse(DistillationSettings.class, SpecText.write(settings)));
        assertTrue(settings.comparesFeatures());
        assertFalse(settings.with(Map.of("featureWeight", "0")).comparesFeatures());
        assertFalse(DEFAULTS.comparesFeatures());
        assertEquals(FeatureTerm.NONE, DEFAULTS.featureTerm());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "weight | 1 | unknown key weight, allowed are [outputWeight, featureTerm, featureWeight,"
                        + " pairings, pool, warmupShare, fadeShare, unlabelledShare]",
                "outputWeight | -1 | outputWeight is -1.0, allowed is 0 or more",
                "featureTerm | L3 | featureTerm is L3, allowed are [NONE, L1, L2, AFFINITY]",
                "featureWeight | NaN | featureWeight is NaN, allowed is 0 or more",
                "pairings | [{\"student\":\"head\",\"teacher\":\"a\",\"weight\":-1}] | pairings.weight is -1.0, allowed is 0 or"
                        + " more",
                "pairings | [{\"student\":\"head\",\"teacher\":\"a\"}] | pairings.[0].weight is missing",
                "pairings | head | pairings is head, allowed is a list as JSON",
                "pool | 3 | pool is 3, allowed is 1, 2 or 4",
                "warmupShare | 1.1 | warmupShare is 1.1, allowed is 0 to 1",
                "fadeShare | -0.1 | fadeShare is -0.1, allowed is 0 to 1",
                "unlabelledShare | 2 | unlabelledShare is 2.0, allowed is 0 to 1"
            })
    void refuseWhatIsImpossible(String key, String value, String sentence) {
        var refusal =
                assertThrows(
                        IllegalArgumentException.class, () -> DEFAULTS.with(Map.of(key, value)));
        assertEquals("distillation: " + sentence, refusal.getMessage());
    }
}
