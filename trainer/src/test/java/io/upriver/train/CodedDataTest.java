package io.upriver.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.Batch;
import io.upriver.data.BatchSource;
import io.upriver.data.ImagePair;
import io.upriver.data.Mixture;
import io.upriver.data.Mixture.Part;
import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.learn.TrainingSettings;
import io.upriver.student.Specs;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Operator;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CodedDataTest {
    private static final StudentSpec LUMA = Specs.of(Operator.BSCONV_U);
    private static final List<ImagePair> PAIRS =
            List.of(ImagePair.of("a", Picture.rgb(SyntheticPictures.draw(144, 136, 1)), 2));

    @Test
    void keepsTheSharesOfAMixtureInside() {
        // Given clean batches of two kinds by halves, drawn by the same seed
        Mixture clean = new Mixture(List.of(new Part(kind(1), 0.5), new Part(kind(2), 0.5)), 7);
        StringWriter log = new StringWriter();

        // When
        BatchSource batches =
                CodedData.mixed(clean, PAIRS, LUMA, settings(0.5), new PrintWriter(log));
        int[] counts = new int[3];
        for (long step = 0; step < 2000; step++) {
            Batch batch = batches.batch(step);
            counts[batch.count() == 1 ? 0 : (int) batch.low()[0]]++;
        }

        // Then within four standard deviations of a fair draw
        assertEquals(1000, counts[0], 4 * Math.sqrt(500));
        assertEquals(500, counts[1], 4 * Math.sqrt(375));
        assertEquals(500, counts[2], 4 * Math.sqrt(375));
        assertTrue(log.toString().matches("coded: [1-9][0-9]* pairs\\R"), log.toString());
    }

    @Test
    void leavesEverythingAsItIsWithoutAShare() {
        BatchSource clean = kind(1);
        PrintWriter log = new PrintWriter(new StringWriter());
        assertSame(clean, CodedData.mixed(clean, PAIRS, LUMA, settings(0), log));
        assertSame(PAIRS, CodedData.validation(PAIRS, LUMA, settings(0)));
    }

    @Test
    void refusesAStudentInColour() {
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> CodedData.validation(PAIRS, Specs.chain(), settings(0.5)));
        assertEquals(
                "settings: codedShare is above 0, allowed is 0 for a student in colour",
                refusal.getMessage());
    }

    private static TrainingSettings settings(double share) {
        return TrainingSettings.defaults(10, 7)
                .with(
                        Map.of(
                                "batch", "1",
                                "patch", "8",
                                "codedShare", Double.toString(share)));
    }

    /** Batches of two crops that can be told by their samples. */
    private static BatchSource kind(int kind) {
        return step -> Batch.of(step, new float[] {kind, kind}, new float[8], 2, 1, 1);
    }
}
