package io.upriver.data;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;

/** Video that the {@code ffmpeg} program makes, and what it decodes from it. */
public final class TestVideo {

    private static final List<String> DEVICES =
            List.of("libxcb.so.1", "libxcb-shm.so.0", "libasound.so.2", "libpulse.so.0");

    private TestVideo() {}

    /** A moving test picture as H.264 in a transport stream. */
    public static byte[] moving(int width, int height, int frames, String... encoding) {
        return of(
                "testsrc2=size=%dx%d:rate=25".formatted(width, height), frames, "mpegts", encoding);
    }

    /**
     * A source of FFmpeg's filters as a segment.
     *
     * @param format FFmpeg's name of the container, one that can be written to a pipe
     * @param encoding options such as {@code -c:v libx265}; x264 without any
     */
    public static byte[] of(String source, int frames, String format, String... encoding) {
        List<String> words = new ArrayList<>(List.of("-f", "lavfi", "-i", source));
        words.addAll(List.of("-frames:v", Integer.toString(frames), "-preset", "veryfast"));
        words.addAll(List.of("-c:v", "libx264", "-pix_fmt", "yuv420p"));
        words.addAll(List.of(encoding)); // the last of several counts
        words.addAll(List.of("-f", format, "-"));
        return ffmpeg(new byte[0], words);
    }

    /** All luma of all frames, in the layout given, such as {@code yuv420p}. */
    static List<byte[]> luma(byte[] segment, int width, int height, String layout) {
        byte[] all = ffmpeg(segment, List.of("-i", "-", "-f", "rawvideo", "-pix_fmt", layout, "-"));
        int bytes = layout.contains("10") ? 2 : 1;
        int plane = width * height * bytes;
        List<byte[]> frames = new ArrayList<>();
        for (int at = 0; at < all.length; at += plane * 3 / 2) {
            byte[] frame = new byte[plane];
            System.arraycopy(all, at, frame, 0, plane);
            frames.add(frame);
        }
        return frames;
    }

    private static byte[] ffmpeg(byte[] input, List<String> words) {
        try {
            Process process = program(words).start();
            Thread feeding =
                    new Thread(
                            () -> {
                                try (var to = process.getOutputStream()) {
                                    to.write(input);
                                } catch (IOException e) {
                                    // it has read enough
                                }
                            });
            feeding.start();
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            process.getInputStream().transferTo(output);
            String errors =
                    new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("ffmpeg " + words + ": " + errors);
            }
            return output.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * The program out of FFmpeg's jar, on machines without sound and screen, too: under the names
     * of their libraries the loader is given one that is there, since nothing of them is called.
     */
    private static ProcessBuilder program(List<String> words) throws IOException {
        Path known = Path.of(Loader.load(avutil.class));
        String resource = "/org/bytedeco/ffmpeg/" + known.getParent().getFileName();
        Path folder = Loader.cacheResource(avutil.class, resource).toPath();
        Path devices = Files.createDirectories(folder.resolve("no-devices"));
        for (String name : DEVICES) {
            if (Files.notExists(devices.resolve(name))) {
                Files.createSymbolicLink(devices.resolve(name), known);
            }
        }
        File program = folder.resolve("ffmpeg").toFile();
        if (!program.setExecutable(true)) {
            throw new IOException("expected to be allowed to run " + program);
        }
        List<String> command = new ArrayList<>(List.of(program.toString(), "-v", "error"));
        command.addAll(words);
        ProcessBuilder process = new ProcessBuilder(command);
        process.environment().put("LD_LIBRARY_PATH", devices.toString());
        return process;
    }
}
