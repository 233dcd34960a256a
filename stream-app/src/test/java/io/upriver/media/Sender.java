package io.upriver.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;

/** The ffmpeg program as the sender of a live stream, in a process of its own. */
public final class Sender implements AutoCloseable {

    private final Process process;

    private Sender(Process process) {
        this.process = process;
    }

    /**
     * Starts it.
     *
     * @param arguments for ffmpeg, separated by blanks, with the word FILE where the clip stands
     */
    public static Sender of(Path clip, String arguments) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Loader.load(org.bytedeco.ffmpeg.ffmpeg.class),
                                "-nostdin",
                                "-v",
                                "fatal"));
        for (String word : arguments.strip().split(" +")) {
            command.add(word.equals("FILE") ? clip.toString() : word);
        }
        try {
            return new Sender(new ProcessBuilder(command).inheritIO().start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port on the loopback address that nobody uses. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it has sent all, or has given up. */
    public void await() {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Ends it at once, as a crash would. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
