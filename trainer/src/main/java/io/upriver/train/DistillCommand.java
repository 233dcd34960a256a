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
import io.upriver.distil.Networks;
import io.upriver.learn.SpecText;
import io.upriver.learn.Training;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.TrainingRun.Scores;
import io.upriver.learn.TrainingSettings;
import io.upriver.student.SelfTest;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.teacher.Teacher;
import io.upriver.teacher.TeacherCache;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train distill}: a student learns from pictures and from a teacher. */
@Command(
        name = "distill",
        description =
                "Trains a student on pictures and on what a teacher makes of them: its pictures, its"
                        + " features at several depths.",
        mixinStandardHelpOptions = true,
        versionProvider = TrainMain.Version.class)
final class DistillCommand implements Callable<Integer> {
    private static final int TELL_EVERY = 20;

    @Spec CommandSpec command;

    @Mixin RunOptions options;

    @Mixin StartOptions start;

    @Option(
            names = "--spec",
            defaultValue = "nano-x2",
            description = "Preset or JSON file (${DEFAULT-VALUE}).")
    String spec;

    @Option(
            names = "--teacher",
            required = true,
            paramLabel = "FILE",
            description = "Published checkpoint (.safetensors), ONNX model, or run of a teacher.")
    Path teacherFile;

    @Option(
            names = "--labels",
            required = true,
            paramLabel = "DIR",
            description = "Folder where the teacher's labels are kept, for all runs.")
    Path labels;

    @Option(
            names = "--distil",
            paramLabel = "KEY=VALUE",
            description =
                    "A setting of the distillation that differs from the defaults; repeatable.")
    Map<String, String> changes = Map.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter log = command.commandLine().getErr();
        StudentNetwork.useThreads(options.threads);
        StudentSpec student =
                options.resume
                        ? StudentSpec.parse(TrainingRun.open(options.out).spec())
                        : StudentSpec.load(spec);
        SelfTest.convolutions(student.width());
        TrainingSettings settings = options.settings();
        DistillationSettings distillation = distillation();
        TrainingData colour = options.read(student.scale(), 3, settings, log);
        List<ImagePair> validation = new ArrayList<>();
        for (ImagePair pair : colour.validation()) {
            validation.add(
                    ImagePair.of(
                            pair.name(),
                            pair.high().toChannels(student.channels()),
                            student.scale()));
        }
        try (Teacher teacher = Networks.open(teacherFile)) {
            refuseOtherScale(teacher, student);
            List<Pairing> pairings = pairings(distillation, student, teacher);
            List<Integer> widths = new ArrayList<>();
            pairings.forEach(pairing -> widths.add(teacher.featureWidth(pairing.teacher())));
            BatchSource batches =
                    CodedData.mixed(
                            batches(
                                    colour,
                                    student,
                                    teacher,
                                    settings,
                                    distillation,
                                    pairings,
                                    log),
                            colour.training(),
                            student,
                            settings,
                            log);
            validation = CodedData.validation(validation, student, settings);
            DistillingStudent timed =
                    new DistillingStudent(
                            new StudentNetwork(student, Long.MAX_VALUE),
                            distillation,
                            pairings,
                            widths,
                            1);
            TrainingRun run =
                    options.run(
                            student.toJson(),
                            settings,
                            colour,
                            teacher.name() + " sha256:" + teacher.digest(),
                            timed,
                            batches,
                            log);
            run.keep(RECORD, SpecText.write(distillation));
            TrainingSettings whole = run.settings();
            DistillingStudent learner =
                    new DistillingStudent(
                            new StudentNetwork(student, whole.frozenFrom()),
                            distillation,
                            pairings,
                            widths,
                            whole.steps());
            float[] first = start.vector(learner.parameters(), settings.seed(), log);
            Scores scores;
            try (Console console = new Console(log)) {
                Training.Listener listener = Curves.following(options.out, log, console);
                scores = new Training(run, learner, batches, validation, listener, first).train();
            }
            log.printf(
                    Locale.ROOT,
                    "done: validation %.3f dB, %.3f above bicubic; export with: export %s -o FILE.onnx%n",
                    scores.validationPsnr(),
                    scores.gain(),
                    options.out);
        }
        return 0;
    }

    private static final String RECORD = "distillation.json";

    private DistillationSettings distillation() throws IOException {
        return options.resume
                ? SpecText.parse(
                        DistillationSettings.class, Files.readString(options.out.resolve(RECORD)))
                : DistillationSettings.defaults().with(changes);
    }

    private static void refuseOtherScale(Teacher teacher, StudentSpec student) {
        if (teacher.scale() != student.scale()) {
            throw new IllegalArgumentException(
                    "teacher "
                            + teacher.name()
                            + ": expected scale "
                            + student.scale()
                            + " as the student's, got "
                            + teacher.scale());
        }
    }

    /** Those of the settings, or three at a third, two thirds and the end of both networks. */
    static List<Pairing> pairings(
            DistillationSettings distillation, StudentSpec student, Teacher teacher) {
        if (!distillation.comparesFeatures()) {
            return List.of();
        }
        List<String> taps = new StudentNetwork(student).tapNames();
        if (distillation.pairings().isEmpty()) {
            List<String> features = teacher.featureNames();
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

    private BatchSource batches(
            TrainingData colour,
            StudentSpec student,
            Teacher teacher,
            TrainingSettings settings,
            DistillationSettings distillation,
            List<Pairing> pairings,
            PrintWriter log)
            throws IOException {
        TeacherCache cache = new TeacherCache(teacher, labels);
        List<ImagePair> pairs = colour.training();
        IntConsumer tell =
                count -> {
                    if (count % TELL_EVERY == 0 || count == pairs.size()) {
                        log.printf("labels: %d of %d pictures%n", count, pairs.size());
                        log.flush();
                    }
                };
        List<Lesson> labelled =
                Lessons.labelled(pairs, student, cache, pairings, distillation.pool(), tell);
        List<Part> parts = new ArrayList<>();
        double share = distillation.unlabelledShare();
        parts.add(new Part(crops(labelled, settings), 1 - share));
        if (share > 0) {
            List<Lesson> unlabelled = Lessons.unlabelled(pairs, student, cache, tell);
            parts.add(new Part(crops(unlabelled, settings), share));
        }
        return new Mixture(parts, settings.seed());
    }

    private static Crops crops(List<Lesson> lessons, TrainingSettings settings) {
        return new Crops(lessons, settings.batch(), settings.patch(), settings.seed());
    }
}
