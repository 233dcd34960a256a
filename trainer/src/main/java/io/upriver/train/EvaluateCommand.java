package io.upriver.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.distil.Networks;
import io.upriver.evaluate.Enlarger;
import io.upriver.evaluate.Evaluation;
import io.upriver.evaluate.OnnxNetwork;
import io.upriver.evaluate.PictureSheet;
import io.upriver.evaluate.PictureSheet.Example;
import io.upriver.evaluate.Result;
import io.upriver.evaluate.Speed;
import io.upriver.export.Espcn;
import io.upriver.export.OnnxCost;
import io.upriver.export.StudentExport;
import io.upriver.schemas.ModelMetadata.Planes;
import io.upriver.student.StudentNetwork;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code train evaluate}: models on test pictures, beside bicubic enlargement. */
@Command(
        name = "evaluate",
        description =
                "Measures models on folders of pictures beside bicubic enlargement and published figures:"
                        + " PSNR and SSIM of luma, parameters, multiply-adds for 1280x720, time for 640x360.",
        mixinStandardHelpOptions = true,
        versionProvider = TrainMain.Version.class)
final class EvaluateCommand implements Callable<Integer> {
    private static final int MOST_EXAMPLES = 6;

    @Spec CommandSpec command;

    @Parameters(
            paramLabel = "MODEL",
            arity = "1..*",
            description =
                    "Models to measure: ONNX files, published checkpoints (.safetensors), folders of runs.")
    List<Path> models;

    @Option(names = "--sets", required = true, arity = "1..*", description = "Folders of pictures.")
    List<Path> sets;

    @Option(
            names = "--sessions",
            description = "Sessions side by side when timing (one for each processor).")
    int sessions = Runtime.getRuntime().availableProcessors();

    @Option(names = "--no-speed", description = "Do not take the time.")
    boolean withoutSpeed;

    @Option(names = "--json", description = "One JSON line instead of the tables.")
    boolean json;

    @Option(
            names = "--sheet",
            paramLabel = "FILE.png",
            description =
                    "Also draws parts of the pictures on which the models differ most from bicubic.")
    Path sheet;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<Integer, Evaluation> byScale = new TreeMap<>();
        List<Enlarger> opened = new ArrayList<>();
        try {
            for (Path model : models) {
                measure(model, opened, byScale);
            }
            report(byScale.values());
            if (sheet != null) {
                draw(byScale.values());
            }
        } finally {
            opened.forEach(Enlarger::close);
        }
        return 0;
    }

    /**
     * The model as ONNX Runtime takes it, which a student becomes as it is exported; null for a
     * teacher. The one place that knows the kinds of files.
     */
    private static byte @Nullable [] onnx(Path model) throws IOException {
        if (model.toString().endsWith(".onnx")) {
            return Files.readAllBytes(model);
        }
        Networks.Student student = Networks.student(model);
        if (student == null) {
            return null;
        }
        StudentNetwork network = student.network();
        return StudentExport.bare(network, network.parameters().weights(student.vector()));
    }

    private void measure(Path model, List<Enlarger> opened, Map<Integer, Evaluation> byScale)
            throws IOException, InterruptedException {
        try {
            byte[] onnx = onnx(model);
            Enlarger enlarger =
                    onnx == null ? Networks.open(model) : new OnnxNetwork(onnx, new OnnxCost(onnx));
            opened.add(enlarger);
            Double millis =
                    withoutSpeed || onnx == null
                            ? null
                            : Double.valueOf(Speed.millisPerFrame(onnx, sessions));
            byScale.computeIfAbsent(enlarger.scale(), scale -> new Evaluation(scale, sets))
                    .measure(name(model), enlarger, millis);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(model + ": " + e.getMessage(), e);
        }
    }

    /** The file's name, or the whole path where several have the same. */
    private String name(Path model) {
        Path name = model.getFileName();
        boolean alone =
                models.stream().filter(other -> other.getFileName().equals(name)).count() == 1;
        return (alone ? name : model).toString();
    }

    private void report(Collection<Evaluation> evaluations)
            throws IOException, InterruptedException {
        List<ResultTable> tables = new ArrayList<>();
        for (Evaluation one : evaluations) {
            List<Result> results = new ArrayList<>(one.results());
            if (!withoutSpeed) {
                results.add(yardstick(one.scale()));
            }
            tables.add(new ResultTable(one.scale(), one.setNames(), results));
        }
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(tables));
        } else {
            tables.forEach(table -> table.print(out));
        }
    }

    /** What milliseconds mean depends on the machine: a known network's, taken in the same run. */
    private Result yardstick(int scale) throws InterruptedException {
        byte[] espcn = Espcn.model(scale);
        return new Result(
                "ESPCN",
                "timed here, not trained",
                Planes.LUMA,
                Espcn.parameters(scale),
                new OnnxCost(espcn).multiplyAdds(Evaluation.COST_WIDTH, Evaluation.COST_HEIGHT),
                Speed.millisPerFrame(espcn, sessions),
                Map.of(),
                Map.of());
    }

    private void draw(Collection<Evaluation> evaluations) throws IOException {
        List<Example> examples = new ArrayList<>();
        for (Evaluation one : evaluations) {
            examples.addAll(one.examples(Math.max(1, MOST_EXAMPLES / evaluations.size())));
        }
        BufferedImage drawn = PictureSheet.draw(examples);
        Files.createDirectories(sheet.toAbsolutePath().getParent());
        if (!ImageIO.write(drawn, "png", sheet.toFile())) {
            throw new IOException(sheet + ": cannot be written as PNG");
        }
    }
}
