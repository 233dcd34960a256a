package io.upriver.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;

/** Video that the {@code ffmpeg} program makes, and what it decodes from it. */
public final class TestVideo {
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
        List<String> command = new ArrayList<>();
        command.add(Loader.load(org.bytedeco.ffmpeg.ffmpeg.class));
        command.addAll(List.of("-v", "error"));
        command.addAll(words);
        try {
            Process process = new ProcessBuilder(command).start();
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
                throw new IllegalStateException(command + ": " + errors);
            }
            return output.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
