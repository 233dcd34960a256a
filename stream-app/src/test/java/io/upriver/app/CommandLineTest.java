package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.media.ClaimedSize;
import io.upriver.media.Clips;
import io.upriver.media.FfmpegProgram;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What bad input gets: one sentence, exit code 1 or 2, and nothing left behind. */
class CommandLineTest {

    @TempDir static Path directory;

    private static Path clip;

    private record Ended(int code, String err) {}

    @BeforeAll
    static void makeAClip() throws IOException {
        clip = directory.resolve("clip.mp4");
        FfmpegProgram.run(
                List.of(
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc2=size=64x48:rate=10:duration=1",
                        clip.toString()));
    }

    @Test
    void saysThatThereIsNoSuchFile() {
        assertRefused(1, "no such file: nowhere.mp4", "nowhere.mp4");
    }

    @Test
    void saysThatAFileIsNotAVideo() throws IOException {
        Path garbage = Files.write(directory.resolve("garbage.mp4"), new byte[5000]);
        assertRefused(1, "it is no media that FFmpeg knows; it begins with 00", garbage.toString());
    }

    @Test
    void saysWhatAFileWithoutVideoHas() throws IOException {
        Path sound = directory.resolve("sound.m4a");
        FfmpegProgram.run(
                List.of("-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", sound.toString()));
        assertRefused(1, "expected a video track, found only audio (aac)", sound.toString());
    }

    @Test
    void doesNotReplaceAFileUnlessForced() throws IOException {
        Path out = Files.writeString(directory.resolve("there.mp4"), "mine");

        Ended ended = run("upscale", clip.toString(), "-o", out.toString());

        assertEquals(1, ended.code());
        assertTrue(ended.err().contains("exists; --force replaces it"), ended.err());
        assertEquals("mine", Files.readString(out));
    }

    @Test
    void refusesPicturesThatAreTooLargeBeforeThereIsMemoryForThem() {
        Path small =
                Clips.make(
                        directory.resolve("small.h264"),
                        "-f lavfi -i testsrc2=size=128x80:duration=1 -pix_fmt yuv420p"
                                + " -c:v libx264 -profile:v baseline");
        Path claim = ClaimedSize.write(directory.resolve("claim.h264"), small, 16000, 16000);

        assertRefused(
                1,
                "expected pictures of at most 8192x4320 (35389440 samples in any shape), got 16000x16000",
                claim.toString());
    }

    @Test
    void refusesAnOutputThatIsNoContainer() {
        assertRefused(
                2, "ending of a video container", clip.toString(), "-o", out("out.notavideo"));
    }

    @Test
    void refusesACodecThatTheContainerCannotHold() {
        assertRefused(
                2,
                "expected --codec av1 or an output name ending in .mkv",
                clip.toString(),
                "-o",
                out("film.webm"),
                "--codec",
                "h264");
        assertRefused(
                2,
                "film.ts cannot hold av1",
                clip.toString(),
                "-o",
                out("film.ts"),
                "--codec",
                "av1");
    }

    @Test
    void refusesFragmentsWhereTheContainerHasNone() {
        for (String name : List.of("out.mkv", "out.ts", "out.webm", "out.3gp")) {
            assertRefused(
                    2,
                    "expected an output name ending in .mp4, .m4v or .mov for a file in fragments, got "
                            + name,
                    clip.toString(),
                    "-o",
                    out(name),
                    "--fragmented");
        }
    }

    @Test
    void refusesAnOutputInADirectoryThatIsNotThere() {
        assertRefused(1, "no such directory", clip.toString(), "-o", out("missing/deeper/out.mp4"));
    }

    @Test
    void refusesACodecItDoesNotKnow() {
        assertRefused(2, "--codec", clip.toString(), "--codec", "h266");
    }

    @Test
    void refusesADeinterlacingItDoesNotKnow() {
        assertRefused(2, "--deinterlace", clip.toString(), "--deinterlace", "on");
    }

    @Test
    void refusesAQualityOutOfRange() {
        assertRefused(2, "crf", clip.toString(), "--crf", "99");
    }

    @Test
    void refusesAnEncoderThatThisBuildDoesNotHave() {
        assertRefused(2, "got nothing_at_all", clip.toString(), "--encoder", "nothing_at_all");
    }

    @Test
    void refusesADecoderThatThisBuildDoesNotHave() {
        assertRefused(
                2, "or a device such as cuda, got abacus", clip.toString(), "--decoder", "abacus");
    }

    @Test
    void refusesRatesThatAreNone() {
        for (String[] wrong :
                new String[][] {
                    {"4G", "expected a number, with k for thousands or M for millions, got '4G'"},
                    {"4000M", "expected at most 2000M, got '4000M'"},
                    {"0.9k", "bitrate: expected 1000 to 2000000000, got 900"},
                    {"-4M", "got '-4M'"}
                }) {
            assertRefused(2, wrong[1], clip.toString(), "--bitrate=" + wrong[0]);
        }
    }

    @Test
    void refusesQualityAndRateTogether() {
        assertRefused(
                2,
                "expected crf or bitrate, got both: crf 20 and bitrate 4500000",
                clip.toString(),
                "--crf=20",
                "--bitrate=4.5M");
    }

    @Test
    void refusesALayoutThatTheEncoderDoesNotTake() {
        assertRefused(
                2,
                "encoder libx264: expected a pixel format among yuv420p, ",
                clip.toString(),
                "--pixel-format",
                "rgb24");
    }

    @Test
    void refusesAPresetThatTheEncoderDoesNotHave() {
        String words = "encoder libx264: expected a preset among ultrafast, ";
        assertRefused(2, words, clip.toString(), "--preset", "warp");
        String numbers = "encoder libsvtav1: expected a preset among 0 to 13, got veryfast";
        assertRefused(2, numbers, clip.toString(), "--codec", "av1", "--preset", "veryfast");
    }

    @Test
    void refusesAScaleThatMakesNoSense() {
        assertRefused(2, "scale", clip.toString(), "--scale", "0");
    }

    @Test
    void saysThatThereIsNoSuchModelFile() {
        assertRefused(1, "no such model file: no.onnx", clip.toString(), "--model", "no.onnx");
    }

    @Test
    void saysThatAFileIsNotAModel() throws IOException {
        Path wrong = Files.writeString(directory.resolve("wrong.onnx"), "not a model at all");
        assertRefused(1, "wrong.onnx: ", clip.toString(), "--model", wrong.toString());
    }

    @Test
    void saysWithinBoundedTimeThatNoBrokerAnswers() {
        long start = System.nanoTime();

        assertRefused(
                1,
                "expected a Kafka broker at 127.0.0.1:1",
                clip.toString(),
                "-o",
                out("unreachable.mp4"),
                "--bootstrap-servers",
                "127.0.0.1:1");

        assertTrue(System.nanoTime() - start < 40_000_000_000L);
    }

    @Test
    void refusesToServeWithoutACluster() {
        Ended ended = run("serve");

        assertEquals(2, ended.code());
        assertTrue(ended.err().contains("--embedded-kafka"), ended.err());
    }

    @Test
    void showsTheUsageWhereNoCommandIsGiven() {
        Ended ended = run();

        assertEquals(2, ended.code());
        assertTrue(ended.err().contains("expected a command"), ended.err());
    }

    private static String out(String name) {
        return directory.resolve(name).toString();
    }

    /** Runs {@code upscale} and expects a sentence with these words, and no output. */
    private static void assertRefused(int code, String words, String... arguments) {
        List<String> all = new java.util.ArrayList<>(List.of("upscale"));
        all.addAll(List.of(arguments));
        if (!all.contains("-o")) {
            all.addAll(List.of("-o", out("refused.mp4")));
        }

        Ended ended = run(all.toArray(String[]::new));

        assertEquals(code, ended.code(), ended.err());
        assertTrue(ended.err().contains(words), ended.err());
        assertFalse(ended.err().contains("\tat "), "a stack trace: " + ended.err());
        if (code == 1) {
            assertEquals(1, ended.err().lines().count(), ended.err());
            assertTrue(ended.err().startsWith("upriver: "), ended.err());
        }
        assertFalse(Files.exists(Path.of(all.get(all.indexOf("-o") + 1))));
    }

    private static Ended run(String... arguments) {
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setErr(new PrintWriter(err, true));
        line.setOut(new PrintWriter(new StringWriter(), true));
        int code = line.execute(arguments);
        return new Ended(code, err.toString());
    }
}
