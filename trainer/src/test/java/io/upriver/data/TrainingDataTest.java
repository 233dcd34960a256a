package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingDataTest {

    @TempDir Path temporary;

    @Test
    void leavesOutAPictureThatItHasSeenUnderAnotherName() throws IOException {
        // Given
        Path folder = SyntheticPictures.folder(temporary.resolve("a"), 3, 64, 48);
        Path copy = Files.copy(folder.resolve("picture1.png"), folder.resolve("same.png"));

        // When
        ImageFolders found = ImageFolders.read(List.of(folder));

        // Then
        assertEquals(3, found.images().size());
        assertEquals(List.of(copy), found.duplicates());
    }

    @Test
    void namesAndSkipsWhatItCannotRead() throws IOException {
        // Given
        Path folder = SyntheticPictures.folder(temporary.resolve("a"), 3, 64, 48);
        Path broken = folder.resolve("broken.png");
        byte[] whole = Files.readAllBytes(folder.resolve("picture0.png"));
        Files.write(broken, Arrays.copyOf(whole, 60));
        Path folderOfThatName = Files.createDirectory(folder.resolve("folder.png"));
        Path nowhere =
                Files.createSymbolicLink(folder.resolve("link.png"), folder.resolve("nowhere.png"));

        // When
        ImageFolders found = ImageFolders.read(List.of(folder));

        // Then
        assertEquals(3, found.images().size());
        assertEquals(List.of(broken, folderOfThatName, nowhere), found.unreadable());
    }

    @Test
    void refusesAFolderWithoutPicturesAndOneThatIsNotThere() throws IOException {
        Path empty = Files.createDirectories(temporary.resolve("empty"));
        Path missing = temporary.resolve("missing");

        var refusal = assertThrows(IOException.class, () -> ImageFolders.read(List.of(empty)));
        assertTrue(
                refusal.getMessage().startsWith(empty + ": no readable picture"),
                refusal.getMessage());
        refusal = assertThrows(IOException.class, () -> ImageFolders.read(List.of(missing)));
        assertEquals(missing + ": not a folder", refusal.getMessage());
    }

    @Test
    void setsTheSamePicturesApartWhateverTheirNamesAre() throws IOException {
        // Given the same pictures in another folder under other names
        Path folder = SyntheticPictures.folder(temporary.resolve("a"), 6, 64, 48);
        Path renamed = Files.createDirectories(temporary.resolve("b"));
        for (int i = 0; i < 6; i++) {
            Files.copy(folder.resolve("picture" + i + ".png"), renamed.resolve((9 - i) + ".png"));
        }

        // When
        TrainingData one = TrainingData.read(List.of(folder), 2, 1, 2, 16);
        TrainingData other = TrainingData.read(List.of(renamed), 2, 1, 2, 16);

        // Then
        assertEquals(one.digest(), other.digest());
        assertEquals(samples(one.validation()), samples(other.validation()));
        assertEquals(2, one.validation().size());
        assertEquals(4, one.training().size());
        Set<Integer> overlap = new HashSet<>(samples(one.training()));
        overlap.retainAll(samples(one.validation()));
        assertEquals(Set.of(), overlap);
    }

    @Test
    void hasAnotherDigestForOtherPictures() throws IOException {
        Path six = SyntheticPictures.folder(temporary.resolve("a"), 6, 64, 48);
        Path five = SyntheticPictures.folder(temporary.resolve("b"), 5, 64, 48);
        assertNotEquals(
                TrainingData.read(List.of(six), 2, 1, 2, 16).digest(),
                TrainingData.read(List.of(five), 2, 1, 2, 16).digest());
    }

    @Test
    void refusesPicturesThatAreTooSmallAndTooFew() throws IOException {
        Path folder = SyntheticPictures.folder(temporary.resolve("a"), 3, 64, 48);

        var refusal =
                assertThrows(
                        IOException.class, () -> TrainingData.read(List.of(folder), 2, 1, 1, 32));
        assertTrue(
                refusal.getMessage().endsWith("64x48 is too small for crops of 64"),
                refusal.getMessage());
        refusal =
                assertThrows(
                        IOException.class, () -> TrainingData.read(List.of(folder), 2, 1, 3, 16));
        assertTrue(
                refusal.getMessage().endsWith("3 pictures, but 3 are set apart for validation"),
                refusal.getMessage());
    }

    private static List<Integer> samples(List<ImagePair> pairs) {
        return pairs.stream().map(pair -> Arrays.hashCode(pair.high().samples())).toList();
    }
}
