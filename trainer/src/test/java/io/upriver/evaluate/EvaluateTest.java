package io.upriver.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.Bicubic;
import io.upriver.data.Picture;
import io.upriver.data.Psnr;
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
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            Picture high = Picture.rgb(SyntheticPictures.draw(60, 40, i)).luma();
            sum += Psnr.decibels(high, Bicubic.enlarge(Bicubic.shrink(high, 2), 2), 2);
        }
        assertEquals("Drawn", set.name());
        assertEquals(sum / 3, set.bicubicPsnr(), 1e-9);
        assertEquals(sum / 3, set.psnr(1, low -> Bicubic.enlarge(low, 2)), 1e-9);
    }

    @Test
    void growsOddPicturesForTheNetworkAndCutsItsOutputBack() throws IOException {
        // Given pictures of 61x43, so 30x21 when shrunken, and an upscaler that takes even sides
        // only
        TestSet set =
                TestSet.read(SyntheticPictures.folder(temporary.resolve("Odd"), 2, 61, 43), 2, 1);

        // When
        double psnr =
                set.psnr(
                        2,
                        low -> {
                            assertEquals(0, low.height() % 2);
                            return Bicubic.enlarge(low, 2);
                        });

        // Then the repeated row changes little
        assertEquals(set.bicubicPsnr(), psnr, 0.5);
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
