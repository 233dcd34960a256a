package io.upriver.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.Clips;
import io.upriver.schemas.Container;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.PictureSize;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.VideoEncoding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pictures of more than 8 bits, whole segments of them, judged by ffprobe and ffmpeg. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a stage that waits forever
class DeepPicturesTest {

    private static final String PICTURE =
            "-f lavfi -i testsrc2=size=127x71:rate=10:duration=0.5,noise=alls=4:all_seed=1,format=";

    @TempDir static Path directory;

    private static WorkerCore core;

    @BeforeAll
    static void loadModels() throws IOException {
        core = new WorkerCore();
        core.models().publish("sharp", shippedModel());
        core.models().publish("bytes", withUnknownEnd(shippedModel()));
    }

    @AfterAll
    static void close() {
        core.close();
    }

    @Test
    void goThroughTheNetworkAsTenBitHevcWithAllTheirBits() {
        // Given
        Path clip = hevc("main10.mkv");

        // When
        SegmentResult.Upscaled result = upscaled(clip, "sharp", Codec.HEVC);

        // Then
        Outcome outcome = result.outcome();
        assertEquals(Outcome.Method.NETWORK, outcome.method());
        assertNull(outcome.reason());
        assertNull(outcome.note());
        Path large = write(result);
        JsonNode stream = Clips.stream(large, "v:0");
        assertEquals("yuv420p10le", stream.path("pix_fmt").asText());
        assertEquals("Main 10", stream.path("profile").asText());
        assertEquals(Clips.frameSeconds(clip), Clips.frameSeconds(large));
        assertTrue(decibels(clip, large) > 27, "got " + decibels(clip, large));
        assertTrue(shareOfFinerSamples(large) > 0.5, "got " + shareOfFinerSamples(large));
    }

    /** The oracle is swscale, the ffmpeg program's own bicubic interpolation. */
    @Test
    void areInterpolatedAsFfmpegDoesWithAllTheirBits() {
        // Given
        Path clip = hevc("main10.mkv");

        // When
        SegmentResult.Upscaled result = upscaled(clip, "none", Codec.HEVC);

        // Then
        assertEquals("asked for", result.outcome().reason());
        Path large = write(result);
        assertEquals("yuv420p10le", Clips.stream(large, "v:0").path("pix_fmt").asText());
        assertTrue(decibels(clip, large) > 40, "got " + decibels(clip, large));
        assertTrue(shareOfFinerSamples(large) > 0.5, "got " + shareOfFinerSamples(large));
    }

    @Test
    void areWrittenWithAsManyBitsAsTheEncoderTakes() {
        Object[][] trials = {
            {"yuv420p9le", Codec.H264, "yuv420p10le", null},
            {"yuv422p10le", Codec.H264, "yuv422p10le", null},
            {
                "yuv422p10le",
                Codec.AV1,
                "yuv420p10le",
                "yuv422p10le into libsvtav1: written as yuv420p10le"
            },
            {"yuv420p12le", Codec.H264, "yuv420p10le", "12-bit into libx264: 10 bits kept"},
            {"yuv420p12le", Codec.AV1, "yuv420p10le", "12-bit into libsvtav1: 10 bits kept"},
            {"yuv444p12le", Codec.HEVC, "yuv444p12le", null},
            {"yuv420p16le", Codec.HEVC, "yuv420p12le", "16-bit into libx265: 12 bits kept"},
            {
                "yuva444p12le",
                Codec.HEVC,
                "yuv444p12le",
                "yuva444p12le into libx265: written as yuv444p12le"
            },
            {"gray10le", Codec.HEVC, "gray10le", null},
            {"gray10le", Codec.AV1, "yuv420p10le", null},
            {"yuva420p", Codec.H264, "yuv420p", "yuva420p into libx264: written as yuv420p"},
        };
        for (Object[] trial : trials) {
            // Given
            String what = trial[0] + " as " + trial[1];
            Path clip = at("deep.mkv");
            Clips.make(clip, PICTURE + trial[0] + " -color_range tv -c:v ffv1");

            // When
            SegmentResult.Upscaled result = upscaled(clip, "sharp", (Codec) trial[1]);

            // Then
            Path large = write(result);
            assertEquals(Outcome.Method.NETWORK, result.outcome().method(), what);
            assertEquals(trial[2], Clips.stream(large, "v:0").path("pix_fmt").asText(), what);
            assertEquals(trial[3], result.outcome().note(), what);
            double decibels = decibels(clip, large);
            assertTrue(decibels > 27, "%s: %.1f dB".formatted(what, decibels));
        }
    }

    @Test
    void areInterpolatedByPlaneWhereTheNetworkTakesBytesOnly() {
        // Given
        Path clip = hevc("main10.mkv");

        // When
        SegmentResult.Upscaled result = upscaled(clip, "bytes", Codec.HEVC);

        // Then
        assertEquals(Outcome.Method.INTERPOLATED, result.outcome().method());
        assertEquals(
                "no network for pixel format yuv420p10le: the network takes bytes only: it begins"
                        + " with Max, expected DequantizeLinear or Cast",
                result.outcome().reason());
        Path large = write(result);
        assertEquals("yuv420p10le", Clips.stream(large, "v:0").path("pix_fmt").asText());
        assertTrue(decibels(clip, large) > 40, "got " + decibels(clip, large));
    }

    @Test
    void areInterpolatedAsAWholeWhereTheyHaveNoPlanesOfLuma() {
        // Given
        Path clip = Clips.make(at("rgb.mkv"), PICTURE + "gbrp10le -c:v ffv1");

        // When
        SegmentResult.Upscaled result = upscaled(clip, "sharp", Codec.H264);

        // Then
        assertEquals(
                "no network for pixel format gbrp10le into libx264", result.outcome().reason());
    }

    @Test
    void goThroughTheNetworkOnBothSidesOfAChangeOfBits() {
        // Given
        String h264 = " -c:v libx264 -preset ultrafast -pix_fmt ";
        String ts = PICTURE + "yuv420p" + h264;
        byte[] first = Clips.bytes(Clips.make(at("a.ts"), ts + "yuv420p10le"));
        byte[] second = Clips.bytes(Clips.make(at("b.ts"), ts + "yuv420p -output_ts_offset 0.5"));
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        Segment segment = Segment.of("cam-7", 1042, Container.MPEG_TS, both);

        // When
        SegmentResult result =
                core.upscaler(WorkerCore.LIMITS).upscale(segment, settings("sharp", Codec.H264));

        // Then
        Outcome outcome = assertInstanceOf(SegmentResult.Upscaled.class, result).outcome();
        assertEquals(Outcome.Method.NETWORK, outcome.method());
        assertEquals(
                List.of(new PictureSize(252, 140), new PictureSize(252, 140)), outcome.sizes());
    }

    private static Path hevc(String name) {
        return Clips.make(
                at(name),
                PICTURE
                        + "yuv420p10le,crop=126:70 -c:v libx265 -preset ultrafast -crf 10"
                        + " -x265-params log-level=none:pools=none:frame-threads=1");
    }

    private static SegmentResult.Upscaled upscaled(Path clip, String model, Codec codec) {
        Segment segment = Segment.of("cam-7", 1042, Container.MATROSKA, Clips.bytes(clip));
        SegmentResult result =
                core.upscaler(WorkerCore.LIMITS).upscale(segment, settings(model, codec));
        return assertInstanceOf(SegmentResult.Upscaled.class, result, result::toString);
    }

    private static StreamSettings settings(String model, Codec codec) {
        return StreamSettings.DEFAULT
                .withModel(model)
                .withEncoding(VideoEncoding.of(codec).withCrf(5));
    }

    private static Path write(SegmentResult.Upscaled result) {
        return Clips.write(at("large.mkv"), result.segment().data());
    }

    /** How near the luma of the third picture is to ffmpeg's bicubic enlargement. */
    private static double decibels(Path low, Path high) {
        double[] expected = luma(low, ",scale=iw*2:ih*2:flags=bicubic+accurate_rnd", 2);
        double[] actual = luma(high, "", 1);
        assertEquals(expected.length, actual.length);
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = expected[i] - actual[i];
            sum += difference * difference;
        }
        return 10 * Math.log10(255 * 255 / (sum / expected.length));
    }

    /** How many samples lie between those that 8 bits have. */
    private static double shareOfFinerSamples(Path file) {
        double[] samples = luma(file, "", 1);
        return (double) Arrays.stream(samples).filter(v -> v != Math.rint(v)).count()
                / samples.length;
    }

    /** The luma of the third picture in the file's own layout, on the scale of bytes. */
    private static double[] luma(Path file, String filter, int scale) {
        JsonNode stream = Clips.stream(file, "v:0");
        Matcher depth = Pattern.compile("(\\d+)le$").matcher(stream.path("pix_fmt").asText());
        int bits = depth.find() ? Integer.parseInt(depth.group(1)) : 8;
        int samples = scale * stream.path("width").asInt() * scale * stream.path("height").asInt();
        String raw = "-i FILE -vf select=eq(n\\,2)" + filter + " -frames:v 1 -f rawvideo";
        byte[] bytes = Clips.bytes(Clips.make(at("luma"), file, raw));
        double[] luma = new double[samples];
        for (int i = 0; i < samples; i++) {
            int low = Byte.toUnsignedInt(bytes[bits == 8 ? i : 2 * i]);
            int high = bits == 8 ? 0 : Byte.toUnsignedInt(bytes[2 * i + 1]);
            luma[i] = (low | high << 8) / Math.pow(2, bits - 8);
        }
        return luma;
    }

    /** The same network with a maximum of its input and its input in front: it changes nothing. */
    private static byte[] withUnknownEnd(byte[] onnx) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(onnx).toBuilder();
        String input = model.getGraph().getInput(0).getName();
        for (NodeProto.Builder node : model.getGraphBuilder().getNodeBuilderList()) {
            for (int i = 0; i < node.getInputCount(); i++) {
                node.setInput(i, node.getInput(i).equals(input) ? "same" : node.getInput(i));
            }
        }
        NodeProto same =
                NodeProto.newBuilder()
                        .setOpType("Max")
                        .addInput(input)
                        .addInput(input)
                        .addOutput("same")
                        .build();
        model.getGraphBuilder().addNode(0, same);
        return model.build().toByteArray();
    }

    private static byte[] shippedModel() throws IOException {
        try (InputStream in = DeepPicturesTest.class.getResourceAsStream("/models/nano-x2.onnx")) {
            assertNotNull(in);
            return in.readAllBytes();
        }
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
