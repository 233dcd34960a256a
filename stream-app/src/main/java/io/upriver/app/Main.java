package io.upriver.app;

import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;

/**
 * The program: reads the command line first and starts Quarkus only where a command needs a worker.
 */
@QuarkusMain
public final class Main {

    private Main() {}

    public static void main(String... args) {
        System.exit(commandLine().setExecutionStrategy(new CheckedSettings()).execute(args));
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new UpriverCommand());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(
                (error, command, parsed) -> {
                    command.getErr().println(command.getColorScheme().errorText(sentence(error)));
                    if (Boolean.getBoolean("upriver.stacktraces")) {
                        error.printStackTrace(command.getErr());
                    }
                    return CommandLine.ExitCode.SOFTWARE;
                });
        return line;
    }

    private static String sentence(Exception error) {
        String message = error.getMessage();
        return "upriver: " + (message == null ? error.toString() : message);
    }
}
