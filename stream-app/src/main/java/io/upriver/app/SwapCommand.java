package io.upriver.app;

import io.upriver.hotswap.SwapBench;
import io.upriver.hotswap.SwapPlan;
import io.upriver.model.BuiltInModels;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code upriver bench swap}: models changed under load, with a broker and a worker in here. */
@Command(
        name = "swap",
        description = {
            "Changes the model again and again while segments are upscaled, and counts what became of each.",
            "Exit code 1 when something is not as expected."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class SwapCommand implements Callable<Integer> {

    private static final long MEGABYTE = 1_000_000;

    @Spec private CommandSpec spec;

    @Option(
            names = "--swaps",
            defaultValue = "1000",
            description = "Good models, one after the other.")
    private int swaps;

    @Option(names = "--bad", defaultValue = "100", description = "Bad models, spread between them.")
    private int bad;

    @Option(
            names = "--longest",
            paramLabel = "MILLIS",
            defaultValue = "2000",
            description =
                    "The longest time from a model's publication to its status, and to the first segment done by it.")
    private long longestMillis;

    @Option(
            names = "--growth",
            paramLabel = "MB",
            defaultValue = "100",
            description = "The most that resident memory may grow after the warm-up.")
    private long growthMegabytes;

    @Mixin private LocalBench local;

    @Override
    public Integer call() throws IOException {
        SwapBench bench = new SwapBench(plan(), BuiltInModels.fileOfDefault());
        Map<String, String> settings =
                Map.of(
                        "upriver.models.trusted-keys",
                        bench.trustedKey(),
                        // A line for each model is what the table is for.
                        "quarkus.log.category.\"io.upriver.app.ModelChannel\".level",
                        "ERROR");
        return local.run(bench::run, bench::cancel, settings);
    }

    private SwapPlan plan() {
        try {
            return new SwapPlan(swaps, bad, longestMillis, growthMegabytes * MEGABYTE);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }
}
