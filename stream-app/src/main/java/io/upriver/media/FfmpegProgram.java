package io.upriver.media;

import org.bytedeco.javacpp.Loader;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The {@code ffmpeg} program that comes in the same library as the rest: for making clips, not for
 * the service.
 */
public final class FfmpegProgram {

    /** What writes to the program's standard input. */
    @FunctionalInterface
    public interface Feed {
        void writeTo(OutputStream input) throws IOException;
    }

    private FfmpegProgram() {}

    /**
     * Runs the program and returns when it has ended well.
     *
     * @return what it wrote to its standard output, mostly nothing
     * @throws MediaException with its last words otherwise
     */
    public static String run(List<String> arguments) throws IOException {
        return run(arguments, input -> {});
    }

    /**
     * The same with something for its standard input, which is {@code pipe:0} among the arguments.
     * Where the feed throws, the program is stopped.
     */
    public static String run(List<String> arguments, Feed feed) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Loader.load(org.bytedeco.ffmpeg.ffmpeg.class));
        command.addAll(List.of("-hide_banner", "-loglevel", "error", "-nostdin", "-y"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            CompletableFuture<String> words =
                    CompletableFuture.supplyAsync(() -> textOf(process.getInputStream()));
            boolean fed = feed(process, feed);
            if (process.waitFor() != 0) {
                throw new MediaException(
                        MediaException.Kind.UNSUPPORTED, "ffmpeg: " + words.join().strip());
            }
            if (!fed) {
                throw new IOException("ffmpeg ended before it had read all of its input");
            }
            return words.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while ffmpeg ran", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** False where the program does not read on; it says itself why. */
    private static boolean feed(Process process, Feed feed) {
        try (OutputStream input = process.getOutputStream()) {
            feed.writeTo(input);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String textOf(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
