package io.upriver.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.evaluate.OnnxNetwork;
import io.upriver.export.StudentOnnx.Form;
import io.upriver.student.Specs;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Attention;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StudentOnnxTest {

    static List<StudentSpec> specs() throws IOException {
        List<StudentSpec> specs = new ArrayList<>(Specs.variety());
        specs.add(StudentSpec.load("nano-x2"));
        return specs;
    }

    @ParameterizedTest
    @MethodSource("specs")
    void givesInOnnxRuntimeWhatLibtorchGives(StudentSpec spec) {
        StudentNetwork network = new StudentNetwork(spec);
        float[] vector = network.parameters().initial(3);
        int[][] sizes = {{1, 2, 2}, {1, 16, 34}, {3, 26, 10}, {5, 6, 48}};
        for (int[] size : sizes) {
            double difference =
                    Parity.largestDifference(network, vector, size[0], size[1], size[2], 4);
            assertTrue(
                    difference < 1e-5,
                    difference + " for " + size[0] + " planes of " + size[2] + "x" + size[1]);
        }
    }

    @ParameterizedTest
    @MethodSource("specs")
    void roundsAndClipsInsideTheGraph(StudentSpec spec) {
        // Given weights that overshoot by far
        StudentNetwork network = new StudentNetwork(spec);
        var weights = network.parameters().weights(Specs.randomVector(spec, 1));
        Picture noise = SyntheticPictures.noise(20, 14, spec.channels(), 1);

        // When
        Picture bytes;
        float[] floats;
        try (OnnxNetwork onnx =
                new OnnxNetwork(StudentOnnx.model(spec, weights, Form.CPU, "test", Map.of()))) {
            bytes = onnx.upscale(noise);
        }
        try (OnnxNetwork onnx =
                new OnnxNetwork(StudentOnnx.model(spec, weights, Form.EXACT, "test", Map.of()))) {
            floats = onnx.exact(noise.samples(), 1, 14, 20);
        }

        // Then
        assertEquals(20 * spec.scale(), bytes.width());
        assertEquals(14 * spec.scale(), bytes.height());
        for (int i = 0; i < floats.length; i++) {
            assertEquals(
                    (byte) Math.max(0, Math.min(255, Math.rint(floats[i]))), bytes.samples()[i]);
        }
    }

    /**
     * The promise behind tiling: strips with a halo of the receptive field are the whole picture,
     * to the bit.
     */
    @ParameterizedTest
    @MethodSource("specs")
    void givesTheSameBytesInTilesAsInTheWholePicture(StudentSpec spec) {
        if (spec.attention() == Attention.CONTRAST) {
            return; // looks at the whole picture: no promise
        }
        // Given
        int width = 96;
        int height = 120;
        int halo = spec.receptiveField();
        int scale = spec.scale();
        StudentNetwork network = new StudentNetwork(spec);
        var weights = network.parameters().weights(network.parameters().initial(5));
        Picture picture =
                Picture.rgb(SyntheticPictures.draw(width, height, 6)).toChannels(spec.channels());
        try (OnnxNetwork onnx =
                new OnnxNetwork(StudentOnnx.model(spec, weights, Form.CPU, "test", Map.of()))) {
            Picture whole = onnx.upscale(picture);
            int[][] tiles = {
                {0, 0, 96, 40}, {0, 40, 96, 42}, {0, 82, 96, 38}, {0, 0, 34, 120}, {34, 30, 36, 22}
            };
            for (int[] tile : tiles) {
                // When
                int left = Math.max(0, tile[0] - halo);
                int top = Math.max(0, tile[1] - halo);
                int right = Math.min(width, tile[0] + tile[2] + halo);
                int bottom = Math.min(height, tile[1] + tile[3] + halo);
                Picture withHalo =
                        onnx.upscale(picture.crop(left, top, right - left, bottom - top));
                Picture part =
                        withHalo.crop(
                                (tile[0] - left) * scale,
                                (tile[1] - top) * scale,
                                tile[2] * scale,
                                tile[3] * scale);

                // Then
                Picture expected =
                        whole.crop(
                                tile[0] * scale, tile[1] * scale, tile[2] * scale, tile[3] * scale);
                assertArrayEquals(
                        expected.samples(),
                        part.samples(),
                        () -> "tile at " + tile[0] + "," + tile[1]);
            }
        }
    }

    @Test
    void givesItsWeightsBack() throws IOException {
        // Given
        StudentSpec spec = StudentSpec.load("nano-x2");
        StudentNetwork network = new StudentNetwork(spec);
        float[] vector = Specs.randomVector(spec, 4);
        byte[] model =
                StudentOnnx.model(
                        spec,
                        network.parameters().weights(vector),
                        Form.CPU,
                        "test",
                        Map.of("upriver.architecture", spec.toJson()));

        // When
        float[] back = network.parameters().vector(ExportedWeights.of(model));

        // Then
        assertArrayEquals(vector, back, 1e-6f);
    }

    @ParameterizedTest
    @MethodSource("specs")
    void saysWhatItIs(StudentSpec spec) throws InvalidProtocolBufferException {
        // Given
        StudentNetwork network = new StudentNetwork(spec);
        var weights = network.parameters().weights(network.parameters().initial(1));

        // When
        ModelProto model =
                ModelProto.parseFrom(
                        StudentOnnx.model(
                                spec, weights, Form.CPU, "test", Map.of("upriver.name", "a")));

        // Then
        assertEquals(8, model.getIrVersion());
        assertEquals(17, model.getOpsetImport(0).getVersion());
        assertEquals(
                "N",
                model.getGraph()
                        .getInput(0)
                        .getType()
                        .getTensorType()
                        .getShape()
                        .getDim(0)
                        .getDimParam());
        assertEquals("upriver.name", model.getMetadataProps(0).getKey());
    }
}
