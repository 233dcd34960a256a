package io.upriver.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.data.BatchSource;
import io.upriver.export.OnnxMetadata;
import io.upriver.export.StudentExport;
import io.upriver.export.StudentOnnx.Form;
import io.upriver.learn.Training;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.TrainingRun.DataDescription;
import io.upriver.learn.TrainingRun.Scores;
import io.upriver.learn.TrainingSettings;
import io.upriver.learn.WholeFile;
import io.upriver.student.SelfTest;
import io.upriver.student.StudentNetwork;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A student trained on, for a little while, with what one stream gives.
 *
 * @param stream its id, for the model's provenance
 * @param start what it starts from
 * @param material what it learns from
 * @param generalPairs pairs of other pictures that it learns from as well
 */
record Adaptation(String stream, StudentFile start, StreamMaterial material, int generalPairs) {
    /** The key in an adapted model's metadata that says from what, JSON. */
    static final String ADAPTED = "upriver.adapted";

    /** Share of the time that the steps are to take by the measurement: others slow them down. */
    private static final double FILLED = 0.9;

    /** What differs from the settings of long runs: small steps, from weights that are good. */
    static final Map<String, String> SETTINGS =
            Map.of(
                    "peakRate", "0.0005",
                    "warmupSteps", "100",
                    "patch", "32",
                    "validateEvery", "500",
                    "validationPictures", "1",
                    "frozenShare", "1",
                    "codedShare", "1");

    /**
     * Trains and exports.
     *
     * @param student the start, opened
     * @param batches the stream's, and perhaps others
     * @param settings of the training; its length is measured here
     * @param minutes how long to train, at most
     * @param name the model's
     * @param file where to write it
     */
    void run(
            StudentFile.Opened student,
            BatchSource batches,
            TrainingSettings settings,
            double minutes,
            Form form,
            String name,
            Path file,
            PrintWriter log)
            throws IOException, InterruptedException {
        SelfTest.convolutions(student.spec().width());
        Path folder = Files.createTempDirectory("upriver-adapt");
        try {
            StudentNetwork network = new StudentNetwork(student.spec());
            TrainingRun run =
                    TrainingRun.create(
                            folder,
                            student.spec().toJson(),
                            settings.withSteps(
                                    RunOptions.stepsIn(FILLED * minutes, network, batches, log)),
                            data());
            Duration most = Duration.ofMillis(Math.round(minutes * 60_000));
            Scores scores;
            long begin = System.nanoTime();
            try (Console console = new Console(log)) {
                scores =
                        new Training(
                                        run,
                                        network,
                                        batches,
                                        material.validation(),
                                        console,
                                        student.vector())
                                .train(most);
            }
            double taken = (System.nanoTime() - begin) / 60e9;
            log.printf(
                    Locale.ROOT,
                    "done: %d steps in %.1f minutes, validation %.3f dB, %.3f above bicubic%n",
                    scores.step(),
                    taken,
                    scores.validationPsnr(),
                    scores.gain());
            log.flush();
            StudentExport.export(run, form, file, name, List.of());
            byte[] model =
                    OnnxMetadata.with(Files.readAllBytes(file), ADAPTED, json(scores, taken));
            WholeFile.write(file, model);
        } finally {
            delete(folder);
        }
    }

    private DataDescription data() {
        return new DataDescription(
                material.digest(),
                "stream %s, %s, %s; from %s sha256:%s"
                        .formatted(
                                stream,
                                material.segmentWords(),
                                material.codingWords(),
                                start.origin(),
                                start.digest()),
                material.training().size(),
                material.validation().size(),
                "none");
    }

    private String json(Scores scores, double minutes) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("from", "sha256:" + start.digest());
        facts.put("fromName", start.origin());
        facts.put("stream", stream);
        facts.put("firstSegment", material.firstSequence());
        facts.put("lastSegment", material.lastSequence());
        facts.put("framesLearned", material.training().size());
        facts.put("framesLater", material.later().size());
        facts.put("generalLearned", generalPairs);
        facts.put("coding", material.codingWords());
        facts.put("steps", scores.step());
        facts.put("minutes", Double.valueOf(String.format(Locale.ROOT, "%.2f", minutes)));
        try {
            return new ObjectMapper().writeValueAsString(facts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
