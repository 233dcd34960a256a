package io.upriver.distil;

import io.upriver.data.ImagePair;
import io.upriver.data.Lesson;
import io.upriver.data.Picture;
import io.upriver.distil.DistillationSettings.Pairing;
import io.upriver.student.StudentSpec;
import io.upriver.teacher.Teacher.FeatureMap;
import io.upriver.teacher.Teacher.Labels;
import io.upriver.teacher.TeacherCache;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * What a teacher has to say about a set of pictures. The teacher reads colour; a student of luma
 * gets the luma of what the teacher gives.
 */
public final class Lessons {
    private Lessons() {}

    /**
     * Pictures with their truth and the teacher's labels.
     *
     * @param colour pairs of colour
     * @param pairings whose feature maps to keep; empty for none
     * @param pool by how much feature maps are shrunk
     * @param done hears how many pictures are labelled
     * @throws IllegalArgumentException if a feature map is not as large as its low picture
     */
    public static List<Lesson> labelled(
            List<ImagePair> colour,
            StudentSpec student,
            TeacherCache teacher,
            List<Pairing> pairings,
            int pool,
            IntConsumer done)
            throws IOException {
        List<String> names = pairings.stream().map(Pairing::teacher).toList();
        List<Lesson> lessons = new ArrayList<>();
        for (ImagePair pair : colour) {
            Labels labels = teacher.label(pair.low(), names);
            Picture high = pair.high().toChannels(student.channels());
            List<Lesson.Maps> maps = new ArrayList<>();
            for (String name : names) {
                FeatureMap map = labels.features().get(name);
                if (map.width() != pair.low().width() || map.height() != pair.low().height()) {
                    throw new IllegalArgumentException(
                            pair.name()
                                    + ": feature "
                                    + name
                                    + ": expected "
                                    + pair.low().width()
                                    + "x"
                                    + pair.low().height()
                                    + " as the low picture, got "
                                    + map.width()
                                    + "x"
                                    + map.height());
                }
                maps.add(pooled(map, pool));
            }
            lessons.add(
                    new Lesson(
                            ImagePair.of(pair.name(), high, student.scale()),
                            labels.enlarged().toChannels(student.channels()),
                            maps));
            done.accept(lessons.size());
        }
        return lessons;
    }

    /**
     * Pictures without truth: the middle of each picture at its full size, as large as its low
     * copy, is taken as a low picture; what the teacher makes of it is the truth. The student sees
     * more kinds of detail, and fewer of the kind that it is measured on.
     */
    public static List<Lesson> unlabelled(
            List<ImagePair> colour, StudentSpec student, TeacherCache teacher, IntConsumer done)
            throws IOException {
        List<Lesson> lessons = new ArrayList<>();
        for (ImagePair pair : colour) {
            int width = pair.low().width();
            int height = pair.low().height();
            Picture middle =
                    pair.high()
                            .crop(
                                    (pair.high().width() - width) / 2,
                                    (pair.high().height() - height) / 2,
                                    width,
                                    height);
            Picture label = teacher.enlarged(middle).toChannels(student.channels());
            Picture low = middle.toChannels(student.channels());
            lessons.add(new Lesson(new ImagePair(pair.name(), low, label), label, List.of()));
            done.accept(lessons.size());
        }
        return lessons;
    }

    private static Lesson.Maps pooled(FeatureMap map, int pool) {
        int height = map.height() / pool;
        int width = map.width() / pool;
        float[] means = new float[map.channels() * height * width];
        for (int i = 0; i < means.length; i++) {
            int channel = i / width / height;
            int y = i / width % height * pool;
            int x = i % width * pool;
            float sum = 0;
            for (int k = 0; k < pool * pool; k++) {
                int row = channel * map.height() + y + k / pool;
                sum += map.values()[row * map.width() + x + k % pool];
            }
            means[i] = sum / (pool * pool);
        }
        return new Lesson.Maps(map.channels(), height, width, pool, means);
    }
}
