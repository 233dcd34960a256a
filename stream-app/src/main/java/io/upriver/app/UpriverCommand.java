package io.upriver.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code upriver}, the root of the commands. */
@Command(
        name = "upriver",
        description = "Video super-resolution on Kafka: segments in, upscaled segments out.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            UpscaleCommand.class,
            DemoCommand.class,
            ServeCommand.class,
            IngestCommand.class,
            EgressCommand.class,
            ModelsCommand.class,
            TopicsCommand.class,
            BenchCommand.class,
            CompletionCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage.",
            "Training: upriver train --help"
        })
final class UpriverCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "expected a command, such as upscale or serve");
    }
}
