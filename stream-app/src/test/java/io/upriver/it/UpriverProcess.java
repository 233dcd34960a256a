package io.upriver.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packaged program as a user runs it: a process of its own, with a cache directory of its own.
 */
final class UpriverProcess implements AutoCloseable {

    private static final Path PROGRAM = Path.of("target", "quarkus-app", "quarkus-run.jar");

    private final Process process;
    private final Path out;
    private final Path err;

    private UpriverProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static UpriverProcess start(Path directory, String... arguments) throws IOException {
        return start(directory, Map.of(), arguments);
    }

    /** The same with more environment variables, such as settings. */
    static UpriverProcess start(
            Path directory, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-jar",
                                PROGRAM.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(directory, "out", ".txt");
        Path err = Files.createTempFile(directory, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("XDG_CACHE_HOME", cacheOf(directory).toString());
        builder.environment().remove("UPRIVER_TERMINAL");
        builder.environment().putAll(environment);
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        return new UpriverProcess(builder.start(), out, err);
    }

    static Path cacheOf(Path directory) {
        return directory.resolve("cache");
    }

    /** Waits for the end; the exit code. */
    int await() throws InterruptedException, IOException {
        if (!process.waitFor(4, TimeUnit.MINUTES)) {
            throw new AssertionError("still running after 4 minutes: " + err());
        }
        return process.exitValue();
    }

    /** Waits until the output matches; the first group. */
    String awaitOut(String pattern) throws InterruptedException, IOException {
        return awaitIn(out, pattern);
    }

    /** Waits until the error output matches; the first group, or the whole where there is none. */
    String awaitErr(String pattern) throws InterruptedException, IOException {
        return awaitIn(err, pattern);
    }

    private String awaitIn(Path file, String pattern) throws InterruptedException, IOException {
        Pattern wanted = Pattern.compile(pattern);
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (System.nanoTime() < end) {
            Matcher matcher = wanted.matcher(Files.readString(file));
            if (matcher.find()) {
                return matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
            }
            if (!process.isAlive()) {
                throw new AssertionError("ended early: " + out() + err());
            }
            Thread.sleep(100);
        }
        throw new AssertionError("expected " + pattern + ", got: " + out() + err());
    }

    /** What Ctrl-C sends. */
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    }

    String out() throws IOException {
        return Files.readString(out);
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    /** What {@code kill -9} sends: nothing can be done about it in there. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
