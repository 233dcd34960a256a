package io.upriver.distil;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.Batch;
import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.distil.DistillationSettings.FeatureTerm;
import io.upriver.distil.DistillationSettings.Pairing;
import io.upriver.learn.Parameters;
import io.upriver.student.Specs;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Interpolation;
import io.upriver.student.StudentSpec.InvolutionSpec;
import io.upriver.student.StudentSpec.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DistillingStudentTest {
    private static final int SIDE = 8;
    private static final long STEPS = 100;

    /** Two depths; the teacher's features are wider and narrower than the student's. */
    private static final List<Pairing> PAIRINGS =
            List.of(new Pairing("head", "a", 0.3), new Pairing("block1", "b"));

    private static final List<Integer> WIDTHS = List.of(12, 20);

    /** Luma at full resolution, luma on squares of pixels, colour. */
    private static final List<StudentSpec> SPECS =
            List.of(
                    Specs.of(
                            2,
                            false,
                            Interpolation.BICUBIC,
                            new InvolutionSpec(3, 16, 1),
                            Operator.BSCONV_U),
                    Specs.of(Operator.BSCONV_U, Operator.INVOLUTION),
                    Specs.chain());

    static Stream<Arguments> everyTerm() {
        List<Arguments> all = new ArrayList<>();
        for (FeatureTerm term : List.of(FeatureTerm.L1, FeatureTerm.L2, FeatureTerm.AFFINITY)) {
            for (int spec = 0; spec < SPECS.size(); spec++) {
                all.add(Arguments.of(term, spec, 2));
            }
            all.add(Arguments.of(term, 1, 4));
        }
        all.add(Arguments.of(FeatureTerm.L1, 0, 1));
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("everyTerm")
    void punishesWhatPlainLoopsPunish(FeatureTerm term, int spec, int pool) {
        // Given a step in the middle of the run
        DistillingStudent learner = learner(settings(term, pool), SPECS.get(spec));
        float[] vector = vector(learner, SPECS.get(spec));
        Batch batch = batch(50, SPECS.get(spec), pool);

        // When
        float loss = learner.lossAndGradient(vector, batch, new float[vector.length]);

        // Then
        PlainLoss plain = plain(learner, SPECS.get(spec), vector, batch);
        double expected =
                plain.output(batch.high())
                        + 0.7 * plain.output(batch.label())
                        + 0.5 * plain.features(term, PAIRINGS, WIDTHS, pool);
        assertEquals(expected, loss, 1e-5);
    }

    /** Each term has its time: warm-up until step 10, fade from step 60. */
    @Test
    void hearsTheTeacherAfterTheWarmUpAndFadesTheFeatures() {
        StudentSpec spec = SPECS.get(0);
        DistillingStudent learner = learner(settings(FeatureTerm.AFFINITY, 2), spec);
        float[] vector = vector(learner, spec);
        PlainLoss plain = plain(learner, spec, vector, batch(0, spec, 2));
        double truth = plain.output(batch(0, spec, 2).high());
        double label = 0.7 * plain.output(batch(0, spec, 2).label());
        double features = 0.5 * plain.features(FeatureTerm.AFFINITY, PAIRINGS, WIDTHS, 2);
        double[][] steps = {
            {0, 0, 0}, {9, 0, 0}, {10, 1, 1}, {60, 1, 1}, {70, 1, 0.75}, {90, 1, 0.25}, {100, 1, 0}
        };
        for (double[] step : steps) {
            Batch batch = batch((long) step[0], spec, 2);
            float loss = learner.lossAndGradient(vector, batch, new float[vector.length]);
            assertEquals(
                    truth + step[1] * label + step[2] * features, loss, 1e-5, "step " + step[0]);
        }
    }

    @Test
    void comparesOnlyWhatABatchCarries() {
        // Given batches without features, and without a teacher at all
        StudentSpec spec = SPECS.get(0);
        DistillingStudent learner = learner(settings(FeatureTerm.L1, 2), spec);
        float[] vector = vector(learner, spec);
        Batch all = batch(50, spec, 2);
        Batch labelled = new Batch(50, all.low(), all.high(), all.label(), List.of(), 2, 1, SIDE);
        Batch alone = Batch.of(50, all.low(), all.high(), 2, 1, SIDE);
        PlainLoss plain = plain(learner, spec, vector, all);

        // When
        float[] gradient = new float[vector.length];
        float withLabel = learner.lossAndGradient(vector, labelled, gradient);
        float truth = learner.lossAndGradient(vector, alone, new float[vector.length]);

        // Then
        double expected = plain.output(all.high());
        assertEquals(expected, truth, 1e-5);
        assertEquals(expected + 0.7 * plain.output(all.label()), withLabel, 1e-5);
        int student = new StudentNetwork(spec).parameters().count();
        assertArrayEquals(
                new float[vector.length - student],
                Arrays.copyOfRange(gradient, student, vector.length),
                "adapters learn nothing");
    }

    @ParameterizedTest
    @MethodSource("everyTerm")
    void hasTheGradientOfItsLoss(FeatureTerm term, int spec, int pool) {
        // Given
        DistillingStudent learner = learner(settings(term, pool), SPECS.get(spec));
        float[] vector = vector(learner, SPECS.get(spec));
        Batch batch = batch(50, SPECS.get(spec), pool);
        float[] gradient = new float[vector.length];
        int student = new StudentNetwork(SPECS.get(spec)).parameters().count();

        // When
        learner.lossAndGradient(vector, batch, gradient);

        // Then
        assertSlope(learner, vector, batch, gradient, 0, student);
        if (student < vector.length) {
            assertSlope(learner, vector, batch, gradient, student, vector.length);
        }
    }

    /** Steps to both sides along a part of the gradient differ by what the gradient says. */
    private static void assertSlope(
            DistillingStudent learner,
            float[] vector,
            Batch batch,
            float[] gradient,
            int from,
            int to) {
        double square = 0;
        for (int i = from; i < to; i++) {
            square += (double) gradient[i] * gradient[i];
        }
        assertTrue(square > 0, "no gradient");
        double step = 2e-3 / Math.sqrt(square);
        float[] up = vector.clone();
        float[] down = vector.clone();
        for (int i = from; i < to; i++) {
            up[i] += (float) (step * gradient[i]);
            down[i] -= (float) (step * gradient[i]);
        }
        float[] unused = new float[vector.length];
        double difference =
                learner.lossAndGradient(up, batch, unused)
                        - (double) learner.lossAndGradient(down, batch, unused);
        assertEquals(2 * step * square, difference, 0.05 * 2 * step * square);
    }

    @Test
    void takesLabelsAndFeaturesAsTheyAre() {
        // Given
        StudentSpec spec = SPECS.get(1);
        DistillingStudent learner = learner(settings(FeatureTerm.L2, 2), spec);
        float[] vector = vector(learner, spec);
        Batch batch = batch(50, spec, 2);
        Batch before = batch(50, spec, 2);
        float[] parameters = vector.clone();

        // When
        learner.lossAndGradient(vector, batch, new float[vector.length]);

        // Then nothing is learned but the student and the adapters
        assertArrayEquals(before.label(), batch.label());
        assertArrayEquals(before.features().get(0), batch.features().get(0));
        assertArrayEquals(before.features().get(1), batch.features().get(1));
        assertArrayEquals(parameters, vector);
        assertEquals(
                new StudentNetwork(spec).parameters().count() + 16 * (12 + 20),
                learner.parameters().count());
    }

    @Test
    void putsAdaptersBehindTheStudentWhoEnlargesWithoutThem() {
        // Given
        StudentSpec spec = SPECS.get(0);
        StudentNetwork student = new StudentNetwork(spec);
        DistillingStudent learner = learner(settings(FeatureTerm.L1, 2), spec);
        Parameters all = learner.parameters();
        float[] vector = vector(learner, spec);
        Picture low = SyntheticPictures.noise(11, 9, 1);

        // When
        float[] others = vector.clone();
        Arrays.fill(others, student.parameters().count(), others.length, 100);

        // Then
        int count = student.parameters().count();
        assertEquals(count, all.offset("adapter0.weight"));
        assertEquals(count + 12 * 16, all.offset("adapter1.weight"));
        assertArrayEquals(
                new long[] {20, 16, 1, 1}, all.weights(vector).get("adapter1.weight").shape());
        assertArrayEquals(
                student.parameters().initial(3), Arrays.copyOf(all.initial(3), count), "first");
        byte[] expected = student.upscale(Arrays.copyOf(vector, count), low).samples();
        assertArrayEquals(expected, learner.upscale(vector, low).samples());
        assertArrayEquals(expected, learner.upscale(others, low).samples());
    }

    @Test
    void needsNoAdaptersForAffinityAndWithoutFeatures() {
        StudentSpec spec = SPECS.get(0);
        int student = new StudentNetwork(spec).parameters().count();
        for (FeatureTerm term : List.of(FeatureTerm.AFFINITY, FeatureTerm.NONE)) {
            assertEquals(student, learner(settings(term, 2), spec).parameters().count());
        }
    }

    @Test
    void refusesToPoolOverLessThanAPositionOfTheStudent() {
        DistillationSettings settings = settings(FeatureTerm.AFFINITY, 1);
        var refusal =
                assertThrows(IllegalArgumentException.class, () -> learner(settings, SPECS.get(1)));
        assertEquals(
                "distillation: pool is 1, allowed is a multiple of 2, the pixels that share a position"
                        + " of this student",
                refusal.getMessage());
        StudentNetwork student = new StudentNetwork(SPECS.get(1));
        assertFalse(
                new DistillingStudent(student, settings, List.of(), List.of(), STEPS)
                        .parameters()
                        .entries()
                        .isEmpty());
    }

    private static DistillationSettings settings(FeatureTerm term, int pool) {
        return DistillationSettings.defaults()
                .with(
                        Map.of(
                                "outputWeight", "0.7",
                                "featureTerm", term.name(),
                                "featureWeight", "0.5",
                                "pool", Integer.toString(pool),
                                "warmupShare", "0.1",
                                "fadeShare", "0.4"));
    }

    private static DistillingStudent learner(DistillationSettings settings, StudentSpec spec) {
        return new DistillingStudent(new StudentNetwork(spec), settings, PAIRINGS, WIDTHS, STEPS);
    }

    private static float[] vector(DistillingStudent learner, StudentSpec spec) {
        float[] vector = learner.parameters().initial(1);
        float[] student = Specs.randomVector(spec, 1);
        System.arraycopy(student, 0, vector, 0, student.length);
        return vector;
    }

    private static PlainLoss plain(
            DistillingStudent learner, StudentSpec spec, float[] vector, Batch batch) {
        return new PlainLoss(spec, learner.parameters().weights(vector), batch);
    }

    private static Batch batch(long step, StudentSpec spec, int pool) {
        Random random = new Random(5);
        int low = 2 * spec.channels() * SIDE * SIDE;
        int small = SIDE / pool;
        return new Batch(
                step,
                uniform(random, low),
                uniform(random, 4 * low),
                uniform(random, 4 * low),
                List.of(
                        uniform(random, 2 * 12 * small * small),
                        uniform(random, 2 * 20 * small * small)),
                2,
                spec.channels(),
                SIDE);
    }

    private static float[] uniform(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }
}
