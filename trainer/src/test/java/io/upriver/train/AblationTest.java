package io.upriver.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.distil.DistillationSettings;
import io.upriver.distil.DistillationSettings.FeatureTerm;
import io.upriver.train.Ablation.Outcome;
import io.upriver.train.Ablation.Variant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AblationTest {
    private static final List<Variant> VARIANTS = Ablation.variants(FeatureTerm.L2, 0.25);

    @Test
    void addsOnePartToTheTeachersPicture() {
        assertEquals(
                List.of("truth", "output", "depths", "unlabelled"),
                VARIANTS.stream().map(Variant::name).toList());
        DistillationSettings truth = VARIANTS.get(0).settings();
        assertEquals(0, truth.outputWeight());
        assertEquals(0, truth.unlabelledShare());
        DistillationSettings output = VARIANTS.get(1).settings();
        assertEquals(truth.with(Map.of("outputWeight", "1.0")), output);
        assertEquals(
                output.with(Map.of("featureTerm", "L2", "featureWeight", "0.25")),
                VARIANTS.get(2).settings());
        assertEquals(output.with(Map.of("unlabelledShare", "0.5")), VARIANTS.get(3).settings());
    }

    /**
     * Means and standard deviations (with n - 1) worked out by hand: 30.0 and 30.2 give 30.1 and
     * 0.1 * sqrt(2).
     */
    @Test
    void tellsMeansSpreadsAndDifferencesToTheFirst() {
        // Given
        Ablation ablation = new Ablation();
        ablation.add(VARIANTS.get(0), outcome(30, 36, 32));
        ablation.add(VARIANTS.get(0), outcome(30.2, 36.6, 32));
        ablation.add(VARIANTS.get(1), outcome(29.9, 36.4, 33));
        ablation.add(VARIANTS.get(1), outcome(29.8, 36.8, 34));
        ablation.add(VARIANTS.get(1), outcome(30.0, 37.2, 35));
        ablation.add(VARIANTS.get(2), outcome(31, 36.3, 32));

        // Then
        assertEquals(
                """
                | learned from | seeds | validation | Set5 | Set14 |
                |---|---|---|---|---|
                | truth | 2 | 30.100 ± 0.141 (+0.000) | 36.300 ± 0.424 (+0.000) | 32.000 ± 0.000 (+0.000) |
                | truth, the teacher's picture | 3 | 29.900 ± 0.100 (-0.200) | 36.800 ± 0.400 (+0.500) | 34.000 ± 1.000 (+2.000) |
                | truth, the teacher's picture, features at three depths (l2) | 1 | 31.000 ± 0.000 (+0.900) | 36.300 ± 0.000 (+0.000) | 32.000 ± 0.000 (+0.000) |
                """,
                ablation.table());
    }

    @Test
    void hasOnlyTheValidationWithoutTestSets() {
        Ablation ablation = new Ablation();
        ablation.add(VARIANTS.get(0), new Outcome(30, Map.of()));
        assertEquals(
                """
                | learned from | seeds | validation |
                |---|---|---|
                | truth | 1 | 30.000 ± 0.000 (+0.000) |
                """,
                ablation.table());
    }

    private static Outcome outcome(double validation, double set5, double set14) {
        Map<String, Double> sets = new LinkedHashMap<>();
        sets.put("Set5", set5);
        sets.put("Set14", set14);
        return new Outcome(validation, sets);
    }
}
