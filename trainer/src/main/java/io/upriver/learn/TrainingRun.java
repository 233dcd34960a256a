package io.upriver.learn;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one training run.
 *
 * <pre>
 *   spec.json               the network
 *   settings.json           how it is trained
 *   data.json               what it is trained on: digest, sources, number of pictures
 *   distillation.json       how it learns from its teacher, if it has one
 *   start.txt               what it started from, if it did not begin anew
 *   checkpoint.safetensors  the newest state; replaced whole
 *   scores.json             the newest validation
 *   log.jsonl               one JSON object a line: training, validation, events
 * </pre>
 */
public final class TrainingRun {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    private static final ObjectMapper PRETTY =
            JSON.copy().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * What a run learns from.
     *
     * @param digest hash over the pictures' hashes
     * @param sources where the pictures come from and their licences, for people
     * @param training pictures learnt from
     * @param validation pictures set apart
     * @param teacher the network it learns from, "none" without one
     */
    public record DataDescription(
            String digest, String sources, int training, int validation, String teacher) {}

    /**
     * A validation of the averaged weights.
     *
     * @param step steps taken
     * @param validationPsnr mean over the pictures set apart, dB
     * @param bicubicPsnr the same for bicubic enlargement
     */
    public record Scores(long step, double validationPsnr, double bicubicPsnr) {
        public double gain() {
            return validationPsnr - bicubicPsnr;
        }
    }

    private final Path folder;

    private TrainingRun(Path folder) {
        this.folder = folder;
    }

    /**
     * Starts a run in a new or empty folder.
     *
     * @param spec the network's own description, JSON
     */
    public static TrainingRun create(
            Path folder, String spec, TrainingSettings settings, DataDescription data)
            throws IOException {
        TrainingRun run = new TrainingRun(folder);
        if (Files.exists(run.checkpoint())) {
            throw new IOException(
                    folder + ": holds a run already; resume it or choose another folder");
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("spec.json"), spec);
        PRETTY.writeValue(folder.resolve("settings.json").toFile(), settings);
        PRETTY.writeValue(folder.resolve("data.json").toFile(), data);
        return run;
    }

    /** Opens a run that has been started. */
    public static TrainingRun open(Path folder) throws IOException {
        if (!Files.isRegularFile(folder.resolve("spec.json"))) {
            throw new IOException(folder + ": no training run (spec.json is missing)");
        }
        return new TrainingRun(folder);
    }

    /** The network's own description, JSON. */
    public String spec() throws IOException {
        return Files.readString(folder.resolve("spec.json"));
    }

    public TrainingSettings settings() throws IOException {
        return JSON.readValue(folder.resolve("settings.json").toFile(), TrainingSettings.class);
    }

    public DataDescription data() throws IOException {
        return JSON.readValue(folder.resolve("data.json").toFile(), DataDescription.class);
    }

    /** Steps taken up to the newest checkpoint; 0 before the first. */
    public long stepsTaken() throws IOException {
        return hasCheckpoint() ? state().step() : 0;
    }

    /**
     * Makes the run longer or shorter from here on; the learning rate then follows the new length's
     * curve.
     */
    public void changeLength(long steps) throws IOException {
        long taken = stepsTaken();
        if (steps <= taken) {
            throw new IllegalArgumentException(
                    folder + ": steps is " + steps + ", but " + taken + " are taken already");
        }
        PRETTY.writeValue(folder.resolve("settings.json").toFile(), settings().withSteps(steps));
        log(Map.of("event", "length", "step", taken, "steps", steps));
    }

    /** File of the newest state. */
    public static final String CHECKPOINT = "checkpoint.safetensors";

    /** File of the distillation's settings, JSON, where the run learns from a teacher. */
    public static final String DISTILLATION = "distillation.json";

    /** File that says what the run started from, where it did not begin anew. */
    public static final String START = "start.txt";

    /** A text that was kept, or null. */
    public @Nullable String kept(String fileName) throws IOException {
        Path file = folder.resolve(fileName);
        return Files.isRegularFile(file) ? Files.readString(file) : null;
    }

    /** Keeps a further text beside the run's own. */
    public void keep(String fileName, String text) throws IOException {
        Files.writeString(folder.resolve(fileName), text);
    }

    /** The averaged weights of the newest checkpoint, as a flat vector. */
    public float[] averageWeights() throws IOException {
        return state().average();
    }

    /**
     * The averaged weights of a network, without the parameters that a loss keeps behind them.
     *
     * @throws IOException if the checkpoint holds fewer than the network has
     */
    public float[] averageWeights(Parameters network) throws IOException {
        float[] average = averageWeights();
        if (average.length < network.count()) {
            throw new IOException(
                    this
                            + ": expected a checkpoint of "
                            + network.count()
                            + " parameters or more, got "
                            + average.length);
        }
        return Arrays.copyOf(average, network.count());
    }

    /** The newest validation. */
    public Scores scores() throws IOException {
        return JSON.readValue(folder.resolve("scores.json").toFile(), Scores.class);
    }

    public boolean hasCheckpoint() {
        return Files.isRegularFile(checkpoint());
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    TrainingState state() throws IOException {
        if (!hasCheckpoint()) {
            throw new IOException(folder + ": no checkpoint yet");
        }
        return TrainingState.read(checkpoint());
    }

    void save(TrainingState state, Scores scores) throws IOException {
        state.write(checkpoint());
        WholeFile.write(folder.resolve("scores.json"), JSON.writeValueAsBytes(scores));
    }

    void log(Map<String, ?> entry) throws IOException {
        Files.write(
                folder.resolve("log.jsonl"),
                (JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private Path checkpoint() {
        return folder.resolve(CHECKPOINT);
    }
}
