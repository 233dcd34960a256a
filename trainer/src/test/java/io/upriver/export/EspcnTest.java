package io.upriver.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.data.Picture;
import io.upriver.evaluate.OnnxNetwork;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EspcnTest {

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void keepsAPictureOfOneValueAwayFromItsEdges(int scale) {
        byte[] samples = new byte[9 * 9];
        Arrays.fill(samples, (byte) 77);
        try (OnnxNetwork espcn = new OnnxNetwork(Espcn.model(scale))) {
            Picture high = espcn.upscale(new Picture(9, 9, 1, samples));
            Picture inner = high.crop(scale, scale, 7 * scale, 7 * scale);

            assertEquals(9 * scale, high.width());
            for (byte sample : inner.samples()) {
                assertEquals(77, sample);
            }
        }
    }

    @Test
    void interpolatesLinearly() {
        byte[] samples = {0, 0, 0, 40, 40, 0, 0, 0, 40, 40, 0, 0, 0, 40, 40};
        try (OnnxNetwork espcn = new OnnxNetwork(Espcn.model(2))) {
            byte[] row = espcn.upscale(new Picture(5, 3, 1, samples)).crop(2, 2, 6, 1).samples();

            assertArrayEquals(new byte[] {0, 0, 0, 10, 30, 40}, row);
        }
    }
}
