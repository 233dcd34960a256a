package io.upriver.train;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/**
 * What a command of the trainer gave back.
 *
 * @param code exit code
 * @param out standard output
 * @param errors standard error
 */
record Ran(int code, String out, String errors) {

    /** Runs a command; words may be paths, and lists of words. */
    static Ran run(Object... arguments) {
        List<String> words = new ArrayList<>();
        for (Object argument : arguments) {
            List<?> several = argument instanceof List<?> list ? list : Arrays.asList(argument);
            several.forEach(word -> words.add(word.toString()));
        }
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        CommandLine commandLine =
                TrainMain.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(errors, true));
        int code = commandLine.execute(words.toArray(new String[0]));
        return new Ran(code, out.toString(), errors.toString());
    }
}
