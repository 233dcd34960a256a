package io.upriver.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.upriver.data.Bicubic;
import io.upriver.data.Picture;
import io.upriver.data.Psnr;
import io.upriver.data.SyntheticPictures;
import io.upriver.evaluate.PictureSheet.Example;
import io.upriver.schemas.ModelMetadata.Planes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {

    @TempDir Path temporary;

    /** Bicubic, spoilt on pictures of a certain width. */
    private record Spoilt(int channels, int spoiltWidth) implements Enlarger {
        @Override
        public String name() {
            return "spoilt";
        }

        @Override
        public int scale() {
            return 2;
        }

        @Override
        public long parameters() {
            return 7;
        }

        @Override
        public long multiplyAdds(int outputWidth, int outputHeight) {
            return channels == 1 ? (long) outputWidth * outputHeight : -1;
        }

        @Override
        public Picture upscale(Picture low) {
            Picture enlarged = Bicubic.enlarge(low, 2);
            return enlarged.width() == spoiltWidth
                    ? new Picture(
                            enlarged.width(),
                            enlarged.height(),
                            channels,
                            new byte[enlarged.samples().length])
                    : enlarged;
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    @Test
    void measuresLumaAndColourEachBesideItsOwnBicubic() throws IOException {
        // Given
        Path set = SyntheticPictures.folder(temporary.resolve("Set5"), 2, 64, 48);
        Evaluation evaluation = new Evaluation(2, List.of(set));

        // When
        evaluation.measure("luma", new Spoilt(1, 0), 12.5);
        evaluation.measure("colour", new Spoilt(3, 0), null);

        // Then
        List<Result> results = evaluation.results();
        double luma = 0;
        double colour = 0;
        for (int i = 0; i < 2; i++) {
            Picture rgb = Picture.rgb(SyntheticPictures.draw(64, 48, i));
            luma += psnrOfBicubic(rgb.luma()) / 2;
            colour += psnrOfBicubic(rgb) / 2;
        }
        assertRow(results.get(0), "bicubic", Planes.LUMA, luma);
        assertRow(results.get(1), "bicubic", Planes.RGB, colour);
        assertRow(results.get(2), "luma", Planes.LUMA, luma);
        assertRow(results.get(3), "colour", Planes.RGB, colour);
        assertEquals(1280L * 720, results.get(2).multiplyAdds());
        assertEquals(12.5, results.get(2).millisPerFrame());
        assertNull(results.get(3).multiplyAdds());
        assertNull(results.get(3).millisPerFrame());
        assertEquals(Map.of("Set5", 33.66), results.get(4).psnr());
        assertEquals("as published", results.get(4).source());
    }

    @Test
    void takesThePicturesAsExamplesOnWhichSomeoneDiffersMostFromBicubic() throws IOException {
        // Given a model that differs from bicubic on pictures of 80x60 only
        Path wide = SyntheticPictures.folder(temporary.resolve("Wide"), 2, 80, 60);
        Path narrow = SyntheticPictures.folder(temporary.resolve("Narrow"), 3, 64, 48);
        Evaluation evaluation = new Evaluation(2, List.of(narrow, wide));
        evaluation.measure("a", new Spoilt(3, 80), null);
        evaluation.measure("b", new Spoilt(1, 0), null);

        // When
        List<Example> examples = evaluation.examples(2);

        // Then each shows the truth in colour, and luma from the network of luma
        assertEquals(2, examples.size());
        for (Example example : examples) {
            assertEquals(80, example.pair().high().width());
            assertEquals(3, example.pair().high().channels());
            assertEquals(List.of("bicubic", "a", "b"), List.copyOf(example.enlarged().keySet()));
            assertArrayEquals(new byte[80 * 60 * 3], example.enlarged().get("a").samples());
            assertEquals(1, example.enlarged().get("b").channels());
        }
        assertEquals(5, evaluation.examples(6).size());
    }

    @Test
    void refusesAnotherScale() {
        Evaluation evaluation = new Evaluation(4, List.of(temporary));
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> evaluation.measure("two", new Spoilt(1, 0), null));
        assertEquals("two: expected scale 4, got 2", refusal.getMessage());
    }

    private static double psnrOfBicubic(Picture picture) {
        return Psnr.decibels(picture, Bicubic.enlarge(Bicubic.shrink(picture, 2), 2), 2);
    }

    private static void assertRow(Result row, String name, Planes planes, double psnr) {
        assertEquals(name, row.name());
        assertEquals(planes, row.planes());
        assertEquals("measured", row.source());
        assertEquals(psnr, row.psnr().get("Set5"), 1e-9);
    }
}
