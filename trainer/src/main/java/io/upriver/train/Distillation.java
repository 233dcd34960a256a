package io.upriver.train;

import io.upriver.data.BatchSource;
import io.upriver.data.Crops;
import io.upriver.data.ImagePair;
import io.upriver.data.Lesson;
import io.upriver.data.Mixture;
import io.upriver.data.Mixture.Part;
import io.upriver.data.TrainingData;
import io.upriver.distil.DistillationSettings;
import io.upriver.distil.DistillationSettings.Pairing;
import io.upriver.distil.DistillingStudent;
import io.upriver.distil.Lessons;
import io.upriver.learn.SpecText;
import io.upriver.learn.TrainingSettings;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.teacher.Teacher;
import io.upriver.teacher.TeacherCache;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A student, its teacher and their pictures, brought together: what is learned from, and who
 * learns.
 *
 * @param student the student's shape
 * @param teacher stays the caller's
 * @param colour pictures to learn from and to validate on, in colour
 * @param labels folder of the teacher's labels
 */
record Distillation(StudentSpec student, Teacher teacher, TrainingData colour, Path labels) {
    private static final int TELL_EVERY = 20;

    Distillation {
        if (teacher.scale() != student.scale()) {
            throw new IllegalArgumentException(
                    "teacher "
                            + teacher.name()
                            + ": expected scale "
                            + student.scale()
                            + " as the student's, got "
                            + teacher.scale());
        }
        if (teacher.channels() != 3) {
            throw new IllegalArgumentException(
                    "teacher " + teacher.name() + ": expected one of colour, got one of luma");
        }
    }

    /** The teacher by name and content, for the model's provenance. */
    String source() {
        return teacher.name() + " sha256:" + teacher.digest();
    }

    /** Pairs as the student reads them that are never trained on. */
    List<ImagePair> validation() {
        List<ImagePair> pairs = new ArrayList<>();
        for (ImagePair pair : colour.validation()) {
            pairs.add(
                    ImagePair.of(
                            pair.name(),
                            pair.high().toChannels(student.channels()),
                            student.scale()));
        }
        return pairs;
    }

    /** The student with its loss, for a run of {@code steps} steps. */
    DistillingStudent learner(DistillationSettings settings, long steps, long frozenFrom) {
        List<Pairing> pairings = pairings(settings);
        List<Integer> widths = new ArrayList<>();
        pairings.forEach(pairing -> widths.add(teacher.featureWidth(pairing.teacher())));
        return new DistillingStudent(
                new StudentNetwork(student, frozenFrom), settings, pairings, widths, steps);
    }

    /** The same with its whole loss in the first step: to measure how long a step takes. */
    DistillingStudent timed(DistillationSettings settings) {
        return learner(settings.with(Map.of("warmupShare", "0")), 1, Long.MAX_VALUE);
    }

    /** Batches with the teacher's labels, and some without truth; labels what is not labelled. */
    BatchSource batches(
            TrainingSettings settings, DistillationSettings distillation, PrintWriter log)
            throws IOException {
        double share = distillation.unlabelledShare();
        List<Lesson> labelled = labelled(distillation, log);
        List<Lesson> unlabelled = share > 0 ? unlabelled(log) : List.of();
        return mixed(labelled, unlabelled, settings, share);
    }

    /** Both kinds of lessons as batches. */
    static BatchSource mixed(
            List<Lesson> labelled,
            List<Lesson> unlabelled,
            TrainingSettings settings,
            double unlabelledShare) {
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(crops(labelled, settings), 1 - unlabelledShare));
        if (unlabelledShare > 0) {
            parts.add(new Part(crops(unlabelled, settings), unlabelledShare));
        }
        return new Mixture(parts, settings.seed());
    }

    List<Lesson> labelled(DistillationSettings distillation, PrintWriter log) throws IOException {
        return Lessons.labelled(
                colour.training(),
                student,
                new TeacherCache(teacher, labels),
                pairings(distillation),
                distillation.pool(),
                tell(log));
    }

    List<Lesson> unlabelled(PrintWriter log) throws IOException {
        TeacherCache cache = new TeacherCache(teacher, labels);
        return Lessons.unlabelled(colour.training(), student, cache, tell(log));
    }

    private IntConsumer tell(PrintWriter log) {
        int all = colour.training().size();
        return count -> {
            if (count % TELL_EVERY == 0 || count == all) {
                log.printf("labels: %d of %d pictures%n", count, all);
                log.flush();
            }
        };
    }

    private static Crops crops(List<Lesson> lessons, TrainingSettings settings) {
        return new Crops(lessons, settings.batch(), settings.patch(), settings.seed());
    }

    /** Those of the settings, or three at a third, two thirds and the end of both networks. */
    List<Pairing> pairings(DistillationSettings distillation) {
        if (!distillation.comparesFeatures()) {
            return List.of();
        }
        List<String> taps = new StudentNetwork(student).tapNames();
        if (distillation.pairings().isEmpty()) {
            List<String> features = teacher.featureNames();
            SpecText.require(
                    "distillation",
                    "featureTerm",
                    distillation.featureTerm(),
                    !features.isEmpty(),
                    "NONE with a teacher without features");
            List<Pairing> usual = new ArrayList<>();
            for (int third = 1; third <= 3; third++) {
                usual.add(
                        new Pairing(
                                taps.get((taps.size() - 1) * third / 3),
                                features.get((features.size() - 1) * third / 3)));
            }
            return usual;
        }
        for (Pairing pairing : distillation.pairings()) {
            teacher.featureWidth(pairing.teacher()); // refuses an unknown name
            SpecText.require(
                    "distillation",
                    "pairings",
                    pairing.student(),
                    taps.contains(pairing.student()),
                    taps.toString());
        }
        return distillation.pairings();
    }
}
