package io.upriver.teacher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.Crops;
import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.data.TrainingData;
import io.upriver.learn.Safetensors;
import io.upriver.learn.Training;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.TrainingRun.DataDescription;
import io.upriver.learn.TrainingRun.Scores;
import io.upriver.learn.TrainingSettings;
import io.upriver.learn.Weights;
import io.upriver.learn.Weights.Tensor;
import io.upriver.teacher.Teacher.FeatureMap;
import io.upriver.teacher.Teacher.Labels;
import io.upriver.teacher.TeacherSpec.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeachersTest {

    @TempDir Path temporary;

    @Test
    void opensAPublishedCheckpointByTheShapesOfItsTensors() throws Exception {
        // Given
        Path file = Networks.publish(temporary.resolve("small.safetensors"));
        Picture low = Picture.rgb(SyntheticPictures.draw(20, 17, 1));

        // When
        try (Teacher teacher = Teachers.open(file)) {
            // Then
            assertEquals("small.safetensors", teacher.name());
            assertEquals(2, teacher.scale());
            assertEquals(3, teacher.channels());
            assertEquals(List.of("feat_0", "feat_1", "feat_2"), teacher.featureNames());
            assertEquals(sha256(file), teacher.digest());
            TeacherNetwork network = TeacherNetwork.of(Networks.small(Architecture.SMFANET));
            float[] vector = Networks.randomVector(network.parameters(), 1);
            assertEquals(vector.length, teacher.parameters());
            assertArrayEquals(
                    network.upscale(vector, low).samples(), teacher.upscale(low).samples());
        }
    }

    @Test
    void infersHiddenSizesThatNoSpecDescribes() throws IOException {
        // Given a block with three times the width in its local branch
        Map<String, Tensor> tensors = published();
        for (String block : List.of("feats.0", "feats.1")) {
            String lde = block + ".smfa.lde.conv_";
            tensors.put(lde + "0.0.weight", Tensor.of(new float[48 * 9], 48, 1, 3, 3));
            tensors.put(lde + "0.0.bias", Tensor.of(new float[48], 48));
            tensors.put(lde + "0.1.weight", Tensor.of(new float[48 * 48], 48, 48, 1, 1));
            tensors.put(lde + "0.1.bias", Tensor.of(new float[48], 48));
            tensors.put(lde + "1.weight", Tensor.of(new float[16 * 48], 16, 48, 1, 1));
        }
        Path file = write("wide", tensors);

        // Then
        try (Teacher teacher = Teachers.open(file)) {
            assertEquals(16, teacher.upscale(new Picture(8, 9, 3, new byte[216])).width());
        }
    }

    @Test
    void namesTheTensorThatIsMissingOrDoesNotFit() throws IOException {
        Map<String, Tensor> tensors = published();
        tensors.remove("feats.1.smfa.alpha");
        refuses(
                tensors,
                "the weights have no feats.1.smfa.alpha, expected one of shape [1, 16, 1, 1]");

        tensors = published();
        tensors.put("feats.1.pcfn.conv_1.bias", Tensor.of(new float[4], 4));
        refuses(tensors, "feats.1.pcfn.conv_1.bias: expected shape [8], got [4]");

        tensors = published();
        tensors.put("to_img.0.weight", Tensor.of(new float[10 * 16 * 9], 10, 16, 3, 3));
        refuses(tensors, "to_img.0.weight: expected shape [12, 16, 3, 3], got [10, 16, 3, 3]");

        tensors = published();
        tensors.remove("feats.0.pcfn.conv_0.weight");
        refuses(
                tensors,
                "the weights have no feats.0.pcfn.conv_0.weight, which the network's shape is read"
                        + " from");

        tensors = published();
        tensors.put("feats.0.attention.weight", Tensor.of(new float[1], 1));
        refuses(tensors, "SMFANet has no tensors named [feats.0.attention.weight]");
    }

    @Test
    void refusesAnUnknownNetworkAndWhatIsNoTeacher() throws IOException {
        refuses(
                Map.of("conv.weight", Tensor.of(new float[1], 1)),
                "no known network has these 1 tensors (conv.weight, ...); known is SMFANet, which"
                        + " begins with to_feat.weight");

        Path text = Files.writeString(temporary.resolve("notes.txt"), "nothing");
        var refusal = assertThrows(IOException.class, () -> Teachers.open(text));
        assertEquals(
                text + ": expected a .safetensors or .onnx file or the folder of a run",
                refusal.getMessage());
        refusal = assertThrows(IOException.class, () -> Teachers.open(temporary));
        assertEquals(temporary + ": no training run (spec.json is missing)", refusal.getMessage());
        Path broken = Files.writeString(temporary.resolve("broken.onnx"), "nothing");
        refusal = assertThrows(IOException.class, () -> Teachers.open(broken));
        assertTrue(
                refusal.getMessage().startsWith(broken + ": ONNX Runtime cannot load the model"),
                refusal.getMessage());
    }

    @Test
    void opensARunWithItsAveragedWeights() throws Exception {
        // Given
        TeacherSpec spec = Networks.small(Architecture.EDSR);
        Path folder = temporary.resolve("run");
        TeacherNetwork network = TeacherNetwork.of(spec);
        TrainingRun run = train(folder, spec, network);

        // When
        try (Teacher teacher = Teachers.open(folder)) {
            // Then
            Picture low = Picture.rgb(SyntheticPictures.draw(20, 17, 1));
            assertEquals("run", teacher.name());
            assertEquals(sha256(folder.resolve("checkpoint.safetensors")), teacher.digest());
            assertArrayEquals(
                    network.upscale(run.averageWeights(), low).samples(),
                    teacher.upscale(low).samples());
        }

        // And another spec beside its checkpoint is refused
        Files.writeString(
                folder.resolve("spec.json"), new TeacherSpec(Architecture.EDSR, 2, 16, 1).toJson());
        var refusal = assertThrows(IOException.class, () -> Teachers.open(folder));
        assertTrue(
                refusal.getMessage()
                        .matches(".*expected a checkpoint of [0-9]+ parameters, got .*"),
                refusal.getMessage());
    }

    private TrainingRun train(Path folder, TeacherSpec spec, TeacherNetwork network)
            throws Exception {
        TrainingData data =
                TrainingData.read(
                        List.of(SyntheticPictures.folder(temporary.resolve("drawn"), 4, 64, 64)),
                        2,
                        3,
                        1,
                        16);
        TrainingSettings settings =
                TrainingSettings.defaults(3, 1).with(Map.of("batch", "2", "patch", "16"));
        TrainingRun run =
                TrainingRun.create(
                        folder,
                        spec.toJson(),
                        settings,
                        new DataDescription(data.digest(), "drawn", 3, 1, "none"));
        new Training(
                        run,
                        network,
                        Crops.of(data.training(), 2, 16, 1),
                        data.validation(),
                        new Training.Listener() {
                            @Override
                            public void progress(long step, long steps, double loss, double ms) {}

                            @Override
                            public void validated(Scores scores) {}
                        })
                .train();
        return run;
    }

    @Test
    void opensAnyOnnxModelWithAPictureAmongItsOutputs() throws Exception {
        // Given
        Path file = Files.write(temporary.resolve("a.onnx"), OnnxModels.repeating(3, 0));
        Picture low = Picture.rgb(SyntheticPictures.draw(20, 17, 1));

        // When
        try (Teacher teacher = Teachers.open(file)) {
            Labels labels = teacher.label(low, List.of("body"));

            // Then every pixel is there four times
            assertEquals(2, teacher.scale());
            assertEquals(List.of("body"), teacher.featureNames());
            assertEquals(12, teacher.featureWidth("body"));
            assertEquals(sha256(file), teacher.digest());
            FeatureMap body = labels.features().get("body");
            assertEquals(12, body.channels());
            for (int channel = 0; channel < 3; channel++) {
                for (int y = 0; y < 34; y++) {
                    for (int x = 0; x < 40; x++) {
                        assertEquals(
                                low.at(channel, x / 2, y / 2), labels.enlarged().at(channel, x, y));
                    }
                }
                assertEquals(
                        low.at(channel, 5, 7) / 255f,
                        body.values()[(channel * 4 + 2) * 20 * 17 + 7 * 20 + 5]);
            }
            var refusal =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> teacher.label(low, List.of("head")));
            assertEquals("no feature named head, there are [body]", refusal.getMessage());
        }
    }

    @Test
    void refusesAnOnnxModelOfLuma() throws IOException {
        Path file = Files.write(temporary.resolve("luma.onnx"), OnnxModels.repeating(1, 0));
        var refusal = assertThrows(IOException.class, () -> Teachers.open(file));
        assertTrue(
                refusal.getMessage()
                        .startsWith(
                                file
                                        + ": expected a float picture [N,3,H,W] as the model's"
                                        + " only input, got "),
                refusal.getMessage());
    }

    private static Map<String, Tensor> published() {
        TeacherNetwork network = TeacherNetwork.of(Networks.small(Architecture.SMFANET));
        Weights weights = network.parameters().weights(new float[network.parameters().count()]);
        return new HashMap<>(weights.asMap());
    }

    private Path write(String name, Map<String, Tensor> tensors) throws IOException {
        Path file = temporary.resolve(name + ".safetensors");
        new Safetensors(tensors, Map.of()).write(file);
        return file;
    }

    private void refuses(Map<String, Tensor> tensors, String sentence) throws IOException {
        Path file = write("wrong", tensors);
        var refusal = assertThrows(IOException.class, () -> Teachers.open(file));
        assertEquals(file + ": " + sentence, refusal.getMessage());
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
