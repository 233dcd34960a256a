package io.upriver.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.upriver.evaluate.OnnxNetwork;
import io.upriver.evaluate.Quality;
import io.upriver.evaluate.TestSet;
import io.upriver.export.StudentOnnx.Form;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.TrainingRun.DataDescription;
import io.upriver.learn.TrainingRun.Scores;
import io.upriver.learn.Weights;
import io.upriver.learn.WholeFile;
import io.upriver.schemas.ModelMetadata;
import io.upriver.schemas.ModelMetadata.Planes;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns a training run's newest checkpoint into a model file that says where it comes from. The run
 * may still be going.
 */
public final class StudentExport {
    /**
     * The key in the metadata's scores of the largest difference between libtorch and ONNX Runtime,
     * in units of the range 0 to 1.
     */
    public static final String PARITY = "parity";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PARITY_PLANES = 2;
    private static final int PARITY_HEIGHT = 66;
    private static final int PARITY_WIDTH = 94;

    /**
     * What was written.
     *
     * @param step training steps behind the weights
     * @param parity largest difference between libtorch and ONNX Runtime, range 0 to 1
     * @param bytes size of the file
     * @param scores what stands in the file as its scores, JSON
     */
    public record Exported(long step, double parity, int bytes, String scores) {}

    private StudentExport() {}

    /**
     * Exports {@code run} to {@code file} under a model name. The test sets, if any, are measured
     * and reported inside the file.
     *
     * @throws IllegalStateException if ONNX Runtime does not compute what libtorch computes;
     *     nothing is written then
     */
    public static Exported export(
            TrainingRun run, Form form, Path file, String name, List<Path> testSets)
            throws IOException {
        StudentSpec spec = StudentSpec.parse(run.spec());
        Scores scores = run.scores();
        StudentNetwork network = new StudentNetwork(spec);
        float[] vector = run.averageWeights(network.parameters());
        double parity =
                Parity.largestDifference(
                        network, vector, PARITY_PLANES, PARITY_HEIGHT, PARITY_WIDTH, 1);
        if (!(parity <= Parity.TOLERANCE)) {
            throw new IllegalStateException(
                    run
                            + ": ONNX Runtime and libtorch differ by "
                            + parity
                            + " of the range, allowed is "
                            + Parity.TOLERANCE
                            + "; nothing written");
        }
        Weights weights = network.parameters().weights(vector);
        Map<String, Object> reported = new LinkedHashMap<>();
        reported.put("step", scores.step());
        reported.put(PARITY, parity);
        reported.put("validation", psnr(scores.validationPsnr(), scores.bicubicPsnr()));
        measure(network, weights, testSets).forEach(reported::put);

        ModelMetadata metadata =
                describe(run, name, network.parameters().learnedCount(), json(reported));
        byte[] model =
                StudentOnnx.model(spec, weights, form, TrainerVersion.VERSION, metadata.toMap());
        WholeFile.write(file, model);
        return new Exported(scores.step(), parity, model.length, json(reported));
    }

    /** The model for CPUs without its provenance: to be measured, not to be published. */
    public static byte[] bare(StudentNetwork network, Weights weights) {
        StudentSpec spec = network.spec();
        Map<String, String> metadata =
                ModelMetadata.of(
                                "measured",
                                spec.scale(),
                                spec.channels() == 1 ? Planes.LUMA : Planes.RGB,
                                spec.multiple(),
                                spec.receptiveField())
                        .toMap();
        long parameters = network.parameters().learnedCount();
        metadata.put(ModelMetadata.PARAMETERS, Long.toString(parameters));
        return StudentOnnx.model(spec, weights, Form.CPU, TrainerVersion.VERSION, metadata);
    }

    private static Map<String, Map<String, Double>> measure(
            StudentNetwork network, Weights weights, List<Path> testSets) throws IOException {
        StudentSpec spec = network.spec();
        Map<String, Map<String, Double>> measured = new LinkedHashMap<>();
        try (OnnxNetwork onnx = new OnnxNetwork(bare(network, weights))) {
            for (Path folder : testSets) {
                TestSet set = TestSet.read(folder, spec.scale(), spec.channels());
                measured.put(
                        set.name(),
                        psnr(
                                Quality.mean(set.measure(onnx::upscale)).psnr(),
                                Quality.mean(set.bicubic()).psnr()));
            }
        }
        return measured;
    }

    private static ModelMetadata describe(
            TrainingRun run, String name, long parameters, String scores) throws IOException {
        StudentSpec spec = StudentSpec.parse(run.spec());
        DataDescription data = run.data();
        return new ModelMetadata(
                name,
                spec.scale(),
                spec.channels() == 1 ? Planes.LUMA : Planes.RGB,
                spec.multiple(),
                spec.receptiveField(),
                spec.toJson(),
                parameters,
                "sha256:"
                        + data.digest()
                        + " ("
                        + data.training()
                        + " pictures to learn from, "
                        + data.validation()
                        + " to validate) "
                        + data.sources(),
                json(settings(run)),
                run.settings().seed(),
                scores,
                data.teacher(),
                "upriver-trainer " + TrainerVersion.VERSION);
    }

    /** All that decided how it was trained, in one object. */
    private static ObjectNode settings(TrainingRun run) throws IOException {
        ObjectNode all = JSON.valueToTree(run.settings());
        String distillation = run.kept(TrainingRun.DISTILLATION);
        if (distillation != null) {
            all.set("distillation", JSON.readTree(distillation));
        }
        String start = run.kept(TrainingRun.START);
        if (start != null) {
            all.put("start", start);
        }
        return all;
    }

    private static Map<String, Double> psnr(double network, double bicubic) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("psnr", Math.round(network * 1000) / 1000.0);
        figures.put("bicubic", Math.round(bicubic * 1000) / 1000.0);
        return figures;
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
