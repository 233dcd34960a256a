package io.upriver.train;

import static io.upriver.train.Ran.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.data.SyntheticPictures;
import io.upriver.evaluate.OnnxNetwork;
import io.upriver.learn.Safetensors;
import io.upriver.learn.Weights.Tensor;
import io.upriver.schemas.ModelMetadata;
import io.upriver.student.Specs;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Operator;
import io.upriver.teacher.Networks;
import io.upriver.teacher.OnnxModels;
import io.upriver.teacher.Teacher;
import io.upriver.teacher.TeacherNetwork;
import io.upriver.teacher.TeacherSpec;
import io.upriver.teacher.TeacherSpec.Architecture;
import io.upriver.teacher.Teachers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainMainTest {

    @TempDir Path temporary;

    @Test
    void trainsExportsAndEvaluates() throws IOException {
        // Given
        Path pictures = SyntheticPictures.folder(temporary.resolve("pictures"), 14, 112, 104);
        Path set = SyntheticPictures.folder(temporary.resolve("Set2"), 2, 62, 50);
        StudentSpec spec = Specs.of(Operator.BSCONV_U, Operator.INVOLUTION);
        Path specFile = Files.writeString(temporary.resolve("spec.json"), spec.toJson());
        Path run = temporary.resolve("run");
        Path model = temporary.resolve("models").resolve("small.onnx");

        // When
        Ran trained =
                run(
                        "student",
                        "--data",
                        pictures,
                        "--spec",
                        specFile,
                        "--out",
                        run,
                        "--steps",
                        "3",
                        "--sources",
                        "drawn by the test");
        Ran exported = run("export", run, "-o", model, "--name", "small", "--sets", set);
        Path sheet = temporary.resolve("sheets").resolve("sheet.png");
        Path curves = temporary.resolve("both.png");
        Ran evaluated = run("evaluate", model, "--sets", set, "--json", "--sessions", "1");
        Ran ofRun = run("evaluate", run, "--sets", set, "--json", "--sessions", "1");
        Ran table = run("evaluate", model, "--sets", set, "--no-speed", "--sheet", sheet);
        Ran overlaid = run("curves", run, run, "-o", curves);

        // Then
        assertEquals(0, trained.code(), trained.errors());
        assertTrue(
                trained.errors().contains("2 pictures to learn from, 12 to validate"),
                trained.errors());
        assertTrue(trained.errors().contains("step 3/3"), trained.errors());
        assertEquals(0, exported.code(), exported.errors());
        assertTrue(exported.out().contains("differ by at most"), exported.out());
        assertEquals(0, evaluated.code(), evaluated.errors());
        JsonNode json = new ObjectMapper().readTree(evaluated.out());
        JsonNode fromRun = new ObjectMapper().readTree(ofRun.out()).get(0).get("results").get(1);
        JsonNode fromModel = json.get(0).get("results").get(1);
        assertEquals("run", fromRun.path("name").asText(), ofRun.out() + ofRun.errors());
        for (String figure : List.of("parameters", "multiplyAdds", "psnr", "ssim")) {
            assertEquals(fromModel.required(figure), fromRun.required(figure), figure);
        }
        assertTrue(fromRun.required("millisPerFrame").asDouble() > 0, ofRun.out());
        JsonNode row = json.get(0).get("results").get(1);
        assertEquals(1, json.size());
        assertEquals(2, json.get(0).get("scale").asInt());
        assertEquals("bicubic", json.get(0).get("results").get(0).get("name").asText());
        assertEquals("small.onnx", row.get("name").asText());
        assertEquals(new StudentNetwork(spec).parameters().count(), row.get("parameters").asInt());
        assertTrue(row.get("multiplyAdds").asLong() > 0);
        assertTrue(row.get("psnr").get("Set2").asDouble() > 10);
        assertTrue(row.get("ssim").get("Set2").asDouble() < 1);
        assertTrue(row.get("millisPerFrame").asDouble() > 0);
        JsonNode yardstick = json.get(0).get("results").get(2);
        assertEquals("ESPCN", yardstick.get("name").asText());
        assertEquals(11_236, yardstick.get("parameters").asInt());
        assertEquals(
                640L * 360 * (32 * 25 + 32 * 32 * 9 + 4 * 32 * 9),
                yardstick.get("multiplyAdds").asLong());
        assertTrue(yardstick.get("millisPerFrame").asDouble() > 0);
        assertEquals(0, table.code(), table.errors());
        assertTrue(table.out().contains("Set2 dB SSIM"), table.out());
        assertTrue(
                table.out().matches("(?s).*small.onnx \\(luma\\) +[0-9.]+K +[0-9.]+ +- .*"),
                table.out());
        int cells = 4; // read, bicubic, the model, truth
        assertTrue(ImageIO.read(sheet.toFile()).getWidth() > cells * 200);
        assertEquals(0, overlaid.code(), overlaid.errors());
        assertTrue(Files.size(curves) > 0);
        assertTrue(Files.size(run.resolve("curves.png")) > 0);

        ModelMetadata metadata = metadata(model);
        assertEquals("small", metadata.name());
        assertEquals(2, metadata.scale());
        assertEquals(2, metadata.multiple());
        assertEquals(spec.receptiveField(), metadata.receptiveField());
        assertEquals(spec.toJson(), metadata.architecture());
        assertTrue(
                metadata.trainingData().matches("sha256:[0-9a-f]{64} .*drawn by the test"),
                metadata.trainingData());
        assertEquals(3, new ObjectMapper().readTree(metadata.settings()).get("steps").asInt());
        assertEquals(
                row.get("psnr").get("Set2").asDouble(),
                new ObjectMapper().readTree(metadata.scores()).get("Set2").get("psnr").asDouble(),
                1e-3);
        assertEquals("none", metadata.teacher());
    }

    @Test
    void takesUpARunAndRefusesOtherPicturesForIt() throws IOException {
        // Given
        Path pictures = SyntheticPictures.folder(temporary.resolve("pictures"), 14, 112, 104);
        Path others = SyntheticPictures.folder(temporary.resolve("others"), 15, 112, 104);
        Path spec =
                Files.writeString(
                        temporary.resolve("spec.json"), Specs.of(Operator.BSCONV_U).toJson());
        Path run = temporary.resolve("run");
        run("student", "--data", pictures, "--spec", spec, "--out", run, "--steps", "2");

        // Then
        assertEquals(0, run("student", "--data", pictures, "--out", run, "--resume").code());
        Ran longer = run("student", "--data", pictures, "--out", run, "--resume", "--steps", "4");
        assertEquals(0, longer.code(), longer.errors());
        assertTrue(longer.errors().contains("step 4/4"), longer.errors());
        Ran sameSeed = run("student", "--data", pictures, "--out", run, "--resume", "--seed", "1");
        assertEquals(0, sameSeed.code(), sameSeed.errors());
        for (List<String> otherwise :
                List.of(
                        List.of("--seed", "2"),
                        List.of("--set", "peakRate=0.01"),
                        List.of("--spec", "base-x2"))) {
            Ran differs = run("student", "--data", pictures, "--out", run, "--resume", otherwise);
            assertEquals(2, differs.code(), otherwise.toString());
            assertTrue(
                    differs.errors().contains("but the run began with another and keeps it"),
                    differs.errors());
        }
        Ran shorter = run("student", "--data", pictures, "--out", run, "--resume", "--steps", "3");
        assertEquals(2, shorter.code());
        assertTrue(
                shorter.errors().contains("steps is 3, but 4 are taken already"), shorter.errors());
        Ran refused = run("student", "--data", others, "--out", run, "--resume");
        assertEquals(1, refused.code());
        assertTrue(refused.errors().contains("was trained on other pictures"), refused.errors());
        Ran again =
                run("student", "--data", pictures, "--spec", spec, "--out", run, "--steps", "2");
        assertEquals(1, again.code());
        assertTrue(again.errors().contains("holds a run already"), again.errors());
    }

    @Test
    void chooseStepsByTheTimeGiven() throws IOException {
        Path pictures = SyntheticPictures.folder(temporary.resolve("pictures"), 14, 112, 104);
        Path spec =
                Files.writeString(
                        temporary.resolve("spec.json"), Specs.of(Operator.BSCONV_U).toJson());
        Ran ran =
                run(
                        "student",
                        "--data",
                        pictures,
                        "--spec",
                        spec,
                        "--out",
                        temporary.resolve("run"),
                        "--minutes",
                        "0.0005");
        assertEquals(0, ran.code(), ran.errors());
        assertTrue(
                ran.errors()
                        .matches("(?s).*speed: [0-9.]+ ms a step, [0-9]+ steps in 0.0 minutes.*"),
                ran.errors());
    }

    @Test
    void endsWithTwoOnWrongUsage() {
        assertEquals(2, run("student").code());
        assertEquals(2, run("paint").code());
        assertEquals(2, run().code());
        Ran ran =
                run(
                        "student",
                        "--data",
                        temporary,
                        "--spec",
                        "nothing",
                        "--out",
                        temporary.resolve("run"));
        assertEquals(2, ran.code());
        assertTrue(ran.errors().contains("nothing is neither a preset"), ran.errors());
        assertEquals(
                2,
                run(
                                "student",
                                "--data",
                                temporary,
                                "--out",
                                temporary,
                                "--steps",
                                "3",
                                "--minutes",
                                "1")
                        .code());
    }

    @Test
    void refusesNumbersThatMakeNoSense() throws IOException {
        Path pictures = SyntheticPictures.folder(temporary.resolve("some"), 4, 96, 80);
        List<String> small = List.of("--set", "patch=16", "--set", "validationPictures=1");
        Path out = temporary.resolve("senseless");
        Ran threads = run("student", "--data", pictures, "--out", out, "--threads", "0");
        Ran minutes = run("student", "--data", pictures, "--out", out, small, "--minutes", "0");

        assertEquals(2, threads.code());
        assertEquals("student: threads is 0, allowed is 1 or more", threads.errors().strip());
        assertEquals(2, minutes.code());
        assertTrue(
                minutes.errors().contains("minutes is 0.0, allowed is above 0"), minutes.errors());
    }

    @Test
    void endsWithOneWhenTheWorkFails() {
        Ran ran = run("student", "--data", temporary, "--out", temporary.resolve("run"));
        assertEquals(1, ran.code());
        assertTrue(ran.errors().contains("no readable picture"), ran.errors());
        assertFalse(ran.errors().contains("\tat "), "a stack trace: " + ran.errors());
        assertEquals(1, run("export", temporary, "-o", temporary.resolve("a.onnx")).code());
        assertEquals(1, run("evaluate", temporary.resolve("no.onnx"), "--sets", temporary).code());
        assertTrue(
                run("evaluate", temporary.resolve("no.txt"), "--sets", temporary)
                        .errors()
                        .contains(
                                "no.txt: expected a .safetensors or .onnx file or the folder of a run"));
        assertEquals(1, run("curves", temporary, "-o", temporary.resolve("a.png")).code());
    }

    @Test
    void trainsATeacherAndTakesItUp() throws IOException {
        // Given
        Path pictures = SyntheticPictures.folder(temporary.resolve("pictures"), 14, 112, 104);
        TeacherSpec spec = Networks.small(Architecture.SMFANET);
        Path specFile = Files.writeString(temporary.resolve("spec.json"), spec.toJson());
        Path run = temporary.resolve("run");

        // When
        Ran trained =
                run(
                        "teacher",
                        "--data",
                        pictures,
                        "--spec",
                        specFile,
                        "--out",
                        run,
                        "--steps",
                        "2",
                        "--set",
                        "batch=2",
                        "--set",
                        "patch=16");
        Ran longer = run("teacher", "--data", pictures, "--out", run, "--resume", "--steps", "4");

        // Then
        assertEquals(0, trained.code(), trained.errors());
        assertTrue(trained.errors().contains("step 2/2"), trained.errors());
        assertEquals(0, longer.code(), longer.errors());
        assertTrue(longer.errors().contains("step 4/4"), longer.errors());
        try (Teacher teacher = Teachers.open(run)) {
            assertEquals(TeacherNetwork.of(spec).parameters().count(), teacher.parameters());
        }
        Ran unknown =
                run(
                        "teacher",
                        "--data",
                        pictures,
                        "--spec",
                        "vdsr",
                        "--out",
                        temporary.resolve("x"));
        assertEquals(2, unknown.code());
        assertTrue(unknown.errors().contains("vdsr is neither a preset"), unknown.errors());
    }

    @Test
    void verifiesATeacherAgainstKnownNumbers() throws IOException {
        // Given a model that doubles by repeating pixels and adds a quarter, and what that gives
        Path model = Files.write(temporary.resolve("a.onnx"), OnnxModels.repeating(3, 0.25f));
        Tensor input = Tensor.of(new float[] {0.1f, 0.2f, 0.3f}, 1, 3, 1, 1);
        Tensor twelve =
                Tensor.of(
                        new float[] {
                            0.35f, 0.35f, 0.35f, 0.35f, 0.45f, 0.45f, 0.45f, 0.45f, 0.55f, 0.55f,
                            0.55f, 0.55f
                        },
                        1,
                        12,
                        1,
                        1);
        Tensor output = Tensor.of(twelve.values(), 1, 3, 2, 2);
        Path golden = golden(Map.of("input", input, "output", output, "body", twelve));
        Tensor off = Tensor.of(twelve.values().clone(), 1, 12, 1, 1);
        off.values()[5] += 0.001f;

        // When
        Ran agreeing = run("verify", model, "--golden", golden);
        golden(Map.of("input", input, "output", output, "body", off));
        Ran differing = run("verify", model, "--golden", golden);
        Ran tolerant = run("verify", model, "--golden", golden, "--tolerance", "0.01");
        off.values()[3] = Float.NaN;
        golden(Map.of("input", input, "output", output, "body", off));
        Ran noNumber = run("verify", model, "--golden", golden, "--tolerance", "1000");
        golden(Map.of("input", input, "output", twelve));
        Ran shapeless = run("verify", model, "--golden", golden);

        // Then
        assertEquals(0, agreeing.code(), agreeing.out() + agreeing.errors());
        assertTrue(agreeing.out().matches("(?s)output +differs by at most .*body +differs.*"));
        assertEquals(1, differing.code());
        assertTrue(
                differing.out().contains("body     differs by at most 1.0e-03, allowed is 1.0e-04"),
                differing.out());
        assertEquals(0, tolerant.code());
        assertEquals(1, noNumber.code());
        assertEquals(1, shapeless.code());
        assertTrue(
                shapeless.errors().contains("expected output of shape [1, 3, H, W], got [1, 12,"),
                shapeless.errors());
    }

    private Path golden(Map<String, Tensor> tensors) throws IOException {
        Path file = temporary.resolve("golden.safetensors");
        new Safetensors(tensors, Map.of()).write(file);
        return file;
    }

    private static ModelMetadata metadata(Path model) throws IOException {
        try (OnnxNetwork network = new OnnxNetwork(Files.readAllBytes(model))) {
            return ModelMetadata.from(network.metadata());
        }
    }
}
