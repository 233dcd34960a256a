package io.upriver.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.evaluate.OnnxNetwork;
import io.upriver.evaluate.Speed;
import io.upriver.evaluate.TestSet;
import io.upriver.schemas.ModelMetadata;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code train evaluate}: models on test pictures, beside bicubic enlargement. */
@Command(
        name = "evaluate",
        description =
                "Measures models on folders of pictures: luma PSNR beside bicubic enlargement, time, parameters.",
        mixinStandardHelpOptions = true,
        versionProvider = TrainMain.Version.class)
final class EvaluateCommand implements Callable<Integer> {

    /**
     * One line of the table.
     *
     * @param model file name
     * @param parameters numbers learned; -1 if the model does not say
     * @param millisPerFrame one 640x360 frame, with one session of one thread on every processor
     * @param psnr dB by set
     * @param bicubic dB by set
     */
    record Row(
            String model,
            long parameters,
            double millisPerFrame,
            Map<String, Double> psnr,
            Map<String, Double> bicubic) {}

    @Spec CommandSpec command;

    @Parameters(paramLabel = "MODEL.onnx", arity = "1..*", description = "Models to measure.")
    List<Path> models;

    @Option(names = "--sets", required = true, arity = "1..*", description = "Folders of pictures.")
    List<Path> sets;

    @Option(
            names = "--sessions",
            description = "Sessions side by side when timing (one for each processor).")
    int sessions = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "One JSON line instead of the table.")
    boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<Integer, List<TestSet>> setsByScale = new LinkedHashMap<>();
        List<Row> rows = new ArrayList<>();
        for (Path model : models) {
            byte[] bytes = Files.readAllBytes(model);
            try (OnnxNetwork network = new OnnxNetwork(bytes)) {
                ModelMetadata metadata = ModelMetadata.from(network.metadata());
                if (!setsByScale.containsKey(metadata.scale())) {
                    setsByScale.put(metadata.scale(), read(metadata.scale()));
                }
                double millis = Speed.millisPerFrame(bytes, sessions);
                rows.add(
                        measure(
                                model,
                                network,
                                metadata,
                                millis,
                                setsByScale.get(metadata.scale())));
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException(model + ": " + e.getMessage(), e);
            }
        }
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(rows));
        } else {
            print(rows, out);
        }
        return 0;
    }

    private List<TestSet> read(int scale) throws IOException {
        List<TestSet> read = new ArrayList<>();
        for (Path folder : sets) {
            read.add(TestSet.read(folder, scale, 1));
        }
        return read;
    }

    private static Row measure(
            Path model,
            OnnxNetwork network,
            ModelMetadata metadata,
            double millis,
            List<TestSet> sets) {
        Map<String, Double> psnr = new LinkedHashMap<>();
        Map<String, Double> bicubic = new LinkedHashMap<>();
        for (TestSet set : sets) {
            psnr.put(set.name(), set.psnr(metadata.multiple(), network::upscale));
            bicubic.put(set.name(), set.bicubicPsnr());
        }
        long parameters = metadata.parameters() == null ? -1 : metadata.parameters();
        return new Row(model.getFileName().toString(), parameters, millis, psnr, bicubic);
    }

    private static void print(List<Row> rows, PrintWriter out) {
        out.printf("%-24s %10s %9s", "model", "parameters", "ms 360p");
        rows.get(0).psnr().keySet().forEach(set -> out.printf("  %-24s", set + " (bicubic, gain)"));
        out.println();
        for (Row row : rows) {
            out.printf(
                    Locale.ROOT,
                    "%-24s %10d %9.1f",
                    row.model(),
                    row.parameters(),
                    row.millisPerFrame());
            row.psnr()
                    .forEach(
                            (set, psnr) -> {
                                double bicubic = row.bicubic().get(set);
                                String cell =
                                        String.format(
                                                Locale.ROOT,
                                                "%.2f (%.2f, %+.2f)",
                                                psnr,
                                                bicubic,
                                                psnr - bicubic);
                                out.printf("  %-24s", cell);
                            });
            out.println();
        }
    }
}
