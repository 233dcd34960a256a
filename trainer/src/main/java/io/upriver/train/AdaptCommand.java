package io.upriver.train;

import io.upriver.data.BatchSource;
import io.upriver.learn.TrainingSettings;
import io.upriver.learn.WholeFile;
import io.upriver.publish.ModelStatusTopic;
import io.upriver.publish.ModelTopic;
import io.upriver.publish.Publication;
import io.upriver.publish.Publication.Published;
import io.upriver.publish.Publication.Terms;
import io.upriver.publish.SegmentPlace;
import io.upriver.publish.SegmentTopic;
import io.upriver.publish.StreamGate;
import io.upriver.publish.StreamGate.Rival;
import io.upriver.publish.StreamTopic;
import io.upriver.schemas.SigningKey;
import io.upriver.schemas.StreamSettings;
import io.upriver.student.StudentNetwork;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code train adapt}: a student for one stream, from the stream's own frames. */
@Command(
        name = "adapt",
        description =
                "Trains the model of one stream on with the stream's own frames, for a few minutes, and gives it to the stream"
                        + " if it is better on later frames.",
        mixinStandardHelpOptions = true,
        versionProvider = TrainMain.Version.class)
final class AdaptCommand implements Callable<Integer> {
    private static final int DIGITS_SHOWN = 12;

    @Spec CommandSpec command;

    @Mixin KafkaOptions cluster;

    @Option(
            names = "--stream",
            required = true,
            paramLabel = "ID",
            description = "The stream: the key of its segments.")
    String stream;

    @Option(
            names = "--channel",
            paramLabel = "NAME",
            description = "Where the model is published (stream-ID).")
    String channel;

    @Option(
            names = "--start",
            paramLabel = "FILE.onnx",
            description = "The student to train on (the one that the stream has now).")
    Path start;

    @Option(
            names = "--minutes",
            defaultValue = "5",
            description = "How long to train, at most (${DEFAULT-VALUE}).")
    double minutes;

    @Mixin SamplingOptions sampling;

    @Mixin GeneralPictures general;

    @Option(
            names = "--margin",
            defaultValue = "0.05",
            paramLabel = "DB",
            description = "By how much it must be better on later frames (${DEFAULT-VALUE}).")
    double margin;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the training, such as peakRate=0.0002; repeatable.")
    Map<String, String> changes = Map.of();

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of all choices (${DEFAULT-VALUE}).")
    long seed;

    @Option(
            names = "--threads",
            defaultValue = "1",
            description = "Threads of libtorch (${DEFAULT-VALUE}).")
    int threads;

    @Option(
            names = "--target",
            defaultValue = "CPU",
            description = "What the graph is written for: CPU or TENSORRT (${DEFAULT-VALUE}).")
    ExportCommand.Target target;

    @Option(
            names = "--force",
            description = "In spite of the judgement; the published file says so.")
    boolean force;

    @Option(names = "--no-pin", description = "Leave the stream's settings as they are.")
    boolean withoutPin;

    @Option(names = "--dry-run", description = "Train and judge; publish and pin nothing.")
    boolean dryRun;

    @Option(
            names = "--out",
            paramLabel = "FILE.onnx",
            description = "Also writes the model here, whatever the judgement.")
    Path out;

    @Override
    public Integer call() throws IOException, InterruptedException {
        CommandLine line = command.commandLine();
        PrintWriter log = line.getErr();
        if (dryRun && out == null) {
            throw new ParameterException(line, "--dry-run: expected --out FILE.onnx with it");
        }
        if (!(general.share >= 0 && general.share < 1)) {
            throw new IllegalArgumentException(
                    "general: expected a share from 0 and below 1, got " + general.share);
        }
        if (!(minutes > 0)) {
            throw new IllegalArgumentException("minutes: expected more than 0, got " + minutes);
        }
        StreamChannel own =
                channel == null ? StreamChannel.of(stream) : new StreamChannel(stream, channel);
        Optional<SigningKey> key = cluster.key();
        ModelTopic models = cluster.models(line);
        StreamTopic streams = cluster.open(line, StreamTopic::new);
        SegmentTopic segments = cluster.open(line, SegmentTopic::new);
        TrainingSettings settings =
                TrainingSettings.defaults(1, seed).with(Adaptation.SETTINGS).with(changes);
        StudentNetwork.useThreads(threads);

        StreamSettings asked = streams.settings(stream);
        Optional<StudentFile> inUse = StudentFile.inUse(asked, models);
        StudentFile first =
                start != null ? StudentFile.read(start) : inUse.orElseThrow(() -> nothing(asked));
        StudentFile.Opened student = first.open(asked.scale());
        models.requireRoom(own.name(), first.bytes());
        say(log, "start: %s %s", first.origin(), first.digest().substring(0, DIGITS_SHOWN));

        List<SegmentPlace> found = segments.find(stream, sampling.search());
        StreamMaterial material =
                StreamMaterial.of(stream, segments, found, sampling.sampling(asked.scale(), seed));
        say(
                log,
                "stream: %s of %d found; %d frames to learn from, %d to validate, %d later ones to judge by; coded by %s",
                material.segmentWords(),
                found.size(),
                material.training().size(),
                material.validation().size(),
                material.later().size(),
                material.codingWords());
        GeneralPictures.Pairs others = general.read(material.coding(), asked.scale(), settings);
        BatchSource batches = general.mixed(material.training(), others.training(), settings);

        Path file = out != null ? out : Files.createTempFile("upriver-adapted", ".onnx");
        try {
            new Adaptation(stream, first, material, others.training().size())
                    .run(student, batches, settings, minutes, target.form(), own.name(), file, log);
            List<Rival> rivals = new ArrayList<>();
            rivals.add(new Rival(first.origin(), first.bytes()));
            inUse.ifPresent(model -> rivals.add(new Rival(model.origin(), model.bytes())));
            StreamGate gate = new StreamGate(margin, material.later(), others.validation(), rivals);
            long since = System.currentTimeMillis();
            Published published =
                    Publication.publish(
                            file, own.name(), new Terms(gate, force, dryRun, key), models);
            WholeFile.write(file, published.file());
            line.getOut().println(PublishCommand.sentence(published, models.name()));
            if (!dryRun && !withoutPin) {
                ModelStatusTopic statuses = cluster.open(line, ModelStatusTopic::new);
                line.getOut().println(own.pin(published, asked.scale(), since, statuses, streams));
            }
        } finally {
            if (out == null) {
                Files.deleteIfExists(file);
            }
        }
        return 0;
    }

    private IllegalStateException nothing(StreamSettings asked) {
        return new IllegalStateException(
                "stream %s: expected a model of scale %d to start from, its settings ask for %s; name one with --start"
                        .formatted(stream, asked.scale(), asked.model()));
    }

    private static void say(PrintWriter log, String format, Object... values) {
        log.printf(Locale.ROOT, format + "%n", values);
        log.flush();
    }
}
