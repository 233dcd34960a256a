package io.upriver.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.upriver.publish.Gate.Passed;
import io.upriver.publish.Gate.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GateTest {

    /** Set14 of the current model is always 32.50 dB, Set5 36.30 dB. */
    @ParameterizedTest
    @CsvSource({
        // margin, Set5, Set14, passes
        "0.02, 36.30, 32.50, false", // the same
        "0.02, 36.31, 32.52, false", // +0.015 on average
        "0.02, 36.32, 32.52, true", // +0.02 on average: enough
        "0.02, 36.34, 32.50, true", // +0.02 by one set alone
        "0.02, 36.50, 32.48, true", // -0.02 on one: just allowed
        "0.02, 36.50, 32.479, false", // -0.021 on one, however good the other
        "0.02, 36.279, 33.00, false", // the same with the sets exchanged
        "0.02, 36.00, 32.00, false", // worse everywhere
        "0.00, 36.30, 32.50, true", // no margin: as good is good enough
        "0.00, 36.30, 32.499, false", // and worse is not
        "0.50, 36.79, 33.00, false", // +0.495 where half a decibel is asked for
        "0.50, 36.80, 33.00, true",
        "0.02, Infinity, 32.50, true", // exact where the other was not
        "0.02, NaN, 33.00, false" // no number is no gain
    })
    void passesWhatIsBetterOnAverageAndNowhereWorse(
            double margin, double set5, double set14, boolean passes) {
        Verdict verdict = new Gate(margin).judge(figures(set5, set14), figures(36.30, 32.50));

        assertEquals(passes, verdict instanceof Passed, verdict.sentence());
    }

    @Test
    void takesTwoThatAreBothExactForEqual() {
        double exact = Double.POSITIVE_INFINITY;
        Verdict verdict = new Gate(0.02).judge(figures(exact, 32.6), figures(exact, 32.5));

        assertEquals(new Passed("+0.050 dB over the current model on average"), verdict);
    }

    @Test
    void saysWhatWasExpectedAndWhatCame() {
        Gate gate = new Gate(0.02);

        assertEquals(
                "expected a gain of at least 0.020 dB over the current model on average, got -0.110 dB",
                gate.judge(figures(36.18, 32.40), figures(36.30, 32.50)).sentence());
        assertEquals(
                "expected no set to lose more than 0.020 dB, got -0.100 dB on Set14",
                gate.judge(figures(37.30, 32.40), figures(36.30, 32.50)).sentence());
    }

    @Test
    void comparesOnlyTheSameSets() {
        Gate gate = new Gate(0.02);

        assertThrows(
                IllegalArgumentException.class,
                () -> gate.judge(Map.of("Set5", 37.0), figures(36.30, 32.50)));
        assertThrows(IllegalArgumentException.class, () -> gate.judge(Map.of(), Map.of()));
        assertThrows(IllegalArgumentException.class, () -> new Gate(-0.01));
        assertThrows(IllegalArgumentException.class, () -> new Gate(Double.NaN));
    }

    private static Map<String, Double> figures(double set5, double set14) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("Set5", set5);
        figures.put("Set14", set14);
        return figures;
    }
}
