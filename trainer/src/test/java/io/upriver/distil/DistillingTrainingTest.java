package io.upriver.distil;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.BatchSource;
import io.upriver.data.Crops;
import io.upriver.data.ImagePair;
import io.upriver.data.Lesson;
import io.upriver.data.Mixture;
import io.upriver.data.Mixture.Part;
import io.upriver.data.SyntheticPictures;
import io.upriver.data.TrainingData;
import io.upriver.distil.DistillationSettings.Pairing;
import io.upriver.learn.Training;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.TrainingRun.DataDescription;
import io.upriver.learn.TrainingRun.Scores;
import io.upriver.learn.TrainingSettings;
import io.upriver.student.Specs;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Operator;
import io.upriver.teacher.OnnxModels;
import io.upriver.teacher.Teacher;
import io.upriver.teacher.TeacherCache;
import io.upriver.teacher.Teachers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short trainings with a teacher that repeats pixels. */
class DistillingTrainingTest {
    private static final StudentSpec SPEC = Specs.of(Operator.BSCONV_U, Operator.INVOLUTION);
    private static final List<Pairing> PAIRINGS = List.of(new Pairing("block1", "body"));

    /** Every term at once, all of the time. */
    private static final DistillationSettings TEACHING =
            DistillationSettings.defaults()
                    .with(
                            Map.of(
                                    "featureTerm", "L1",
                                    "warmupShare", "0",
                                    "fadeShare", "0"));

    @TempDir static Path temporary;

    private static TrainingData data;
    private static List<Lesson> labelled;
    private static List<Lesson> unlabelled;

    @BeforeAll
    static void label() throws IOException {
        Path folder = SyntheticPictures.folder(temporary.resolve("pictures"), 8, 96, 80);
        data = TrainingData.read(List.of(folder), 2, 3, 2, 16);
        Path file = Files.write(temporary.resolve("teacher.onnx"), OnnxModels.repeating(3, 0));
        try (Teacher teacher = Teachers.open(file)) {
            TeacherCache cache = new TeacherCache(teacher, temporary.resolve("labels"));
            labelled = Lessons.labelled(data.training(), SPEC, cache, PAIRINGS, 2, count -> {});
            unlabelled = Lessons.unlabelled(data.training(), SPEC, cache, count -> {});
        }
    }

    @Test
    void lowersTheLossOfBatchesWithTruthAndWithout() throws Exception {
        // Given
        TrainingRun run = create("learns", 150, 150, TEACHING);
        DistillingStudent learner = learner(TEACHING, 150);
        float[] first = learner.parameters().initial(1);

        // When
        training(run, TEACHING, new Losses()).train();

        // Then both kinds of batches are better known, also such as were not trained on
        for (List<Lesson> lessons : List.of(labelled, unlabelled)) {
            BatchSource others = new Crops(lessons, 16, 16, 99);
            double before = loss(learner, first, others);
            double after = loss(learner, run.averageWeights(), others);
            assertTrue(after < 0.9 * before, "loss before " + before + ", after " + after);
        }
    }

    private static double loss(DistillingStudent learner, float[] vector, BatchSource batches) {
        return learner.lossAndGradient(vector, batches.batch(50), new float[vector.length]);
    }

    @Test
    void takesTheSameStepsAfterAnAbortAsWithoutOne() throws Exception {
        // Given a run with every term and a schedule, without a stop
        DistillationSettings teaching =
                TEACHING.with(Map.of("warmupShare", "0.2", "fadeShare", "0.4"));
        Losses whole = new Losses();
        TrainingRun straight = create("straight", 20, 8, teaching);
        training(straight, teaching, whole).train();

        // When another one dies in step 11, three steps after a checkpoint, and is taken up
        create("stopped", 20, 8, teaching);
        Losses dying = new Losses();
        dying.last = 11;
        Training aborted =
                training(TrainingRun.open(temporary.resolve("stopped")), teaching, dying);
        assertThrows(CancellationException.class, aborted::train);
        TrainingRun resumed = TrainingRun.open(temporary.resolve("stopped"));
        Losses rest = new Losses();
        training(resumed, teaching, rest).train();

        // Then
        assertEquals(20, whole.values.size());
        assertEquals(whole.values.subList(0, 11), dying.values);
        assertEquals(whole.values.subList(8, 20), rest.values);
        assertArrayEquals(straight.averageWeights(), resumed.averageWeights());
        assertEquals(straight.scores(), resumed.scores());
    }

    private static DistillingStudent learner(DistillationSettings teaching, long steps) {
        return new DistillingStudent(
                new StudentNetwork(SPEC), teaching, PAIRINGS, List.of(12), steps);
    }

    private static Training training(
            TrainingRun run, DistillationSettings teaching, Training.Listener listener)
            throws IOException {
        TrainingSettings settings = run.settings();
        BatchSource batches =
                new Mixture(
                        List.of(
                                new Part(new Crops(labelled, 4, 16, settings.seed()), 0.5),
                                new Part(new Crops(unlabelled, 4, 16, settings.seed()), 0.5)),
                        settings.seed());
        List<ImagePair> validation =
                data.validation().stream()
                        .map(pair -> ImagePair.of(pair.name(), pair.high().luma(), 2))
                        .toList();
        return new Training(
                run, learner(teaching, settings.steps()), batches, validation, listener);
    }

    private static TrainingRun create(
            String name, long steps, int validateEvery, DistillationSettings teaching)
            throws IOException {
        TrainingSettings settings =
                TrainingSettings.defaults(steps, 1)
                        .with(
                                Map.of(
                                        "batch", "4",
                                        "patch", "16",
                                        "peakRate", "0.003",
                                        "warmupSteps", "10",
                                        "averageDecay", "0.9",
                                        "validateEvery", Integer.toString(validateEvery)));
        TrainingRun run =
                TrainingRun.create(
                        temporary.resolve(name),
                        SPEC.toJson(),
                        settings,
                        new DataDescription(data.digest(), "drawn", 6, 2, "repeating"));
        run.keep("distillation.json", io.upriver.learn.SpecText.write(teaching));
        return run;
    }

    /** Keeps the losses in order and dies after a step. */
    private static final class Losses implements Training.Listener {
        private final List<Float> values = new ArrayList<>();
        private long last = Long.MAX_VALUE;

        @Override
        public void stepped(long step, float loss) {
            values.add(loss);
            if (step == last) {
                throw new CancellationException();
            }
        }

        @Override
        public void progress(long step, long steps, double loss, double millisPerStep) {}

        @Override
        public void validated(Scores scores) {}
    }
}
