package io.upriver.export;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.evaluate.OnnxNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EspcnTest {

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void repeatsThePixels(int scale) {
        Picture low = SyntheticPictures.noise(9, 7, 1);
        Picture high;
        try (OnnxNetwork espcn = new OnnxNetwork(Espcn.model(scale))) {
            high = espcn.upscale(low);
        }

        assertEquals(9 * scale, high.width());
        assertEquals(7 * scale, high.height());
        for (int i = 0; i < high.samples().length; i++) {
            int x = i % high.width() / scale;
            int y = i / high.width() / scale;
            assertEquals(low.samples()[y * 9 + x], high.samples()[i]);
        }
    }
}
