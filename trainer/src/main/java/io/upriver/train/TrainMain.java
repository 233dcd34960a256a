package io.upriver.train;

import io.upriver.evaluate.OnnxNetwork;
import io.upriver.schemas.Build;
import io.upriver.student.StudentNetwork;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The trainer's command line. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(
        name = "train",
        description =
                "Trains student and teacher networks, measures them and exports them to ONNX.",
        mixinStandardHelpOptions = true,
        versionProvider = TrainMain.Version.class,
        subcommands = {
            StudentCommand.class,
            DistillCommand.class,
            AblationCommand.class,
            TeacherCommand.class,
            CurvesCommand.class,
            ExportCommand.class,
            EvaluateCommand.class,
            PublishCommand.class,
            AdaptCommand.class,
            VerifyCommand.class
        })
public final class TrainMain {
    /** For {@code --version}. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                Build.CURRENT.describe("upriver-trainer"),
                "Java %s, libtorch %s, ONNX Runtime %s"
                        .formatted(Runtime.version(), StudentNetwork.LIBTORCH, OnnxNetwork.RUNTIME)
            };
        }
    }

    private TrainMain() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /**
     * The commands with their error handling: a failure is one line, its stack only with
     * -Dupriver.stacktraces.
     */
    static CommandLine commandLine() {
        return new CommandLine(new TrainMain())
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> {
                            String message =
                                    failure.getMessage() == null
                                            ? failure.toString()
                                            : failure.getMessage();
                            command.getErr().println(command.getCommandName() + ": " + message);
                            if (Boolean.getBoolean("upriver.stacktraces")) {
                                failure.printStackTrace(command.getErr());
                            }
                            return failure instanceof IllegalArgumentException
                                    ? CommandLine.ExitCode.USAGE
                                    : CommandLine.ExitCode.SOFTWARE;
                        });
    }
}
