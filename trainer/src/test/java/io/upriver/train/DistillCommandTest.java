package io.upriver.train;

import static io.upriver.train.Ran.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.distil.DistillationSettings;
import io.upriver.distil.DistillationSettings.FeatureTerm;
import io.upriver.evaluate.OnnxNetwork;
import io.upriver.learn.SpecText;
import io.upriver.learn.TrainingRun;
import io.upriver.schemas.ModelMetadata;
import io.upriver.student.Specs;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Operator;
import io.upriver.teacher.Networks;
import io.upriver.teacher.OnnxModels;
import io.upriver.teacher.TeacherSpec.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Students and their teachers by the command line, a few steps each. */
class DistillCommandTest {
    private static final StudentSpec SPEC = Specs.of(Operator.BSCONV_U);
    private static final List<String> SMALL =
            List.of("--set", "batch=2", "--set", "patch=16", "--set", "validationPictures=2");

    @TempDir static Path temporary;

    private static Path pictures;
    private static Path spec;
    private static Path teacher;

    @BeforeAll
    static void prepare() throws IOException {
        pictures = SyntheticPictures.folder(temporary.resolve("pictures"), 5, 66, 58);
        spec = Files.writeString(temporary.resolve("spec.json"), SPEC.toJson());
        teacher = Files.write(temporary.resolve("teacher.onnx"), OnnxModels.repeating(3, 0));
    }

    @Test
    void distilsTakesUpAndExports() throws IOException {
        // Given
        Path run = temporary.resolve("whole");
        Path model = temporary.resolve("whole.onnx");
        List<String> teaching = List.of("--distil", "featureTerm=L1", "--distil", "warmupShare=0");

        // When
        Ran trained = distil(run, "--steps", "3", teaching);
        Ran resumed = resume(run, teacher, "--steps", "6");
        Ran exported = run("export", run, "-o", model, "--target", "TENSORRT");

        // Then
        assertEquals(0, trained.code(), trained.errors());
        assertTrue(trained.errors().contains("labels: 3 of 3 pictures"), trained.errors());
        assertTrue(trained.errors().contains("step 3/3"), trained.errors());
        assertEquals(0, resumed.code(), resumed.errors());
        assertTrue(resumed.errors().contains("step 6/6"), resumed.errors());
        DistillationSettings kept =
                SpecText.parse(
                        DistillationSettings.class,
                        Files.readString(run.resolve("distillation.json")));
        assertEquals(FeatureTerm.L1, kept.featureTerm());
        assertEquals(0, kept.warmupShare());

        // And the model is the student alone, in spite of the adapters in the checkpoint
        assertEquals(0, exported.code(), exported.errors());
        StudentNetwork network = new StudentNetwork(SPEC);
        int count = network.parameters().count();
        float[] average = TrainingRun.open(run).averageWeights();
        assertEquals(count + 3 * 12 * SPEC.width(), average.length);
        Picture low = Picture.rgb(SyntheticPictures.draw(33, 29, 9)).luma().cropToMultiple(2);
        try (OnnxNetwork onnx = new OnnxNetwork(Files.readAllBytes(model))) {
            ModelMetadata metadata = ModelMetadata.from(onnx.metadata());
            assertEquals(count, metadata.parameters());
            assertTrue(
                    metadata.teacher().matches("teacher\\.onnx sha256:[0-9a-f]{64}"),
                    metadata.teacher());
            JsonNode settings = new ObjectMapper().readTree(metadata.settings());
            assertEquals(6, settings.path("steps").asInt());
            assertEquals("L1", settings.path("distillation").path("featureTerm").asText());
            assertClose(network.upscale(Arrays.copyOf(average, count), low), onnx.upscale(low));
        }
    }

    /** Rounding may differ where a value lies in the middle. */
    private static void assertClose(Picture expected, Picture actual) {
        assertEquals(expected.width(), actual.width());
        assertEquals(expected.samples().length, actual.samples().length);
        for (int i = 0; i < expected.samples().length; i++) {
            assertEquals(expected.samples()[i] & 255, actual.samples()[i] & 255, 1);
        }
    }

    @Test
    void learnsFromATeacherThatWasTrainedHere() throws IOException {
        // Given
        Path small =
                Files.writeString(
                        temporary.resolve("small.json"),
                        Networks.small(Architecture.EDSR).toJson());
        Path taught = temporary.resolve("taught");
        Path run = temporary.resolve("from-run");
        Ran first =
                run(
                        "teacher", "--data", pictures, "--spec", small, "--out", taught, "--steps",
                        "2", SMALL);
        assertEquals(0, first.code(), first.errors());

        // When
        Ran trained =
                run(
                        "distill",
                        "--teacher",
                        taught,
                        "--labels",
                        temporary.resolve("labels"),
                        "--data",
                        pictures,
                        "--spec",
                        spec,
                        "--out",
                        run,
                        "--steps",
                        "2",
                        SMALL,
                        "--distil",
                        "featureTerm=AFFINITY");

        // Then
        assertEquals(0, trained.code(), trained.errors());
        String source = TrainingRun.open(run).data().teacher();
        assertTrue(source.matches("taught sha256:[0-9a-f]{64}"), source);
    }

    @Test
    void computesALabelOnce() throws IOException {
        Path labels = temporary.resolve("once");
        for (String name : List.of("first", "second")) {
            Ran trained =
                    run(
                            "distill",
                            "--teacher",
                            teacher,
                            "--labels",
                            labels,
                            "--data",
                            pictures,
                            "--spec",
                            spec,
                            "--out",
                            temporary.resolve(name),
                            "--steps",
                            "1",
                            "--distil",
                            "unlabelledShare=0.5",
                            SMALL);
            assertEquals(0, trained.code(), trained.errors());
            try (Stream<Path> files = Files.list(labels)) {
                assertEquals(6, files.count(), "shrunken ones and middles of three pictures");
            }
        }
    }

    @Test
    void refusesTeachersAndPairingsThatDoNotFit() throws IOException {
        // Given
        Path out = temporary.resolve("never");
        Path threefold =
                Files.writeString(
                        temporary.resolve("x3.json"),
                        SPEC.toJson().replace("\"scale\":2", "\"scale\":3"));

        // Then
        Ran scale =
                run(
                        "distill",
                        "--teacher",
                        teacher,
                        "--labels",
                        temporary.resolve("labels"),
                        "--data",
                        pictures,
                        "--spec",
                        threefold,
                        "--out",
                        out,
                        "--steps",
                        "1",
                        SMALL);
        assertRefused(scale, 2, "teacher teacher.onnx: expected scale 3 as the student's, got 2");
        String pairings = "pairings=[{\"student\":\"%s\",\"teacher\":\"%s\",\"weight\":1}]";
        Ran feature =
                distil(
                        out,
                        "--steps",
                        "1",
                        "--distil",
                        "featureTerm=L1",
                        "--distil",
                        pairings.formatted("head", "tail"));
        assertRefused(feature, 2, "no feature named tail, there are [body]");
        Ran tap =
                distil(
                        out,
                        "--steps",
                        "1",
                        "--distil",
                        "featureTerm=L1",
                        "--distil",
                        pairings.formatted("tail", "body"));
        assertRefused(
                tap, 2, "distillation: pairings is tail, allowed is [head, block1.depth1, block1]");
        Ran key = distil(out, "--steps", "1", "--distil", "weight=1");
        assertRefused(key, 2, "distillation: unknown key weight, allowed are [outputWeight,");
        Ran pool =
                distil(
                        out,
                        "--steps",
                        "1",
                        "--distil",
                        "featureTerm=L1",
                        "--distil",
                        "pool=4",
                        "--set",
                        "patch=18");
        assertRefused(pool, 2, "crops of 18 pixels: expected a multiple of 4");
        assertFalse(Files.exists(out), "nothing is begun");
    }

    @Test
    void refusesToTakeUpARunWithAnotherTeacherOrWithout() throws IOException {
        // Given
        Path run = temporary.resolve("faithful");
        Path alone = temporary.resolve("alone");
        Path brighter =
                Files.write(temporary.resolve("brighter.onnx"), OnnxModels.repeating(3, 0.1f));
        assertEquals(0, distil(run, "--steps", "1").code());
        assertEquals(
                0,
                run(
                                "student", "--data", pictures, "--spec", spec, "--out", alone,
                                "--steps", "1", SMALL)
                        .code());

        // Then
        assertRefused(
                resume(run, brighter),
                1,
                run + ": learned from another teacher: expected teacher.onnx sha256:");
        assertRefused(
                run("student", "--data", pictures, "--out", run, "--resume"),
                1,
                "learned from another teacher: expected teacher.onnx sha256:");
        assertRefused(
                resume(alone, teacher),
                1,
                alone + ": no distillation (distillation.json is missing)");
    }

    @Test
    void startsFromARunOfAnotherScale() throws IOException {
        // Given a x2 student, and the same for x3
        Path twofold = temporary.resolve("twofold");
        Path threefold = temporary.resolve("threefold");
        Path spec3 =
                Files.writeString(
                        temporary.resolve("spec3.json"),
                        SPEC.toJson().replace("\"scale\":2", "\"scale\":3"));
        assertEquals(0, distil(twofold, "--steps", "2", "--distil", "featureTerm=L1").code());

        // When it takes one step at a rate too small to move anything
        Ran started =
                run(
                        "student",
                        "--data",
                        pictures,
                        "--spec",
                        spec3,
                        "--out",
                        threefold,
                        "--steps",
                        "1",
                        SMALL,
                        "--set",
                        "peakRate=1e-12",
                        "--start",
                        twofold);

        // Then only what depends on the scale begins anew, and the model tells where the rest is
        // from
        assertEquals(0, started.code(), started.errors());
        Path model = temporary.resolve("threefold.onnx");
        assertEquals(0, run("export", threefold, "-o", model).code());
        try (OnnxNetwork onnx = new OnnxNetwork(Files.readAllBytes(model))) {
            String settings = ModelMetadata.from(onnx.metadata()).settings();
            String start = new ObjectMapper().readTree(settings).path("start").asText();
            assertTrue(start.matches("twofold step 2 sha256:[0-9a-f]{64}"), settings);
        }
        assertEquals(
                List.of(
                        "start: tail.weight begins anew: expected shape [36, 16, 1, 1], got [16, 16, 1, 1]",
                        "start: tail.bias begins anew: expected shape [36], got [16]"),
                started.errors().lines().filter(line -> line.startsWith("start")).toList());
        StudentNetwork from = new StudentNetwork(SPEC);
        StudentNetwork to = new StudentNetwork(StudentSpec.load(spec3.toString()));
        float[] old = TrainingRun.open(twofold).averageWeights();
        float[] taken = TrainingRun.open(threefold).averageWeights();
        int trunk = from.parameters().offset("tail.weight");
        assertEquals(trunk, to.parameters().offset("tail.weight"));
        assertArrayEquals(
                Arrays.copyOf(old, trunk), Arrays.copyOf(taken, trunk), 1e-9f, "the trunk");
        float[] drawn = to.parameters().initial(1);
        assertArrayEquals(
                Arrays.copyOfRange(drawn, trunk, drawn.length),
                Arrays.copyOfRange(taken, trunk, drawn.length),
                1e-9f,
                "the tail");

        // And a network that shares nothing is refused
        Path foreign = Networks.publish(temporary.resolve("foreign.safetensors"));
        Ran refused =
                run(
                        "student",
                        "--data",
                        pictures,
                        "--spec",
                        spec,
                        "--out",
                        temporary.resolve("stranger"),
                        "--steps",
                        "1",
                        SMALL,
                        "--start",
                        foreign);
        assertRefused(refused, 1, foreign + ": none of its tensors is one of the network's");
    }

    private static Ran distil(Path out, Object... further) {
        return run(
                "distill",
                "--teacher",
                teacher,
                "--labels",
                temporary.resolve("labels"),
                "--data",
                pictures,
                "--spec",
                spec,
                "--out",
                out,
                SMALL,
                Arrays.asList(further).stream()
                        .flatMap(
                                word ->
                                        word instanceof List<?> list
                                                ? list.stream()
                                                : Stream.of(word))
                        .toList());
    }

    private static Ran resume(Path out, Path byTeacher, Object... further) {
        return run(
                "distill",
                "--teacher",
                byTeacher,
                "--labels",
                temporary.resolve("labels"),
                "--data",
                pictures,
                "--out",
                out,
                "--resume",
                Arrays.asList(further));
    }

    private static void assertRefused(Ran ran, int code, String sentence) {
        assertEquals(code, ran.code(), ran.errors());
        assertTrue(ran.errors().contains(sentence), ran.errors());
    }
}
