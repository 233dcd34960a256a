package io.upriver.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.export.StudentExport.Exported;
import io.upriver.export.StudentOnnx.Form;
import io.upriver.learn.Safetensors;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.TrainingRun.DataDescription;
import io.upriver.learn.TrainingSettings;
import io.upriver.learn.Weights.Tensor;
import io.upriver.student.Specs;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudentExportTest {
    private static final StudentSpec SPEC = Specs.of(Operator.BSCONV_U);

    @TempDir Path temporary;

    @Test
    void writesTheAveragedWeightsAndSaysHowWellTheyAgree() throws IOException {
        Path file = temporary.resolve("a.onnx");
        Exported exported =
                StudentExport.export(
                        run(new StudentNetwork(SPEC).parameters().initial(1)),
                        Form.CPU,
                        file,
                        "a",
                        List.of());

        assertEquals(Files.size(file), exported.bytes());
        assertEquals(40, exported.step());
        assertTrue(exported.parity() < 1e-6, "parity: " + exported.parity());
        assertEquals(
                "{\"step\":40,\"parity\":"
                        + exported.parity()
                        + ",\"validation\":{\"psnr\":31.5,\"bicubic\":30.25}}",
                exported.scores());
    }

    @Test
    void writesNothingWhenOnnxRuntimeAndLibtorchDisagree() throws IOException {
        // Given weights that are no numbers, which agree with nothing
        float[] vector = new StudentNetwork(SPEC).parameters().initial(1);
        vector[3] = Float.NaN;
        TrainingRun run = run(vector);
        Path file = temporary.resolve("a.onnx");

        // When
        var refusal =
                assertThrows(
                        IllegalStateException.class,
                        () -> StudentExport.export(run, Form.CPU, file, "a", List.of()));

        // Then
        assertTrue(
                refusal.getMessage().contains("ONNX Runtime and libtorch differ by Infinity"),
                refusal.getMessage());
        assertFalse(Files.exists(file));
    }

    @Test
    void judgesByTheirSizeWhatIsFarBeyondTheRange() throws IOException {
        // Given a network that answers noise with values of thousands
        StudentNetwork network = new StudentNetwork(SPEC);
        float[] vector = network.parameters().initial(1);
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= 20;
        }
        byte[] noise = new byte[20 * 20];
        new Random(1).nextBytes(noise);
        float[] fractions = new float[noise.length];
        for (int i = 0; i < noise.length; i++) {
            fractions[i] = (noise[i] & 255) / 255f;
        }
        float largest = 0;
        for (float value : network.upscale(vector, fractions, 1, 20, 20)) {
            largest = Math.max(largest, Math.abs(value));
        }

        // When
        Exported exported =
                StudentExport.export(
                        run(vector), Form.CPU, temporary.resolve("a.onnx"), "a", List.of());

        // Then rounding alone is more than would be allowed within the range
        assertTrue(largest * Math.ulp(1f) > Parity.TOLERANCE, "largest: " + largest);
        assertTrue(exported.parity() < 1e-5, "parity: " + exported.parity());
    }

    private TrainingRun run(float[] vector) throws IOException {
        Path folder = temporary.resolve("run");
        TrainingRun run =
                TrainingRun.create(
                        folder,
                        SPEC.toJson(),
                        TrainingSettings.defaults(100, 1),
                        new DataDescription("0".repeat(64), "drawn", 6, 2, "none"));
        Tensor tensor = Tensor.of(vector, vector.length);
        new Safetensors(
                        Map.of(
                                "parameters", tensor,
                                "average", tensor,
                                "firstMoment", tensor,
                                "secondMoment", tensor),
                        Map.of("step", "40"))
                .write(folder.resolve("checkpoint.safetensors"));
        Files.writeString(
                folder.resolve("scores.json"),
                "{\"step\":40,\"validationPsnr\":31.5,\"bicubicPsnr\":30.25}");
        return run;
    }
}
