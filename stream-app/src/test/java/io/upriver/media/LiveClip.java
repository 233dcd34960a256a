package io.upriver.media;

import io.upriver.schemas.Container;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A clip as a live encoder sends it: cut at key pictures, each segment to be played on its own. */
public final class LiveClip {

    /** Pictures a second. */
    public static final int RATE = 25;

    private LiveClip() {}

    /** A moving test picture and a tone, with B-frames and a key picture each second. */
    public static String input(int width, int height, int seconds) {
        return ("-f lavfi -i testsrc2=size=%dx%d:rate=%d:duration=%d,format=yuv420p"
                        + " -f lavfi -i sine=frequency=440:duration=%d ")
                .formatted(width, height, RATE, seconds, seconds);
    }

    /** H.264 and AAC, as output arguments. */
    public static final String H264 =
            "-c:v libx264 -preset veryfast -threads 1 -bf 2 -x264-params keyint=25:min-keyint=25:scenecut=0 -c:a aac ";

    /**
     * Segments of a second each; MP4 with the init section in front.
     *
     * @param folder a new one
     * @param arguments for ffmpeg, separated by blanks: inputs and how they are coded
     */
    public static List<byte[]> segments(Path folder, Container container, String arguments) {
        boolean isMp4 = container == Container.MP4;
        try {
            Files.createDirectories(folder);
            Clips.make(
                    folder.resolve("list.m3u8"),
                    arguments
                            + " -f hls -hls_time 1 -hls_list_size 0 -hls_segment_type "
                            + (isMp4 ? "fmp4" : "mpegts")
                            + " -hls_segment_filename "
                            + folder.resolve("part%03d"));
            byte[] init = isMp4 ? Clips.bytes(folder.resolve("init.mp4")) : new byte[0];
            try (Stream<Path> files = Files.list(folder)) {
                List<byte[]> segments = new ArrayList<>();
                for (Path file : files.sorted().toList()) {
                    if (file.getFileName().toString().startsWith("part")) {
                        segments.add(joined(init, Clips.bytes(file)));
                    }
                }
                return segments;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] joined(byte[] head, byte[] tail) {
        byte[] both = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, both, head.length, tail.length);
        return both;
    }
}
