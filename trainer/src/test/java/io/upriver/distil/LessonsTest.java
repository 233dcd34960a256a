package io.upriver.distil;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.upriver.data.ImagePair;
import io.upriver.data.Lesson;
import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.distil.DistillationSettings.Pairing;
import io.upriver.student.Specs;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Operator;
import io.upriver.teacher.OnnxModels;
import io.upriver.teacher.Teacher;
import io.upriver.teacher.TeacherCache;
import io.upriver.teacher.Teachers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The teacher repeats every pixel four times; its features "body" hold each of the three planes
 * four times.
 */
class LessonsTest {
    private static final StudentSpec LUMA = Specs.of(Operator.BSCONV_U);
    private static final StudentSpec COLOUR = Specs.chain();
    private static final List<Pairing> BODY = List.of(new Pairing("block1", "body"));

    /** Small pictures of 15x13 and 10x12; the first one is cut to a multiple of two. */
    private static final List<ImagePair> PAIRS =
            List.of(
                    ImagePair.of("a", Picture.rgb(SyntheticPictures.draw(31, 27, 1)), 2),
                    ImagePair.of("b", Picture.rgb(SyntheticPictures.draw(20, 24, 2)), 2));

    @TempDir Path temporary;

    private Teacher teacher;
    private TeacherCache cache;
    private final List<Integer> told = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        Path file = Files.write(temporary.resolve("a.onnx"), OnnxModels.repeating(3, 0));
        teacher = Teachers.open(file);
        cache = new TeacherCache(teacher, temporary.resolve("labels"));
    }

    @AfterEach
    void close() {
        teacher.close();
    }

    @Test
    void labelWithTheTeachersPictureInColour() throws IOException {
        // When
        List<Lesson> lessons = Lessons.labelled(PAIRS, COLOUR, cache, List.of(), 2, told::add);

        // Then
        assertEquals(List.of(1, 2), told);
        for (int i = 0; i < 2; i++) {
            Lesson lesson = lessons.get(i);
            assertSame(PAIRS.get(i).low(), lesson.pair().low());
            assertSame(PAIRS.get(i).high(), lesson.pair().high());
            assertSame(repeated(PAIRS.get(i).low()), lesson.label());
            assertEquals(List.of(), lesson.features());
        }
    }

    @Test
    void giveAStudentOfLumaTheLumaOfAllOfIt() throws IOException {
        // When
        List<Lesson> lessons = Lessons.labelled(PAIRS, LUMA, cache, List.of(), 2, told::add);

        // Then the truth is luma before it is shrunk, the label luma of what the teacher made
        for (int i = 0; i < 2; i++) {
            Picture truth = PAIRS.get(i).high().luma();
            assertSame(truth, lessons.get(i).pair().high());
            assertSame(ImagePair.of("", truth, 2).low(), lessons.get(i).pair().low());
            assertSame(repeated(PAIRS.get(i).low()).luma(), lessons.get(i).label());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void poolFeaturesToTheirMeans(int pool) throws IOException {
        // When
        List<Lesson> lessons = Lessons.labelled(PAIRS, LUMA, cache, BODY, pool, told::add);

        // Then
        for (int i = 0; i < 2; i++) {
            Picture low = PAIRS.get(i).low();
            Lesson.Maps maps = lessons.get(i).features().get(0);
            assertEquals(12, maps.channels());
            assertEquals(low.height() / pool, maps.height());
            assertEquals(low.width() / pool, maps.width());
            assertEquals(pool, maps.shrunk());
            for (int channel = 0; channel < 12; channel++) {
                for (int y = 0; y < maps.height(); y++) {
                    for (int x = 0; x < maps.width(); x++) {
                        double mean = mean(low, channel / 4, x * pool, y * pool, pool);
                        int at = (channel * maps.height() + y) * maps.width() + x;
                        assertEquals(mean, maps.values()[at], 1 / 4096.0, "half floats");
                    }
                }
            }
        }
    }

    @Test
    void takeTheMiddleAtItsFullSizeWhereThereIsNoTruth() throws IOException {
        for (StudentSpec student : List.of(LUMA, COLOUR)) {
            // When
            List<Lesson> lessons = Lessons.unlabelled(PAIRS, student, cache, told::add);

            // Then 15 columns from 7 of 30 and 13 rows from 6 of 26, not shrunken ones
            Picture middle = PAIRS.get(0).high().crop(7, 6, 15, 13);
            Picture label = repeated(middle).toChannels(student.channels());
            Lesson lesson = lessons.get(0);
            assertSame(middle.toChannels(student.channels()), lesson.pair().low());
            assertSame(label, lesson.pair().high());
            assertSame(label, lesson.label());
            assertEquals(List.of(), lesson.features());
            assertSame(
                    PAIRS.get(1).high().crop(5, 6, 10, 12).toChannels(student.channels()),
                    lessons.get(1).pair().low());
        }
    }

    @Test
    void refuseFeaturesThatAreNotAsLargeAsThePicture() throws IOException {
        // Given a teacher that works on squares of pixels
        StudentSpec folded =
                StudentSpec.parse(
                        Specs.of(Operator.BSCONV_U).toJson().replace("\"LUMA\"", "\"RGB\""));
        io.upriver.student.StudentNetwork network = new io.upriver.student.StudentNetwork(folded);
        try (Teacher half =
                new FrozenStudent("half", network, Specs.randomVector(folded, 1), "0")) {
            TeacherCache labels = new TeacherCache(half, temporary.resolve("half"));
            List<Pairing> head = List.of(new Pairing("head", "feat_0"));
            List<ImagePair> even = PAIRS.subList(1, 2);

            // When
            var refusal =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> Lessons.labelled(even, LUMA, labels, head, 2, told::add));

            // Then
            assertEquals(
                    "b: feature feat_0: expected 10x12 as the low picture, got 5x6",
                    refusal.getMessage());
        }
    }

    private static double mean(Picture picture, int channel, int x, int y, int pool) {
        double sum = 0;
        for (int k = 0; k < pool * pool; k++) {
            sum += picture.at(channel, x + k % pool, y + k / pool) / 255.0;
        }
        return sum / pool / pool;
    }

    private static Picture repeated(Picture low) {
        byte[] samples = new byte[4 * low.samples().length];
        for (int i = 0; i < samples.length; i++) {
            int row = i / (2 * low.width());
            int channel = row / (2 * low.height());
            samples[i] =
                    (byte) low.at(channel, i % (2 * low.width()) / 2, row % (2 * low.height()) / 2);
        }
        return new Picture(2 * low.width(), 2 * low.height(), low.channels(), samples);
    }

    private static void assertSame(Picture expected, Picture actual) {
        assertEquals(expected.width(), actual.width());
        assertEquals(expected.height(), actual.height());
        assertArrayEquals(expected.samples(), actual.samples());
    }
}
