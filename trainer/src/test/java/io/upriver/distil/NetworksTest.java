package io.upriver.distil;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.learn.Safetensors;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.TrainingRun.DataDescription;
import io.upriver.learn.TrainingSettings;
import io.upriver.learn.Weights;
import io.upriver.learn.Weights.Tensor;
import io.upriver.student.PlainOperators;
import io.upriver.student.PlainOperators.Maps;
import io.upriver.student.Specs;
import io.upriver.student.StudentGraph;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Operator;
import io.upriver.teacher.OnnxModels;
import io.upriver.teacher.Teacher;
import io.upriver.teacher.Teacher.Computed;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworksTest {
    @TempDir Path temporary;

    @Test
    void opensAStudentsRunWithItsAveragedWeights() throws Exception {
        // Given a checkpoint with a loss's own parameters behind the student's
        StudentSpec spec = Specs.of(Operator.BSCONV_U);
        StudentNetwork network = new StudentNetwork(spec);
        float[] average = Specs.randomVector(spec, 1);
        Path run = run(spec, Arrays.copyOf(average, average.length + 5));
        Picture low = SyntheticPictures.noise(11, 9, 1);

        // When
        try (Teacher teacher = Networks.open(run)) {
            // Then
            assertEquals("run", teacher.name());
            assertEquals(2, teacher.scale());
            assertEquals(1, teacher.channels());
            assertEquals(average.length, teacher.parameters());
            assertEquals(sha256(average), teacher.digest());
            assertArrayEquals(
                    network.upscale(average, low).samples(), teacher.upscale(low).samples());
        }
    }

    @Test
    void showsWhatAStudentComputesOnTheWay() throws IOException {
        // Given
        StudentSpec spec = Specs.chain();
        float[] average = Specs.randomVector(spec, 2);
        Path run = run(spec, average);
        float[] rgb = SyntheticPictures.noise(10, 8, 3, 3).fractions();

        // When
        try (Teacher teacher = Networks.open(run)) {
            List<String> names = teacher.featureNames();
            Computed computed = teacher.compute(rgb, 8, 10, names);

            // Then it is what plain loops note after the head, each operator and each block
            double[] values = new double[rgb.length];
            Arrays.setAll(values, i -> rgb[i]);
            PlainOperators plain =
                    new PlainOperators(new StudentNetwork(spec).parameters().weights(average));
            StudentGraph.apply(spec, new Maps(3, 8, 10, values), plain);
            List<String> taps =
                    List.of(
                            "head",
                            "block1.depth1",
                            "block1.depth2",
                            "block1",
                            "block2.depth1",
                            "block2");
            assertEquals(
                    List.of("feat_0", "feat_1", "feat_2", "feat_3", "feat_4", "feat_5"), names);
            for (int i = 0; i < taps.size(); i++) {
                float[] actual = computed.features().get("feat_" + i).values();
                double[] expected = plain.taps().get(taps.get(i)).values();
                assertEquals(16, teacher.featureWidth("feat_" + i));
                assertEquals(expected.length, actual.length);
                for (int k = 0; k < actual.length; k++) {
                    assertEquals(expected[k], actual[k], 1e-4 * (1 + Math.abs(expected[k])));
                }
            }
            assertEquals(3 * 16 * 20, computed.enlarged().values().length);
            var refusal =
                    assertThrows(
                            IllegalArgumentException.class, () -> teacher.featureWidth("feat_6"));
            assertEquals("run: no feature named feat_6, there are " + names, refusal.getMessage());
        }
    }

    @Test
    void labelsPicturesOfOddSidesThoughItFoldsThem() throws IOException {
        // Given a student that reads squares of 2x2
        StudentSpec spec = Specs.of(Operator.BSCONV_U);
        float[] average = Specs.randomVector(spec, 1);
        Picture low = SyntheticPictures.noise(11, 9, 1);

        // When
        try (Teacher teacher = Networks.open(run(spec, average))) {
            Picture label = teacher.label(low, List.of()).enlarged();

            // Then
            assertEquals(22, label.width());
            assertEquals(18, label.height());
            assertArrayEquals(teacher.upscale(low).samples(), label.samples());
        }
    }

    @Test
    void opensTheAuthorsCheckpointByTheNamesOfItsTensors() throws IOException {
        // Given
        Path file = write("authors", authors());

        // When
        try (Teacher teacher = Networks.open(file)) {
            // Then
            assertEquals(121_116, teacher.parameters());
            assertEquals(4, teacher.scale());
            assertEquals(3, teacher.channels());
            assertEquals(7, teacher.featureNames().size());
            assertEquals(48, teacher.featureWidth("feat_6"));
            assertEquals(20, teacher.upscale(SyntheticPictures.noise(5, 4, 3, 1)).width());
        }
    }

    @Test
    void opensWhatTeachersOpen() throws IOException {
        Path onnx = Files.write(temporary.resolve("a.onnx"), OnnxModels.repeating(3, 0));
        try (Teacher teacher = Networks.open(onnx)) {
            assertEquals(List.of("body"), teacher.featureNames());
        }
        Path published = temporary.resolve("small.safetensors");
        try (Teacher teacher = Networks.open(io.upriver.teacher.Networks.publish(published))) {
            assertEquals(List.of("feat_0", "feat_1", "feat_2"), teacher.featureNames());
        }
    }

    @Test
    void refusesOthersWithTheFileAndTheReason() throws IOException {
        Map<String, Tensor> tensors = authors();
        tensors.remove("B3.c2_r.conv1.bn.running_var");
        refuses(
                write("a", tensors),
                "the weights have no B3.c2_r.conv1.bn.running_var, expected one of shape [12]");

        tensors = authors();
        tensors.put("c.0.bias", Tensor.of(new float[47], 47));
        refuses(write("b", tensors), "c.0.bias: expected shape [48], got [47]");

        tensors = authors();
        tensors.put("upsampler.0.weight", Tensor.of(new float[27 * 48 * 9], 27, 48, 3, 3));
        String unknown = refusal(write("c", tensors));
        assertTrue(unknown.contains("c.safetensors: spec: ibmdn-x3 is neither"), unknown);

        refuses(
                write("d", Map.of("conv.weight", Tensor.of(new float[1], 1))),
                "no known network has these 1 tensors (conv.weight, ...); known is SMFANet, which"
                        + " begins with to_feat.weight");
        refuses(temporary, "no training run (spec.json is missing)");
        StudentSpec spec = Specs.of(Operator.BSCONV_U);
        Path started = temporary.resolve("started");
        create(started, spec);
        refuses(started, "no checkpoint yet");
        int count = new StudentNetwork(spec).parameters().count();
        refuses(
                run(spec, new float[count - 1]),
                "expected a checkpoint of " + count + " parameters or more, got " + (count - 1));
    }

    private static Map<String, Tensor> authors() throws IOException {
        StudentNetwork network = new StudentNetwork(StudentSpec.load("ibmdn-x4"));
        Weights weights = network.parameters().weights(network.parameters().initial(1));
        return new HashMap<>(weights.asMap());
    }

    private Path write(String name, Map<String, Tensor> tensors) throws IOException {
        Path file = temporary.resolve(name + ".safetensors");
        new Safetensors(tensors, Map.of()).write(file);
        return file;
    }

    private static void create(Path folder, StudentSpec spec) throws IOException {
        TrainingRun.create(
                folder,
                spec.toJson(),
                TrainingSettings.defaults(100, 1),
                new DataDescription("0".repeat(64), "drawn", 6, 2, "none"));
    }

    private Path run(StudentSpec spec, float[] average) throws IOException {
        Path folder = temporary.resolve("run");
        create(folder, spec);
        Tensor zeros = Tensor.of(new float[average.length], average.length);
        new Safetensors(
                        Map.of(
                                "parameters", zeros,
                                "average", Tensor.of(average, average.length),
                                "firstMoment", zeros,
                                "secondMoment", zeros),
                        Map.of("step", "40"))
                .write(folder.resolve("checkpoint.safetensors"));
        return folder;
    }

    private static void refuses(Path file, String reason) {
        assertEquals(file + ": " + reason, refusal(file));
    }

    private static String refusal(Path file) {
        return assertThrows(IOException.class, () -> Networks.open(file)).getMessage();
    }

    /** Of the weights as big-endian floats. */
    private static String sha256(float[] weights) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (float weight : weights) {
            out.writeFloat(weight);
        }
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
        return HexFormat.of().formatHex(hash);
    }
}
