package io.upriver.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.Batch;
import io.upriver.data.Crops;
import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.data.TrainingData;
import io.upriver.distil.DistillationSettings;
import io.upriver.distil.DistillationSettings.Pairing;
import io.upriver.distil.DistillingStudent;
import io.upriver.distil.Networks;
import io.upriver.learn.TrainingSettings;
import io.upriver.student.Specs;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Operator;
import io.upriver.teacher.OnnxModels;
import io.upriver.teacher.Teacher;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillationTest {
    private static final StudentSpec SPEC =
            Specs.of(Operator.BSCONV_U, Operator.BSCONV_U, Operator.BSCONV_U);
    private static final DistillationSettings DEFAULTS = DistillationSettings.defaults();

    @TempDir Path temporary;

    @Test
    void pairsThirdsOfBothNetworksUnlessItIsTold() throws IOException {
        // Given a student that shows head, three depths and a block; a teacher of three features
        try (Teacher teacher = Networks.open(published())) {
            Distillation distillation = distillation(SPEC, teacher);
            assertEquals(
                    List.of("head", "block1.depth1", "block1.depth2", "block1.depth3", "block1"),
                    new StudentNetwork(SPEC).tapNames());
            assertEquals(List.of("feat_0", "feat_1", "feat_2"), teacher.featureNames());

            // Then a third of 4 steps and of 2, rounded down, is 1 and 0, and so on
            assertEquals(List.of(), distillation.pairings(DEFAULTS));
            DistillationSettings affinity = DEFAULTS.with(Map.of("featureTerm", "AFFINITY"));
            assertEquals(
                    List.of(
                            new Pairing("block1.depth1", "feat_0"),
                            new Pairing("block1.depth2", "feat_1"),
                            new Pairing("block1", "feat_2")),
                    distillation.pairings(affinity));
            assertEquals(
                    List.of(new Pairing("head", "feat_2")),
                    distillation.pairings(paired("head", "feat_2")));
        }
    }

    @Test
    void refusesPairingsThatThereAreNotAndTeachersThatDoNotFit() throws IOException {
        try (Teacher teacher = Networks.open(published())) {
            Distillation distillation = distillation(SPEC, teacher);
            assertEquals(
                    "no feature named feat_3, there are [feat_0, feat_1, feat_2]",
                    refusal(() -> distillation.pairings(paired("head", "feat_3"))));
            assertEquals(
                    "distillation: pairings is tail, allowed is [head, block1.depth1, block1.depth2,"
                            + " block1.depth3, block1]",
                    refusal(() -> distillation.pairings(paired("tail", "feat_1"))));
            StudentSpec threefold = StudentSpec.load("nano-x3");
            assertEquals(
                    "teacher small.safetensors: expected scale 3 as the student's, got 2",
                    refusal(() -> new Distillation(threefold, teacher, null, temporary)));
        }
        assertEquals(
                "teacher grey: expected one of colour, got one of luma",
                refusal(() -> distillation(SPEC, new Grey())));
    }

    @Test
    void refusesToCompareFeaturesOfATeacherWithoutAny() {
        DistillationSettings affinity = DEFAULTS.with(Map.of("featureTerm", "AFFINITY"));
        Teacher blank =
                new Grey() {
                    @Override
                    public int channels() {
                        return 3;
                    }
                };
        assertEquals(
                "distillation: featureTerm is AFFINITY, allowed is NONE with a teacher without"
                        + " features",
                refusal(() -> distillation(SPEC, blank).pairings(affinity)));
    }

    @Test
    void measuresTheSpeedOfStepsThatHearTheTeacher() throws IOException {
        // Given a loss with adapters that is not heard in the warm-up
        DistillationSettings settings =
                DEFAULTS.with(
                        Map.of("featureTerm", "L1", "unlabelledShare", "0", "warmupShare", "0.2"));
        Path model = Files.write(temporary.resolve("a.onnx"), OnnxModels.repeating(3, 0));
        try (Teacher teacher = Networks.open(model)) {
            Distillation distillation =
                    new Distillation(SPEC, teacher, data(), temporary.resolve("labels"));
            Batch first = new Crops(distillation.labelled(settings, silent()), 2, 16, 1).batch(0);

            // When
            DistillingStudent timed = distillation.timed(settings);

            // Then
            float[] gradient = new float[timed.parameters().count()];
            timed.lossAndGradient(timed.parameters().initial(1), first, gradient);
            assertTrue(gradient[gradient.length - 1] != 0, "the last adapter learns");
        }
    }

    @Test
    void labelsEveryPictureAndTellsHowFarItIs() throws IOException {
        // Given
        Path model = Files.write(temporary.resolve("a.onnx"), OnnxModels.repeating(3, 0));
        StringWriter log = new StringWriter();
        try (Teacher teacher = Networks.open(model)) {
            Distillation distillation =
                    new Distillation(SPEC, teacher, data(), temporary.resolve("labels"));

            // When
            distillation.batches(
                    TrainingSettings.defaults(1, 1).with(Map.of("patch", "16")),
                    DEFAULTS.with(Map.of("unlabelledShare", "0.5")),
                    new PrintWriter(log));

            // Then once for each kind of lesson
            assertEquals(
                    List.of("labels: 3 of 3 pictures", "labels: 3 of 3 pictures"),
                    log.toString().lines().toList());
            assertEquals(1, distillation.validation().size());
            Picture low = distillation.validation().get(0).low();
            assertEquals(1, low.channels());
            assertTrue(distillation.source().startsWith("a.onnx sha256:" + teacher.digest()));
        }
    }

    private TrainingData data() throws IOException {
        Path folder = SyntheticPictures.folder(temporary.resolve("pictures"), 4, 64, 64);
        return TrainingData.read(List.of(folder), 2, 3, 1, 16);
    }

    private Path published() throws IOException {
        return io.upriver.teacher.Networks.publish(temporary.resolve("small.safetensors"));
    }

    private Distillation distillation(StudentSpec spec, Teacher teacher) {
        return new Distillation(spec, teacher, null, temporary);
    }

    private static DistillationSettings paired(String student, String teacher) {
        return DEFAULTS.with(
                Map.of(
                        "featureTerm",
                        "L1",
                        "pairings",
                        "[{\"student\":\"%s\",\"teacher\":\"%s\",\"weight\":1}]"
                                .formatted(student, teacher)));
    }

    private static PrintWriter silent() {
        return new PrintWriter(new StringWriter());
    }

    private static String refusal(org.junit.jupiter.api.function.Executable executable) {
        return assertThrows(IllegalArgumentException.class, executable).getMessage();
    }

    /** A teacher of luma that shows nothing. */
    private static class Grey implements Teacher {
        @Override
        public String name() {
            return "grey";
        }

        @Override
        public int scale() {
            return 2;
        }

        @Override
        public int channels() {
            return 1;
        }

        @Override
        public long parameters() {
            return 0;
        }

        @Override
        public long multiplyAdds(int outputWidth, int outputHeight) {
            return -1;
        }

        @Override
        public List<String> featureNames() {
            return List.of();
        }

        @Override
        public int featureWidth(String name) {
            throw new IllegalArgumentException("no feature named " + name);
        }

        @Override
        public String digest() {
            return "0";
        }

        @Override
        public Computed compute(float[] rgb, int height, int width, List<String> features) {
            throw new AssertionError("is not asked");
        }

        @Override
        public void close() {}
    }
}
