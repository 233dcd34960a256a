package io.upriver.demo;

import io.upriver.media.FfmpegProgram;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The demo's clip: drawn large, then made half as large, so that it is known what a network should
 * find again.
 *
 * @param small 640x360, 30 frames a second, H.264 with a key frame every 2 s, and a tone as AAC
 * @param truth the same frames as drawn, 1280x720, H.264 without loss, no sound
 * @param seconds how long both are
 */
public record DemoClip(Path small, Path truth, int seconds) {

    /** Seconds after which picture and sound begin again. */
    static final int LOOP_SECONDS = Scene.LOOP_FRAMES / Scene.FRAMES_PER_SECOND;

    /** Seconds from one key frame to the next. */
    static final int GROUP_SECONDS = 2;

    private static final int MOST_SECONDS = 120;
    private static final int GROUP = GROUP_SECONDS * Scene.FRAMES_PER_SECOND;

    /** A soft chord that swells twice a loop; whole numbers, so that it begins again. */
    private static final String TONE =
            "aevalsrc=exprs='(0.5+0.3*sin(PI*t/2))*(0.05*sin(440*PI*t)+0.04*sin(554*PI*t)+0.04*sin(660*PI*t))'"
                    + ":sample_rate=48000:channel_layout=mono";

    private static final String SHRINK =
            "[0:v]scale=1280:720:flags=bicubic+accurate_rnd:out_color_matrix=bt709:out_range=tv,format=yuv420p,split[large][more];"
                    + "[more]scale=640:360:flags=bicubic+accurate_rnd[small]";

    public DemoClip {
        checkSeconds(seconds);
    }

    /**
     * Checks that a clip can be so long.
     *
     * @throws IllegalArgumentException if not
     */
    public static void checkSeconds(int seconds) {
        if (seconds < GROUP_SECONDS || seconds > MOST_SECONDS || seconds % GROUP_SECONDS != 0) {
            throw new IllegalArgumentException(
                    "seconds: expected an even number from %d to %d, got %d"
                            .formatted(GROUP_SECONDS, MOST_SECONDS, seconds));
        }
    }

    /** How many frames there are. */
    public int frames() {
        return seconds * Scene.FRAMES_PER_SECOND;
    }

    /**
     * Draws the frames and writes both files.
     *
     * @param seed of leaves, stones and waves
     * @param tick called before each frame; what it throws ends the work
     */
    public DemoClip make(long seed, Runnable tick) throws IOException {
        String colours =
                "-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv";
        String length = Integer.toString(seconds);
        List<String> arguments = new ArrayList<>();
        add(
                arguments,
                "-f rawvideo -pixel_format bgr0 -video_size %dx%d"
                        .formatted(Scene.WIDTH, Scene.HEIGHT));
        add(arguments, "-framerate %d -i pipe:0 -f lavfi -t".formatted(Scene.FRAMES_PER_SECOND));
        add(arguments, length + " -i");
        arguments.add(TONE);
        arguments.add("-filter_complex");
        arguments.add(SHRINK);
        add(arguments, "-map [small] -map 1:a -c:v libx264 -preset veryfast -crf 18 -bf 2");
        arguments.add("-x264-params");
        arguments.add("keyint=%d:min-keyint=%d:scenecut=0:open-gop=0".formatted(GROUP, GROUP));
        add(arguments, colours + " -c:a aac -b:a 96k -movflags +faststart");
        arguments.add(small.toString());
        add(arguments, "-map [large] -c:v libx264 -preset ultrafast -qp 0 " + colours);
        arguments.add(truth.toString());
        FfmpegProgram.run(arguments, input -> draw(seed, input, tick));
        return this;
    }

    /** The tone alone for two loops, as AAC in MP4. */
    static void makeTone(Path file) throws IOException {
        List<String> arguments = new ArrayList<>();
        add(arguments, "-f lavfi -t %d -i".formatted(2 * LOOP_SECONDS));
        arguments.add(TONE);
        add(arguments, "-c:a aac -b:a 96k");
        arguments.add(file.toString());
        FfmpegProgram.run(arguments);
    }

    private static void add(List<String> arguments, String words) {
        arguments.addAll(List.of(words.split(" ")));
    }

    private void draw(long seed, OutputStream input, Runnable tick) throws IOException {
        Scene scene = new Scene(seed);
        BufferedImage canvas = Scene.canvas();
        int[] samples = ((DataBufferInt) canvas.getRaster().getDataBuffer()).getData();
        ByteBuffer bytes =
                ByteBuffer.allocate(samples.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int frame = 0; frame < frames(); frame++) {
            tick.run();
            scene.draw(frame, canvas);
            bytes.asIntBuffer().put(samples);
            input.write(bytes.array());
        }
    }
}
