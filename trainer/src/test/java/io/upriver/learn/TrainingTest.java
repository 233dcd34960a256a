package io.upriver.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.data.BatchSource;
import io.upriver.data.Crops;
import io.upriver.data.SyntheticPictures;
import io.upriver.data.TrainingData;
import io.upriver.learn.TrainingRun.DataDescription;
import io.upriver.learn.TrainingRun.Scores;
import io.upriver.learn.TrainingSettings.Optimizer;
import io.upriver.learn.Weights.Tensor;
import io.upriver.student.Specs;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
    private static final StudentSpec SPEC = Specs.of(Operator.BSCONV_U, Operator.INVOLUTION);

    @TempDir static Path temporary;

    private static TrainingData data;

    @BeforeAll
    static void drawPictures() throws IOException {
        Path folder = SyntheticPictures.folder(temporary.resolve("pictures"), 8, 96, 80);
        data = TrainingData.read(List.of(folder), 2, 1, 2, 16);
    }

    @Test
    void learnsToBeatWhatItStartsFrom() throws Exception {
        // Given
        TrainingRun run = create("learns", settings(300, 100, 3e-3));

        // When
        Scores scores = training(run, new Losses()).train();

        // Then
        assertEquals(300, scores.step());
        assertTrue(scores.gain() > 0.1, "gain over bicubic: " + scores.gain());
        assertEquals(scores, run.scores());
    }

    @Test
    void takesTheSameStepsAfterAResumeAsWithoutAStop() throws Exception {
        // Given a run without a stop
        Losses whole = new Losses();
        TrainingRun straight = create("straight", settings(12, 100, 1e-3));
        training(straight, whole).train();

        // When another one stops after 5 steps and is taken up by a new process' objects
        Losses parts = new Losses();
        create("stopped", settings(12, 100, 1e-3));
        training(TrainingRun.open(temporary.resolve("stopped")), parts).train(5);
        TrainingRun resumed = TrainingRun.open(temporary.resolve("stopped"));
        training(resumed, parts).train();

        // Then
        assertEquals(12, whole.values.size());
        assertEquals(whole.values, parts.values);
        assertArrayEquals(straight.averageWeights(), resumed.averageWeights());
        assertEquals(straight.scores(), resumed.scores());
    }

    @Test
    void endsWhenItsTimeIsOverAndKeepsWhatItHas() throws Exception {
        // Given steps for hours
        TrainingRun run = create("short", settings(1_000_000, 1_000_000, 1e-3));

        // When
        long begin = System.nanoTime();
        Scores scores = training(run, new Losses()).train(Duration.ofMillis(300));

        // Then
        assertEquals(0.3, (System.nanoTime() - begin) / 1e9, 5);
        assertTrue(scores.step() > 0 && scores.step() < 100_000, "steps " + scores.step());
        assertEquals(scores.step(), run.stepsTaken());
    }

    @Test
    void logsOneJsonObjectALine() throws Exception {
        TrainingRun run = create("logs", settings(4, 2, 1e-3));
        training(run, new Losses()).train();

        List<String> events = new ArrayList<>();
        for (String line : Files.readAllLines(temporary.resolve("logs").resolve("log.jsonl"))) {
            JsonNode entry = new ObjectMapper().readTree(line);
            events.add(entry.get("event").asText() + " " + entry.get("step").asLong());
        }
        assertEquals(
                List.of("validation 0", "progress 2", "validation 2", "progress 4", "validation 4"),
                events);
    }

    @Test
    void tellsHowLongItWaitedForBatches() throws Exception {
        // Given batches that take longer than steps
        TrainingRun run = create("waits", settings(20, 20, 1e-3));
        BatchSource quick = Crops.of(data.training(), 1, 8, 1);
        BatchSource slow =
                step -> {
                    LockSupport.parkNanos(30_000_000);
                    return quick.batch(step);
                };

        // When
        new Training(run, new StudentNetwork(SPEC), slow, data.validation(), new Losses()).train();

        // Then
        String line = Files.readAllLines(temporary.resolve("waits").resolve("log.jsonl")).get(1);
        JsonNode entry = new ObjectMapper().readTree(line);
        double waited = entry.path("waitMillisPerStep").asDouble();
        assertTrue(waited > 5 && waited < entry.get("millisPerStep").asDouble(), line);
    }

    @Test
    void stopsWhenItsLossIsNoNumberManyTimes() throws Exception {
        // Given a checkpoint that is spoilt
        TrainingRun run = create("spoilt", settings(100, 50, 1e-3));
        writeCheckpoint("spoilt", Float.NaN, 0);

        // When
        var refusal =
                assertThrows(
                        IllegalStateException.class, () -> training(run, new Losses()).train());

        // Then
        assertTrue(
                refusal.getMessage()
                        .endsWith("was not finite in 10 steps in a row, the last is step 10"),
                refusal.getMessage());
    }

    @Test
    void stopsWhenTheNetworkHasBecomeItsInterpolation() throws Exception {
        // Given a checkpoint of a network whose weights are all zero, late in a run
        TrainingRun run = create("dead", settings(3000, 1, 1e-9));
        writeCheckpoint("dead", 0, 2000);

        // When
        var refusal =
                assertThrows(
                        IllegalStateException.class, () -> training(run, new Losses()).train());

        // Then
        assertTrue(
                refusal.getMessage().contains("after 2001 steps the network gives"),
                refusal.getMessage());
        assertTrue(refusal.getMessage().contains("its correction has died"), refusal.getMessage());
    }

    @Test
    void refusesAFolderThatHoldsARunAndOneThatHoldsNone() throws Exception {
        TrainingRun run = create("taken", settings(1, 1, 1e-3));
        training(run, new Losses()).train();

        var refusal = assertThrows(IOException.class, () -> create("taken", settings(1, 1, 1e-3)));
        assertTrue(
                refusal.getMessage()
                        .endsWith("holds a run already; resume it or choose another folder"));
        refusal =
                assertThrows(
                        IOException.class, () -> TrainingRun.open(temporary.resolve("nothing")));
        assertTrue(refusal.getMessage().endsWith("no training run (spec.json is missing)"));
    }

    @Test
    void raisesTheRateAndLowersItAgain() {
        TrainingSettings settings = TrainingSettings.defaults(100_000, 1);
        assertEquals(1e-6, settings.rate(0), 1e-8);
        assertEquals(1e-3, settings.rate(1000), 1e-6);
        assertEquals(5e-4, settings.rate(50_000), 1e-6);
        assertTrue(settings.rate(99_999) < 1e-9);
        for (long step = 1001; step < 100_000; step += 1000) {
            assertTrue(settings.rate(step) < settings.rate(step - 1));
        }
    }

    @Test
    void shortensALongGradientAndAveragesTheWeights() {
        // Given two parameters and a gradient ten times as long as allowed
        TrainingSettings settings = settings(100, 10, 1e-3);
        TrainingState once = TrainingState.begin(new float[] {1, 1});
        TrainingState shortened = TrainingState.begin(new float[] {1, 1});

        // When
        once.advance(new float[] {0.06f, 0.08f}, 0.1, new boolean[] {true, true}, settings);
        shortened.advance(new float[] {0.6f, 0.8f}, 1, new boolean[] {true, true}, settings);

        // Then
        assertArrayEquals(once.parameters(), shortened.parameters(), 1e-7f);
        assertTrue(once.parameters()[0] < 1);
        float decay = 2 / 11f; // (1 + 1) / (10 + 1) at the first step
        assertEquals(decay + (1 - decay) * once.parameters()[0], once.average()[0], 1e-7f);
    }

    private static Training training(TrainingRun run, Training.Listener listener)
            throws IOException {
        TrainingSettings settings = run.settings();
        return new Training(
                run,
                new StudentNetwork(SPEC),
                Crops.of(data.training(), settings.batch(), settings.patch(), settings.seed()),
                data.validation(),
                listener);
    }

    private static TrainingRun create(String name, TrainingSettings settings) throws IOException {
        return TrainingRun.create(
                temporary.resolve(name),
                SPEC.toJson(),
                settings,
                new DataDescription(data.digest(), "drawn", 6, 2, "none"));
    }

    private static TrainingSettings settings(long steps, int validateEvery, double rate) {
        return new TrainingSettings(
                Optimizer.ADAM, 0, steps, 4, 16, rate, 10, 0.99, 0.1, 2, validateEvery, 0.1, 0, 1);
    }

    private static void writeCheckpoint(String name, float value, long step) throws IOException {
        int count = new StudentNetwork(SPEC).parameters().count();
        float[] values = new float[count];
        Arrays.fill(values, value);
        Tensor zeros = Tensor.of(new float[count], count);
        Tensor filled = Tensor.of(values, count);
        new Safetensors(
                        Map.of(
                                "parameters", filled,
                                "average", filled,
                                "firstMoment", zeros,
                                "secondMoment", zeros),
                        Map.of("step", Long.toString(step)))
                .write(temporary.resolve(name).resolve("checkpoint.safetensors"));
    }

    /** Keeps the losses in order. */
    private static final class Losses implements Training.Listener {
        private final List<Float> values = new ArrayList<>();

        @Override
        public void stepped(long step, float loss) {
            values.add(loss);
        }

        @Override
        public void progress(long step, long steps, double loss, double millisPerStep) {}

        @Override
        public void validated(Scores scores) {}
    }
}
