package io.upriver.teacher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.Bicubic;
import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.teacher.Teacher.FeatureMap;
import io.upriver.teacher.Teacher.Labels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherCacheTest {
    private static final Picture LOW = Picture.rgb(SyntheticPictures.draw(14, 9, 1));

    @TempDir Path folder;

    /** Enlarges by interpolation; its feature maps are the picture and the picture times three. */
    private static final class Counting implements Teacher {
        private final String digest;
        private int computed;

        Counting(String digest) {
            this.digest = digest;
        }

        @Override
        public Computed compute(float[] rgb, int height, int width, List<String> features) {
            computed++;
            Picture enlarged = Bicubic.enlarge(Picture.ofFractions(width, height, 3, rgb), 2);
            float[] thrice = new float[rgb.length];
            for (int i = 0; i < rgb.length; i++) {
                thrice[i] = 3 * rgb[i];
            }
            FeatureMap same = new FeatureMap(3, height, width, rgb);
            FeatureMap more = new FeatureMap(3, height, width, thrice);
            return new Computed(
                    new FeatureMap(3, 2 * height, 2 * width, enlarged.fractions()),
                    features.stream()
                            .collect(
                                    Collectors.toMap(
                                            name -> name,
                                            name -> name.equals("same") ? same : more)));
        }

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public int scale() {
            return 2;
        }

        @Override
        public long parameters() {
            return 0;
        }

        @Override
        public long multiplyAdds(int outputWidth, int outputHeight) {
            return -1;
        }

        @Override
        public List<String> featureNames() {
            return List.of("same", "/body/Add_3");
        }

        @Override
        public int featureWidth(String name) {
            if (!featureNames().contains(name)) {
                throw new IllegalArgumentException("no feature named " + name);
            }
            return 3;
        }

        @Override
        public String digest() {
            return digest;
        }

        @Override
        public void close() {}
    }

    @Test
    void computesAPictureOnceAndKeepsItAsPng() throws IOException {
        // Given
        Counting teacher = new Counting("a");
        Picture expected = Bicubic.enlarge(LOW, 2);

        // When
        Picture first = new TeacherCache(teacher, folder).enlarged(LOW);
        Picture second = new TeacherCache(teacher, folder).enlarged(LOW);

        // Then
        assertEquals(1, teacher.computed);
        assertArrayEquals(expected.samples(), first.samples());
        assertArrayEquals(expected.samples(), second.samples());
        Path file = only(".png");
        assertTrue(file.getFileName().toString().matches("[0-9a-f]{64}\\.png"), file.toString());
        assertArrayEquals(expected.samples(), Picture.rgb(ImageIO.read(file.toFile())).samples());
        assertEquals(1, files().size(), "nothing else is left: " + files());
    }

    @Test
    void asksTheTeacherAgainForAnotherPictureSizeOrTeacher() throws IOException {
        // Given
        Counting teacher = new Counting("a");
        Counting other = new Counting("b");
        TeacherCache cache = new TeacherCache(teacher, folder);
        cache.enlarged(LOW);

        // When
        byte[] changed = LOW.samples().clone();
        changed[7]++;
        cache.enlarged(new Picture(14, 9, 3, changed));
        cache.enlarged(new Picture(9, 14, 3, LOW.samples()));
        new TeacherCache(other, folder).enlarged(LOW);

        // Then
        assertEquals(3, teacher.computed);
        assertEquals(1, other.computed);
        assertEquals(4, files().size());
    }

    @Test
    void computesDamagedPicturesAgain() throws IOException {
        // Given
        Counting teacher = new Counting("a");
        TeacherCache cache = new TeacherCache(teacher, folder);
        Picture expected = cache.enlarged(LOW);
        byte[] whole = Files.readAllBytes(only(".png"));
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 4;
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 13);
        byte[] smaller = PngFile.encode(LOW);

        for (byte[] damaged : List.of(flipped, cut, smaller, new byte[0], new byte[100])) {
            // When
            int before = teacher.computed;
            Files.write(only(".png"), damaged);
            Picture again = cache.enlarged(LOW);

            // Then
            assertEquals(before + 1, teacher.computed);
            assertArrayEquals(expected.samples(), again.samples());
            assertArrayEquals(whole, Files.readAllBytes(only(".png")));
        }
    }

    @Test
    void keepsFeaturesAsHalfFloats() throws IOException {
        // Given
        Counting teacher = new Counting("a");

        // When
        FeatureMap first = new TeacherCache(teacher, folder).features(LOW, "same");
        FeatureMap second = new TeacherCache(teacher, folder).features(LOW, "same");

        // Then
        assertEquals(1, teacher.computed);
        assertArrayEquals(first.values(), second.values());
        float[] exact = LOW.fractions();
        for (int i = 0; i < exact.length; i++) {
            assertEquals(exact[i], second.values()[i], 1 / 4096.0);
        }
        assertNotEquals(exact[0], second.values()[0], "rounded");
        ByteBuffer bytes =
                ByteBuffer.wrap(Files.readAllBytes(only(".half"))).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(20 + 2 * 3 * 9 * 14, bytes.remaining());
        assertEquals(3, bytes.getInt(4));
        assertEquals(9, bytes.getInt(8));
        assertEquals(14, bytes.getInt(12));
        assertEquals(second.values()[0], HalfFloat.toFloat(bytes.getShort(20)));
    }

    @Test
    void computesDamagedFeaturesAgain() throws IOException {
        // Given
        Counting teacher = new Counting("a");
        TeacherCache cache = new TeacherCache(teacher, folder);
        FeatureMap expected = cache.features(LOW, "/body/Add_3");
        byte[] whole = Files.readAllBytes(only(".half"));
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 4;
        byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 1);
        byte[] turned = whole.clone();
        turned[8] = 14;
        turned[12] = 10;

        for (byte[] damaged : List.of(flipped, cut, turned, new byte[0], new byte[100])) {
            // When
            int before = teacher.computed;
            Files.write(only(".half"), damaged);
            FeatureMap again = cache.features(LOW, "/body/Add_3");

            // Then
            assertEquals(before + 1, teacher.computed);
            assertArrayEquals(expected.values(), again.values());
            assertArrayEquals(whole, Files.readAllBytes(only(".half")));
        }
    }

    @Test
    void asksTheTeacherOnceForAllThatIsMissing() throws IOException {
        // Given
        Counting teacher = new Counting("a");
        TeacherCache cache = new TeacherCache(teacher, folder);
        cache.features(LOW, "same");

        // When
        Labels labels = cache.label(LOW, List.of("same", "/body/Add_3"));

        // Then
        assertEquals(2, teacher.computed);
        assertEquals(Set.of("same", "/body/Add_3"), labels.features().keySet());
        assertEquals(
                3 * LOW.fractions()[5],
                labels.features().get("/body/Add_3").values()[5],
                1 / 1024.0);
        assertEquals(3, files().size());
        assertThrows(IllegalArgumentException.class, () -> cache.features(LOW, "else"));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private Path only(String ending) throws IOException {
        List<Path> found =
                files().stream().filter(file -> file.toString().endsWith(ending)).toList();
        assertEquals(1, found.size());
        return found.get(0);
    }
}
