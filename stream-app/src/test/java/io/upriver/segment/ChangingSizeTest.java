package io.upriver.segment;

import static io.upriver.media.Clips.H264;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.Clips;
import io.upriver.media.TwoDescriptions;
import io.upriver.schemas.Container;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.PictureSize;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.VideoEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Live segments whose picture has another size, or another layout, from some frame on. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a stage that waits forever
class ChangingSizeTest {

    /** In each part. */
    private static final int FRAMES = 25;

    private static final String TEN = "-pix_fmt yuv420p10le";

    @TempDir static Path directory;

    private static WorkerCore core;
    private static Path clip;

    @BeforeAll
    static void makeClip() {
        core = new WorkerCore();
        clip = recording("clip", "128x72", "160x96");
    }

    @AfterAll
    static void close() {
        core.close();
    }

    @Test
    void goesOnWithTheNewSizeInEveryContainer() {
        for (String made :
                List.of(
                        "same.ts",
                        "same.mp4 -movflags empty_moov+default_base_moof -bsf:a aac_adtstoasc",
                        "whole.mp4",
                        "same.mkv")) {
            // Given
            String[] words = made.split(" ", 2);
            Path given = remux(words[0], words.length > 1 ? words[1] : "");

            for (Codec codec : List.of(Codec.H264, Codec.HEVC)) {
                // When
                SegmentResult.Upscaled result = upscaled(given, codec);

                // Then
                String what = made + " as " + codec;
                assertEquals(sniff(given), result.segment().container(), what);
                expectEverything(given, result, what, "256x144", "320x192");
                assertEquals(
                        codec.wireName(),
                        Clips.stream(write(result), "v:0").path("codec_name").asText());
            }
        }
    }

    @Test
    void goesOnWithTheNewSizeInAv1() {
        for (String name : List.of("av1.mp4", "av1.mkv")) {
            Path given = remux(name, "-an");

            SegmentResult.Upscaled result = upscaled(given, Codec.AV1);

            expectEverything(given, result, name, "256x144", "320x192");
        }
    }

    @Test
    void goesOnWithASecondSampleDescription() {
        // Given
        Path first = mp4("first.mp4", "128x72");
        Path second = mp4("second.mp4", "160x96");
        Path given = TwoDescriptions.write(directory.resolve("two.mp4"), first, second, FRAMES);

        // When
        SegmentResult.Upscaled result = upscaled(given, Codec.H264);

        // Then
        expectEverything(given, result, "two descriptions", "256x144", "320x192");
    }

    /** FFmpeg would make noise of the second part. */
    @Test
    void rejectsFragmentsThatChangeInAWayThatFfmpegDoesNotFollow() {
        // Given: named by the fragments, or by a second header
        Path first = mp4("first.mp4", "128x72");
        Path second = mp4("second.mp4", "160x96");
        byte[] header = Clips.bytes(fragmented(first));
        for (byte[] given :
                List.of(
                        TwoDescriptions.inFragments(first, second, 3),
                        joined(header, Clips.bytes(fragmented(second))))) {
            // When
            Rejection rejection = rejected(Segment.of("cam-7", 1042, Container.MP4, given));

            // Then
            assertEquals(Rejection.Code.UNSUPPORTED, rejection.code());
            assertEquals(
                    "stream cam-7 segment 1042: expected fragments of 128x72 with one sample"
                            + " description, some of 160x96 have another one, which FFmpeg does not"
                            + " follow; begin a segment there, or send MPEG-TS",
                    rejection.message());
        }
    }

    @Test
    void takesFragmentsWhoseHeaderComesAgain() {
        // Given
        byte[] header = Clips.bytes(fragmented(mp4("first.mp4", "128x72")));
        Segment given = Segment.of("cam-7", 1042, Container.MP4, joined(header, header));

        // Then
        SegmentResult result =
                core.upscaler(WorkerCore.LIMITS)
                        .upscale(given, settings(Codec.H264, VideoEncoding.of(Codec.H264)));
        assertInstanceOf(SegmentResult.Upscaled.class, result, result::toString);
    }

    private static Path fragmented(Path file) {
        return Clips.make(
                directory.resolve("fragmented.mp4"),
                file,
                "-i FILE -c copy -movflags empty_moov+default_base_moof");
    }

    private static byte[] joined(byte[] one, byte[] other) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(one);
        both.writeBytes(other);
        return both.toByteArray();
    }

    private static Rejection rejected(Segment given) {
        SegmentResult result =
                core.upscaler(WorkerCore.LIMITS)
                        .upscale(given, settings(Codec.H264, VideoEncoding.of(Codec.H264)));
        return assertInstanceOf(SegmentResult.Rejected.class, result, result::toString).rejection();
    }

    private static Path mp4(String name, String size) {
        return Clips.make(
                directory.resolve(name),
                "-f lavfi -i testsrc2=size=%s:rate=25:duration=1,format=yuv420p ".formatted(size)
                        + H264);
    }

    @Test
    void enlargesEachSizeByTheNetwork() throws IOException {
        // Given
        try (InputStream model =
                ChangingSizeTest.class.getResourceAsStream("/models/nano-x2.onnx")) {
            core.models().publish("sharp", model.readAllBytes());
        }

        // When
        SegmentResult.Upscaled result = upscaled(clip, StreamSettings.DEFAULT.withModel("sharp"));

        // Then
        assertEquals(Outcome.Method.NETWORK, result.outcome().method());
        expectEverything(clip, result, "network", "256x144", "320x192");
    }

    @Test
    void changesAsOftenAsTheSegmentDoes() {
        // Given
        Path given = recording("often", "128x72", "96x64", "128x72", "160x96");

        // When
        SegmentResult.Upscaled result = upscaled(given, Codec.H264);

        // Then
        expectEverything(given, result, "often", "256x144", "192x128", "256x144", "320x192");
    }

    /** Who goes back to the first part has its parameter sets again. */
    @Test
    void canBeEnteredAtEachKeyFrameInAnyOrder() {
        for (String name : List.of("enter.mp4", "enter.mkv")) {
            for (Codec codec : List.of(Codec.H264, Codec.HEVC)) {
                // Given
                StreamSettings wanted = settings(codec, VideoEncoding.of(codec).withGop(5));
                Path large = write(upscaled(remux(name, "-an"), wanted));

                // When one decoder sees some of the second part, then some of the first
                List<String> sizes =
                        frames(large, "width,height", "-read_intervals 2.5%+0.2,1.5%+0.2 ");

                // Then
                String what = name + " as " + codec + ": " + sizes;
                int back = sizes.indexOf("256x144");
                assertTrue(back >= 5 && sizes.size() - back >= 5, what);
                assertEquals(Set.of("320x192"), Set.copyOf(sizes.subList(0, back)), what);
                assertEquals(
                        Set.of("256x144"), Set.copyOf(sizes.subList(back, sizes.size())), what);
            }
        }
    }

    @Test
    void tellsPlayersOfMp4ToLookForParameterSetsInTheFrames() {
        for (Codec codec : List.of(Codec.H264, Codec.HEVC)) {
            // When one segment changes inside and one does not
            Path changing = write(upscaled(remux("name.mp4", "-an"), codec));
            String changingName = tag(changing);
            Path alike =
                    Clips.make(
                            directory.resolve("alike.mp4"),
                            recording("alike", "128x72"),
                            "-i FILE -an -c copy");
            Path constant = write(upscaled(alike, codec));

            // Then
            assertEquals(codec == Codec.H264 ? "avc3" : "hev1", changingName);
            assertEquals(codec == Codec.H264 ? "avc1" : "hvc1", tag(constant));
        }
    }

    private static String tag(Path file) {
        return Clips.stream(file, "v:0").path("codec_tag_string").asText();
    }

    @Test
    void goesOnWithAnotherLayoutOfSamples() {
        // Given
        Path given = joined("deep", part("eight", "128x72", 0, ""), part("ten", "128x72", 1, TEN));

        // When
        SegmentResult.Upscaled result = upscaled(given, Codec.H264);

        // Then
        Path large = write(result);
        List<String> layouts = new ArrayList<>(Collections.nCopies(FRAMES, "yuv420p"));
        layouts.addAll(Collections.nCopies(FRAMES, "yuv420p10le"));
        assertEquals(layouts, frames(large, "pix_fmt"));
        expectEverything(given, result, "deep", "256x144", "256x144");
    }

    @Test
    void deinterlacesOnBothSidesOfTheChange() {
        // Given
        Path given =
                joined(
                        "fields",
                        part("large", "128x72", 0, "-flags +ildct+ilme"),
                        part("small", "96x64", 1, "-flags +ildct+ilme"));

        // When
        SegmentResult.Upscaled result = upscaled(given, Codec.H264);

        // Then
        assertEquals(2 * FRAMES, result.outcome().framesDeinterlaced());
        expectEverything(given, result, "fields", "256x144", "192x128");
    }

    @Test
    void makesTheSameBytesEachTime() {
        Path given = remux("twice.mp4", "-an");
        byte[] first = upscaled(given, Codec.H264).segment().data();

        byte[] second = upscaled(given, Codec.H264).segment().data();

        assertArrayEquals(first, second);
    }

    @Test
    void rejectsAChangeThatTheCodecCannotTellAndSaysBothSizes() {
        // Given: in FFV1 only the header of the container knows the size
        StreamSettings wanted =
                settings(Codec.H264, VideoEncoding.of(Codec.H264).withEncoder("ffv1"));

        // When
        SegmentResult result =
                core.upscaler(WorkerCore.LIMITS).upscale(segment(remux("v.mkv", "-an")), wanted);

        // Then
        Rejection rejection =
                assertInstanceOf(SegmentResult.Rejected.class, result, result::toString)
                        .rejection();
        assertEquals(Rejection.Code.UNSUPPORTED, rejection.code());
        assertEquals(
                "stream cam-7 segment 1042: expected 256x144 throughout, the picture changes to"
                        + " 320x192, and ffv1 cannot change inside a segment; h264 and hevc can, or"
                        + " begin a segment at the change",
                rejection.message());
    }

    /**
     * Every frame at its time and in its size, every packet of sound, and nothing to complain of.
     */
    private static void expectEverything(
            Path given, SegmentResult.Upscaled result, String what, String... sizes) {
        Path large = write(result);
        List<String> each = new ArrayList<>();
        for (String size : sizes) {
            each.addAll(Collections.nCopies(FRAMES, size));
        }
        assertEquals(each, frames(large, "width,height"), what);
        assertEquals(Clips.frameSeconds(given), Clips.frameSeconds(large), what);
        assertEquals(sound(given, "data_hash"), sound(large, "data_hash"), what);
        assertEquals(sound(given, "pts_time"), sound(large, "pts_time"), what);
        expectDecodingInOrder(large, what);
        assertEquals(List.of(), Clips.warnings(large, "-i FILE -f null -"), what);
        Outcome outcome = result.outcome();
        assertEquals(List.of(sizes).stream().map(PictureSize::parse).toList(), outcome.sizes());
        assertEquals(each.size(), outcome.framesOut(), what);
        assertEquals(0, outcome.framesLost(), what);
        assertEquals(0, outcome.framesConcealed(), what);
    }

    private static void expectDecodingInOrder(Path large, String what) {
        long before = Long.MIN_VALUE;
        for (JsonNode packet :
                Clips.probe(large, "-select_streams v:0 -show_entries packet=dts,pts")
                        .path("packets")) {
            // Matroska has no such times; FFmpeg knows some of them.
            long decoded = packet.path("dts").asLong(before + 1);
            assertTrue(decoded > before, what + " at " + packet + " after " + before);
            assertTrue(decoded <= packet.required("pts").asLong(), what + " at " + packet);
            before = decoded;
        }
    }

    /** Some properties of each frame as ffprobe decodes it, joined by an x. */
    private static List<String> frames(Path file, String fields) {
        return frames(file, fields, "");
    }

    private static List<String> frames(Path file, String fields, String which) {
        List<String> found = new ArrayList<>();
        for (JsonNode frame :
                Clips.probe(file, which + "-select_streams v:0 -show_entries frame=" + fields)
                        .path("frames")) {
            List<String> values = new ArrayList<>();
            for (String field : fields.split(",", -1)) {
                values.add(frame.required(field).asText());
            }
            found.add(String.join("x", values));
        }
        return found;
    }

    private static List<String> sound(Path file, String field) {
        List<String> found = new ArrayList<>();
        String arguments =
                "-select_streams a:0 -show_data_hash md5 -show_packets -show_entries packet="
                        + field;
        for (JsonNode packet : Clips.probe(file, arguments).path("packets")) {
            found.add(packet.required(field).asText());
        }
        return found;
    }

    /** A transport stream with sound that has each of these sizes for a second. */
    private static Path recording(String name, String... sizes) {
        List<Path> parts = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            parts.add(part(name + i, sizes[i], i, ""));
        }
        return joined(name, parts.toArray(Path[]::new));
    }

    private static Path part(String name, String size, int second, String settings) {
        return Clips.make(
                directory.resolve(name + ".part.ts"),
                "-f lavfi -i testsrc2=size=%s:rate=25:duration=1,format=yuv420p ".formatted(size)
                        + H264
                        + settings
                        + " -muxdelay 0 -mpegts_flags +initial_discontinuity -output_ts_offset "
                        + (second + 1));
    }

    /** Parts after each other, with a tone that knows nothing of them. */
    private static Path joined(String name, Path... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Path part : parts) {
            all.writeBytes(Clips.bytes(part));
        }
        Path pictures = Clips.write(directory.resolve(name + ".pictures.ts"), all.toByteArray());
        return Clips.make(
                directory.resolve(name + ".ts"),
                pictures,
                "-copyts -i FILE -itsoffset 1 -f lavfi -i sine=frequency=440:duration="
                        + parts.length
                        + " -map 0:v -map 1:a -c:v copy -c:a aac -muxdelay 0");
    }

    private static Path remux(String name, String settings) {
        return Clips.make(directory.resolve(name), clip, "-copyts -i FILE -c copy " + settings);
    }

    private static Container sniff(Path file) {
        return Container.sniff(Clips.bytes(file)).orElseThrow();
    }

    private static Segment segment(Path file) {
        return Segment.of("cam-7", 1042, sniff(file), Clips.bytes(file));
    }

    private static StreamSettings settings(Codec codec, VideoEncoding encoding) {
        String preset =
                switch (codec) {
                    case H264 -> "veryfast";
                    case HEVC -> "ultrafast";
                    case AV1 -> "12";
                };
        return StreamSettings.DEFAULT
                .withModel("none")
                .withEncoding(encoding.encoder() == null ? encoding.withPreset(preset) : encoding);
    }

    private static SegmentResult.Upscaled upscaled(Path given, Codec codec) {
        return upscaled(given, settings(codec, VideoEncoding.of(codec)));
    }

    private static SegmentResult.Upscaled upscaled(Path given, StreamSettings settings) {
        SegmentResult result = core.upscaler(WorkerCore.LIMITS).upscale(segment(given), settings);
        return assertInstanceOf(SegmentResult.Upscaled.class, result, result::toString);
    }

    private static Path write(SegmentResult.Upscaled result) {
        return Clips.write(directory.resolve("large"), result.segment().data());
    }
}
