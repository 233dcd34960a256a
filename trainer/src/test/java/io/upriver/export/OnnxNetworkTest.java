package io.upriver.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.evaluate.Enlarger;
import io.upriver.evaluate.OnnxNetwork;
import io.upriver.evaluate.Speed;
import io.upriver.export.OnnxGraph.ElementType;
import io.upriver.learn.Weights.Tensor;
import io.upriver.schemas.ModelMetadata;
import io.upriver.schemas.ModelMetadata.Planes;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that ONNX Runtime runs for us; here because only this package can write them. */
class OnnxNetworkTest {

    @ParameterizedTest
    @CsvSource({"1, 5, 3", "1, 6, 4", "3, 5, 3", "3, 7, 8"})
    void enlargesAnySizeThoughTheModelTakesEvenSidesOnly(int channels, int width, int height) {
        // Given a model that repeats every pixel of 2x2 squares twice in both directions
        Picture low = noise(channels, width, height);

        // When
        Picture high;
        try (OnnxNetwork network = new OnnxNetwork(repeating(channels, described(channels)))) {
            high = network.upscale(low);
        }

        // Then
        assertEquals(2 * width, high.width());
        assertEquals(2 * height, high.height());
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < 2 * height; y++) {
                for (int x = 0; x < 2 * width; x++) {
                    assertEquals(low.at(channel, x / 2, y / 2), high.at(channel, x, y));
                }
            }
        }
    }

    @Test
    void saysWhatItIs() {
        byte[] model = repeating(3, described(3));
        try (Enlarger network = new OnnxNetwork(model, new OnnxCost(model))) {
            assertEquals("repeating", network.name());
            assertEquals(2, network.scale());
            assertEquals(3, network.channels());
            assertEquals(-1, network.parameters());
            assertEquals(10L * 5 * 48 * 3 * 4, network.multiplyAdds(40, 20));
        }
        try (Enlarger network = new OnnxNetwork(model)) {
            assertEquals(-1, network.multiplyAdds(40, 20));
        }
    }

    @Test
    void runsWithoutADescriptionButHasNoScaleThen() {
        try (OnnxNetwork network = new OnnxNetwork(repeating(1, Map.of()))) {
            Picture low = noise(1, 2, 2);
            assertEquals(low.at(0, 1, 1), network.upscale(low).at(0, 3, 3));
            var refusal = assertThrows(IllegalArgumentException.class, network::scale);
            assertEquals(
                    "upriver.format: expected in the model's metadata, got nothing",
                    refusal.getMessage());
        }
    }

    @Test
    void refusesAPictureOrADescriptionOfOtherPlanes() {
        try (OnnxNetwork network = new OnnxNetwork(repeating(3, described(3)))) {
            var refusal =
                    assertThrows(
                            IllegalArgumentException.class, () -> network.upscale(noise(1, 4, 4)));
            assertEquals("expected a picture of 3 planes, got 1", refusal.getMessage());
        }
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new OnnxNetwork(repeating(3, described(1))));
        assertEquals("expected luma by the model's metadata, got 3 planes", refusal.getMessage());
    }

    @Test
    void takesTheTimeOfColourAsWell() throws InterruptedException {
        double millis = Speed.millisPerFrame(repeating(3, described(3)), 1);
        assertTrue(millis > 0 && millis < 60_000, "" + millis);
    }

    private static Picture noise(int channels, int width, int height) {
        byte[] samples = SyntheticPictures.noise(width, height * channels, 2).samples();
        return new Picture(width, height, channels, samples);
    }

    private static Map<String, String> described(int channels) {
        Planes planes = channels == 1 ? Planes.LUMA : Planes.RGB;
        return ModelMetadata.of("repeating", 2, planes, 2, 1).toMap();
    }

    /** 2x2 pixels of each plane become 4x4: a convolution with stride 2, then a shuffle by 4. */
    private static byte[] repeating(int channels, Map<String, String> metadata) {
        int phases = 16 * channels;
        float[] weight = new float[phases * channels * 4];
        for (int out = 0; out < phases; out++) {
            int y = out % 16 / 4 / 2;
            int x = out % 4 / 2;
            weight[(out * channels + out / 16) * 4 + y * 2 + x] = 1;
        }
        OnnxGraph graph = new OnnxGraph("repeating");
        String value =
                graph.dequantize(graph.input("picture", ElementType.UINT8, channels, "H", "W"));
        value = graph.conv(null, value, Tensor.of(weight, phases, channels, 2, 2), null, 2, 1, 0);
        value = graph.depthToSpace(graph.quantize(value), 4);
        graph.output(value, "upscaled", ElementType.UINT8, channels, "2H", "2W");
        return graph.model("test", "1", metadata);
    }
}
