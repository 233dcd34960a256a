package io.upriver.browser;

import io.upriver.media.Clips;
import io.upriver.schemas.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A clip with sound, cut at key pictures into segments of a second as a live encoder cuts it. */
final class LiveSegments {

    /** How many segments there are, and seconds. */
    static final int COUNT = 100;

    static final int FRAMES_PER_SECOND = 25;
    static final int WIDTH = 192;
    static final int HEIGHT = 108;

    private LiveSegments() {}

    /** Makes the clip: a moving test picture with B-frames, and a tone. */
    static Path clip(Path file) {
        return Clips.make(
                file,
                "-f lavfi -i testsrc2=size=%dx%d:rate=%d:duration=%d,format=yuv420p"
                                .formatted(WIDTH, HEIGHT, FRAMES_PER_SECOND, COUNT)
                        + " -f lavfi -i sine=frequency=440:duration=%d".formatted(COUNT)
                        + " -c:v libx264 -preset veryfast -threads 1 -bf 2 -x264-params"
                        + " keyint=%d:min-keyint=%d:scenecut=0"
                                .formatted(FRAMES_PER_SECOND, FRAMES_PER_SECOND)
                        + " -c:a aac -ac 2");
    }

    /**
     * Cuts the clip; what a producer would put on the topic, where MP4 has the init section in
     * front of each segment.
     *
     * @param folder for the files, empty
     */
    static List<byte[]> cut(Path clip, Path folder, Container container) throws IOException {
        boolean isMp4 = container == Container.MP4;
        Path initSection = folder.resolve("init.mp4");
        Clips.make(
                Files.createDirectories(folder).resolve("live.m3u8"),
                clip,
                "-i FILE -c copy -f hls -hls_time 1 -hls_list_size 0 -hls_segment_type "
                        + (isMp4 ? "fmp4" : "mpegts")
                        + " -hls_segment_filename "
                        + folder.resolve("part%03d"));
        List<byte[]> segments = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                if (file.getFileName().toString().startsWith("part")) {
                    byte[] media = Clips.bytes(file);
                    segments.add(isMp4 ? joined(Clips.bytes(initSection), media) : media);
                }
            }
        }
        return segments;
    }

    private static byte[] joined(byte[] head, byte[] tail) {
        byte[] both = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, both, head.length, tail.length);
        return both;
    }
}
