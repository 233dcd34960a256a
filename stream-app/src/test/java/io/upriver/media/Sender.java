package io.upriver.media;

import static java.lang.ProcessBuilder.Redirect.DISCARD;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
        List<String> words = new ArrayList<>(List.of("-nostdin", "-v", "fatal"));
        words.addAll(Clips.words(arguments, clip));
        try {
            ProcessBuilder process = FfmpegProgram.process("ffmpeg", words);
            return new Sender(process.redirectErrorStream(true).redirectOutput(DISCARD).start());
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
