package io.upriver.media;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;

/**
 * The {@code ffmpeg} and {@code ffprobe} programs that come in the same library as the rest: for
 * making clips and as a judge in tests, not for the service.
 *
 * <p>They are linked with libraries for sound cards and screens, which servers do not have and
 * which nothing here calls. Under the names of those the loader is given a library that is there
 * already: functions are looked up when they are called, so none is missed.
 */
public final class FfmpegProgram {

    /** What writes to the program's standard input. */
    @FunctionalInterface
    public interface Feed {
        void writeTo(OutputStream input) throws IOException;
    }

    private static final String LIBRARIES = "/org/bytedeco/ffmpeg/";

    /** What libavdevice asks for beyond FFmpeg and the C library. */
    private static final List<String> DEVICES =
            List.of("libxcb.so.1", "libxcb-shm.so.0", "libasound.so.2", "libpulse.so.0");

    private FfmpegProgram() {}

    /**
     * A process that is ready to be started.
     *
     * @param program {@code ffmpeg} or {@code ffprobe}
     */
    public static ProcessBuilder process(String program, List<String> arguments) {
        try {
            Path known = Path.of(Loader.load(avutil.class));
            Path folder = unpacked(LIBRARIES + known.getParent().getFileName());
            Path file = folder.resolve(program);
            if (!Files.isExecutable(file) && !file.toFile().setExecutable(true)) {
                throw new IOException("expected to be allowed to run " + file);
            }
            List<String> command = new ArrayList<>(List.of(file.toString()));
            command.addAll(arguments);
            ProcessBuilder process = new ProcessBuilder(command);
            process.environment().put("LD_LIBRARY_PATH", devices(folder, known).toString());
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path unpacked(String resource) throws IOException {
        File folder = Loader.cacheResource(avutil.class, resource);
        if (folder == null) {
            throw new IOException("expected FFmpeg's programs under " + resource + ", got none");
        }
        return folder.toPath();
    }

    private static Path devices(Path folder, Path library) throws IOException {
        Path devices = Files.createDirectories(folder.resolve("no-devices"));
        for (String name : DEVICES) {
            Path link = devices.resolve(name);
            if (Files.notExists(link)) {
                try {
                    Files.createSymbolicLink(link, library);
                } catch (FileAlreadyExistsException e) {
                    // Another process was faster.
                }
            }
        }
        return devices;
    }

    /**
     * Runs {@code ffmpeg} and returns when it has ended well.
     *
     * @return what it wrote, mostly nothing
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
        List<String> all =
                new ArrayList<>(List.of("-hide_banner", "-loglevel", "error", "-nostdin", "-y"));
        all.addAll(arguments);
        Process process = process("ffmpeg", all).redirectErrorStream(true).start();
        try {
            CompletableFuture<String> words =
                    CompletableFuture.supplyAsync(() -> wordsOf(process.getInputStream()));
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

    private static String wordsOf(InputStream stream) {
        try {
            return ownWords(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a program wrote, without the loader's remarks on the libraries that it was given. */
    public static String ownWords(String written) {
        return written.lines()
                .filter(line -> !line.contains(": no version information available (required by "))
                .collect(Collectors.joining("\n"));
    }
}
