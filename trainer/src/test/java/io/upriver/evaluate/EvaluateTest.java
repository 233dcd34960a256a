package io.upriver.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.Bicubic;
import io.upriver.data.Picture;
import io.upriver.data.Psnr;
import io.upriver.data.Ssim;
import io.upriver.data.SyntheticPictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateTest {

    @TempDir Path temporary;

    @Test
    void averagesOverPicturesAndNamesTheSetAfterItsFolder() throws IOException {
        // Given
        TestSet set =
                TestSet.read(SyntheticPictures.folder(temporary.resolve("Drawn"), 3, 60, 40), 2, 1);

        // Then
        double psnr = 0;
        double ssim = 0;
        for (int i = 0; i < 3; i++) {
            Picture high = Picture.rgb(SyntheticPictures.draw(60, 40, i)).luma();
            Picture bicubic = Bicubic.enlarge(Bicubic.shrink(high, 2), 2);
            psnr += Psnr.decibels(high, bicubic, 2);
            ssim += Ssim.mean(high, bicubic, 2);
        }
        Quality mean = Quality.mean(set.bicubic());
        assertEquals("Drawn", set.name());
        assertEquals(psnr / 3, mean.psnr(), 1e-9);
        assertEquals(ssim / 3, mean.ssim(), 1e-9);
        assertEquals(set.bicubic(), set.measure(low -> Bicubic.enlarge(low, 2)));
    }

    @Test
    void measuresTheLumaOfColourOnPicturesInColour() throws IOException {
        // Given
        TestSet set =
                TestSet.read(SyntheticPictures.folder(temporary.resolve("Drawn"), 1, 60, 40), 2, 3);

        // Then red, green and blue have been enlarged and turned into luma afterwards
        Picture high = Picture.rgb(SyntheticPictures.draw(60, 40, 0));
        Picture bicubic = Bicubic.enlarge(Bicubic.shrink(high, 2), 2);
        assertEquals(3, set.pairs().get(0).low().channels());
        assertEquals(Psnr.decibels(high, bicubic, 2), set.bicubic().get(0).psnr(), 1e-9);
    }

    @Test
    void namesThePictureWhoseUpscaledCopyHasTheWrongSize() throws IOException {
        TestSet set =
                TestSet.read(SyntheticPictures.folder(temporary.resolve("Drawn"), 1, 60, 40), 2, 1);
        var refusal = assertThrows(IllegalStateException.class, () -> set.measure(low -> low));
        assertTrue(
                refusal.getMessage().endsWith("picture0.png: PSNR: expected 60x40, got 30x20"),
                refusal.getMessage());
    }

    @Test
    void refusesASetWithAnUnreadablePicture() throws IOException {
        Path folder = SyntheticPictures.folder(temporary.resolve("Broken"), 2, 60, 40);
        Files.writeString(folder.resolve("z.png"), "no picture");
        var refusal = assertThrows(IOException.class, () -> TestSet.read(folder, 2, 1));
        assertTrue(refusal.getMessage().contains("unreadable"), refusal.getMessage());
    }

    @Test
    void refusesWhatIsNoModel() {
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new OnnxNetwork(new byte[] {1, 2, 3}));
        assertTrue(
                refusal.getMessage().startsWith("ONNX Runtime cannot load the model"),
                refusal.getMessage());
    }
}
