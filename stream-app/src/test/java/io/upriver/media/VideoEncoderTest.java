package io.upriver.media;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_REGIONS_OF_INTEREST;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_new_side_data;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoder and muxer together: pictures in, a segment out, judged by ffprobe and ffmpeg. */
class VideoEncoderTest {

    private static final Map<String, String> CODEC_OF_ENCODER =
            Map.of("libx264", "h264", "libx265", "hevc", "libsvtav1", "av1");

    private static final List<String> COLOUR =
            List.of(
                    "color_range",
                    "color_primaries",
                    "color_transfer",
                    "color_space",
                    "sample_aspect_ratio");

    /** With the place of chroma samples, which ffprobe does not tell of AV1 tracks. */
    private static final List<String> COLOUR_AND_SITE =
            Stream.concat(COLOUR.stream(), Stream.of("chroma_location")).toList();

    @TempDir static Path directory;

    private static Path clip;

    @BeforeAll
    static void makeClip() {
        clip = Clips.make(at("clip.mp4"), PICTURE + H264 + "-frames:v 12");
    }

    @Test
    void fillsEveryContainerWithEveryCodecThatItCanHold() {
        // Given
        List<Double> times = Clips.frameSeconds(clip);
        for (Map.Entry<String, String> entry : CODEC_OF_ENCODER.entrySet()) {
            for (SegmentFormat format : formatsFor(entry.getKey())) {
                String what = entry.getKey() + " in " + format;

                // When
                Path made = Clips.write(at("made"), encode(clip, settings(entry.getKey()), format));

                // Then
                JsonNode stream = Clips.stream(made, "v:0");
                assertEquals(entry.getValue(), stream.path("codec_name").asText(), what);
                assertEquals(256, stream.path("width").asInt(), what);
                assertEquals(144, stream.path("height").asInt(), what);
                assertEquals(times, Clips.frameSeconds(made), what);
                assertTrue(firstPacketIsKey(made), what);
            }
        }
    }

    @Test
    void takesMp4WhereATransportStreamCannotHoldTheCodec() {
        // When
        Path made =
                Clips.write(at("made"), encode(clip, settings("libsvtav1"), SegmentFormat.MPEG_TS));

        // Then
        JsonNode format = Clips.probe(made, "-show_format").path("format");
        assertTrue(format.path("format_name").asText().contains("mp4"), format.toString());
        assertEquals("av1", Clips.stream(made, "v:0").path("codec_name").asText());
    }

    /** All but AV1 in MPEG-TS, for which there is no standard yet. */
    private static List<SegmentFormat> formatsFor(String encoder) {
        return encoder.equals("libsvtav1")
                ? List.of(SegmentFormat.MP4, SegmentFormat.MATROSKA)
                : List.of(SegmentFormat.values());
    }

    private static boolean firstPacketIsKey(Path file) {
        String arguments = "-select_streams v:0 -show_entries packet=flags -read_intervals %+#1";
        JsonNode first = Clips.probe(file, arguments).path("packets").path(0);
        return first.path("flags").asText().startsWith("K");
    }

    @Test
    void beginsWithAPictureThatNothingBeforeIsNeededFor() {
        // Given: ITU-T H.264 table 7-1, an IDR slice is 5; H.265 table 7-1, 19 or 20, a CRA is 21
        Path h264 = Clips.write(at("a.mp4"), encode(clip, settings("libx264"), SegmentFormat.MP4));
        Path hevc = Clips.write(at("b.mp4"), encode(clip, settings("libx265"), SegmentFormat.MP4));

        // When
        List<Integer> ofH264 = nalUnits(h264, "h264", first -> first & 0x1f);
        List<Integer> ofHevc = nalUnits(hevc, "hevc", first -> (first >> 1) & 0x3f);

        // Then
        assertEquals(5, ofH264.stream().filter(type -> type <= 5).findFirst().orElseThrow());
        int first = ofHevc.stream().filter(type -> type < 32).findFirst().orElseThrow();
        assertTrue(first == 19 || first == 20, "got " + first);
    }

    /** The types of a stream's units, found by their start codes. */
    private static List<Integer> nalUnits(
            Path file, String codec, java.util.function.IntUnaryOperator typeOf) {
        byte[] stream =
                Clips.bytes(
                        Clips.make(
                                at("stream." + codec),
                                file,
                                "-i FILE -c copy -bsf:v " + codec + "_mp4toannexb -f " + codec));
        List<Integer> types = new ArrayList<>();
        for (int i = 0; i + 3 < stream.length; i++) {
            if (stream[i] == 0 && stream[i + 1] == 0 && stream[i + 2] == 1) {
                types.add(typeOf.applyAsInt(stream[i + 3]));
            }
        }
        return types;
    }

    @Test
    void closesEveryGroupOfPictures() {
        // Given: more pictures than the encoders' groups have
        Path file =
                Clips.make(
                        at("long.mkv"),
                        "-f lavfi -i testsrc2=size=64x48:rate=25:duration=11,format=yuv420p "
                                + "-c:v ffv1");
        for (String encoder : CODEC_OF_ENCODER.keySet()) {
            // When
            byte[] segment = encode(file, settings(encoder), SegmentFormat.MP4);

            // Then
            int keys = 0;
            long latestKey = Long.MIN_VALUE;
            for (JsonNode packet : packets(Clips.write(at("made"), segment))) {
                long pts = packet.path("pts").asLong();
                if (packet.path("flags").asText().startsWith("K")) {
                    keys++;
                    latestKey = pts;
                }
                assertTrue(pts >= latestKey, encoder + ": shown before its key picture: " + packet);
            }
            assertTrue(keys > 1, encoder + ": expected several groups");
        }
    }

    private static JsonNode packets(Path file) {
        String arguments = "-select_streams v:0 -show_entries packet=pts,flags";
        return Clips.probe(file, arguments).path("packets");
    }

    @Test
    void keepsVariableFrameTimes() {
        // Given
        Path uneven =
                Clips.make(
                        at("uneven.mkv"),
                        clip,
                        "-i FILE -vf setpts=(N*N+40*N)/1000/TB -fps_mode vfr -c:v ffv1");
        List<Double> times = Clips.frameSeconds(uneven);
        for (String encoder : CODEC_OF_ENCODER.keySet()) {
            for (SegmentFormat format : List.of(SegmentFormat.MP4, SegmentFormat.MATROSKA)) {
                // When
                byte[] segment = encode(uneven, settings(encoder), format);

                // Then
                Path made = Clips.write(at("made"), segment);
                assertEquals(times, Clips.frameSeconds(made), encoder + " in " + format);
            }
        }
    }

    @Test
    void keepsColourRangeAndAspect() {
        String[] kinds = {
            "range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709:chroma_location=left",
            "range=pc:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc"
                    + ":chroma_location=topleft",
            "range=tv:color_primaries=smpte170m:color_trc=smpte170m:colorspace=smpte170m"
                    + ":chroma_location=left"
        };
        for (String kind : kinds) {
            // Given
            Path tagged =
                    Clips.make(
                            at("tagged.mkv"),
                            PICTURE.strip() + ",setsar=16/15,setparams=" + kind + " " + H264);
            JsonNode given = Clips.stream(tagged, "v:0");
            for (String encoder : CODEC_OF_ENCODER.keySet()) {
                for (SegmentFormat format : formatsFor(encoder)) {
                    // When
                    byte[] segment = encode(tagged, settings(encoder), format);

                    // Then
                    JsonNode made = Clips.stream(Clips.write(at("made"), segment), "v:0");
                    for (String field : encoder.equals("libsvtav1") ? COLOUR : COLOUR_AND_SITE) {
                        String what = "%s in %s: %s".formatted(encoder, format, field);
                        assertTrue(given.has(field), what);
                        assertEquals(given.get(field), made.get(field), what);
                    }
                }
            }
        }
    }

    @Test
    void saysNothingOfColourWhereNothingWasSaid() {
        // Given
        Path silent = Clips.make(at("silent.mkv"), PICTURE + "-c:v ffv1");

        // When
        byte[] segment = encode(silent, settings("libx264"), SegmentFormat.MATROSKA);

        // Then
        JsonNode made = Clips.stream(Clips.write(at("made"), segment), "v:0");
        for (String field : List.of("color_primaries", "color_transfer", "color_space")) {
            assertEquals("unknown", made.path(field).asText("unknown"), field);
        }
    }

    @Test
    void keepsTheRotation() {
        // Given
        Path turned = Clips.make(at("turned.mp4"), clip, "-display_rotation 90 -i FILE -c copy");

        // When
        byte[] segment = encode(turned, settings("libx264"), SegmentFormat.MP4);

        // Then
        JsonNode made = Clips.stream(Clips.write(at("made"), segment), "v:0");
        assertEquals(90, made.path("side_data_list").path(0).path("rotation").asInt());
    }

    @Test
    void makesTheSameBytesEveryTime() {
        for (String encoder : CODEC_OF_ENCODER.keySet()) {
            for (SegmentFormat format : formatsFor(encoder)) {
                // When
                byte[] first = encode(clip, settings(encoder), format);
                byte[] second = encode(clip, settings(encoder), format);

                // Then
                assertArrayEquals(first, second, encoder + " in " + format);
            }
        }
    }

    @Test
    void spendsMoreBytesOnABetterQuality() {
        for (String encoder : CODEC_OF_ENCODER.keySet()) {
            // When
            int good = encode(clip, quality(encoder, 10), SegmentFormat.MP4).length;
            int poor = encode(clip, quality(encoder, 45), SegmentFormat.MP4).length;

            // Then
            assertTrue(good > 2 * poor, encoder + ": " + good + " and " + poor + " bytes");
        }
    }

    private static EncoderSettings quality(String encoder, int crf) {
        return EncoderSettings.of(encoder, 1).withCrf(crf);
    }

    @Test
    void refusesAnUnknownEncoderAndOneForSound() {
        for (String name : List.of("libx266", "aac")) {
            // When
            MediaException refusal = refusal(settings(name));

            // Then
            assertEquals(
                    "expected an encoder of this FFmpeg build, such as libx264, got " + name,
                    refusal.getMessage());
            assertFalse(VideoEncoder.exists(name));
        }
    }

    @Test
    void refusesAnImpossiblePreset() {
        for (String encoder : CODEC_OF_ENCODER.keySet()) {
            // When
            MediaException refusal =
                    refusal(
                            new EncoderSettings(
                                    encoder, null, null, "instantaneous", null, null, 1));

            // Then
            assertTrue(refusal.getMessage().startsWith("encoder " + encoder), refusal.getMessage());
            assertTrue(refusal.getMessage().contains("instantaneous"), refusal.getMessage());
        }
    }

    @Test
    void refusesPicturesOfAnotherSize() {
        // Given
        AtomicReference<MediaException> refusal = new AtomicReference<>();
        Consumer<Picture> half =
                picture -> {
                    try (Picture small = picture.resized(64, 36);
                            VideoEncoder encoder =
                                    new VideoEncoder(settings("libx264"), small, 25, true)) {
                        // When
                        refusal.compareAndSet(
                                null,
                                assertThrows(
                                        MediaException.class,
                                        () -> encoder.encode(picture, Packet::close)));
                    }
                };
        Clips.pictures(Clips.bytes(clip), half);

        // Then
        assertEquals("expected pictures of 64x36, got 128x72", refusal.get().getMessage());
    }

    @Test
    void saysWhichEncoderFailedWhereInTheStream() {
        // Given pictures of which the third has regions of interest that x264 refuses
        AtomicInteger number = new AtomicInteger();
        try (Demuxer demuxer = Demuxer.open(Clips.bytes(clip));
                VideoDecoder decoder = new VideoDecoder(demuxer.mainVideo(), 1);
                Encoding encoding =
                        new Encoding(settings("libx264"), SegmentFormat.MP4, demuxer.mainVideo())) {
            Consumer<Picture> taker =
                    picture -> {
                        if (number.incrementAndGet() == 3) {
                            av_frame_new_side_data(
                                    picture.raw(), AV_FRAME_DATA_REGIONS_OF_INTEREST, 3);
                        }
                        encoding.add(picture);
                    };

            // When
            MediaException failure =
                    assertThrows(
                            MediaException.class, () -> Clips.pictures(demuxer, decoder, taker));

            // Then
            assertEquals(MediaException.Kind.ENCODING, failure.kind());
            assertEquals(
                    "encoder libx264 failed at frame 3 (0.080 s) of 128x72 yuv420p:"
                            + " avcodec_send_frame: Invalid argument (-22)",
                    failure.getMessage());
        }
    }

    @Test
    void refusesPicturesTooNarrowForX265() {
        // Given 16 columns, which become 32
        String narrow = "-f lavfi -i testsrc2=size=16x64:rate=25 " + H264 + "-frames:v 3";
        Path small = Clips.make(at("narrow.mp4"), narrow);

        // When
        MediaException refusal =
                assertThrows(
                        MediaException.class,
                        () -> encode(small, settings("libx265"), SegmentFormat.MP4));

        // Then
        assertEquals(MediaException.Kind.UNSUPPORTED, refusal.kind());
        assertEquals(
                "encoder libx265: expected at least 64 columns, got 32x128; libx264 takes them",
                refusal.getMessage());
    }

    private static MediaException refusal(EncoderSettings settings) {
        MediaException refusal =
                assertThrows(MediaException.class, () -> encode(clip, settings, SegmentFormat.MP4));
        assertEquals(MediaException.Kind.UNSUPPORTED, refusal.kind());
        return refusal;
    }

    private static EncoderSettings settings(String encoder) {
        return EncoderSettings.of(encoder, 1);
    }

    /** The clip, twice as large, as a segment. */
    private static byte[] encode(Path file, EncoderSettings settings, SegmentFormat format) {
        byte[] bytes = Clips.bytes(file);
        try (Demuxer demuxer = Demuxer.open(bytes);
                VideoDecoder decoder = new VideoDecoder(demuxer.mainVideo(), 1);
                PictureScaler scaler = new PictureScaler();
                Encoding encoding = new Encoding(settings, format, demuxer.mainVideo())) {
            VideoEncoder.find(settings.encoder());
            Clips.pictures(
                    demuxer,
                    decoder,
                    low -> {
                        int width = 2 * low.width();
                        int height = 2 * low.height();
                        try (Picture high = scaler.scale(low, width, height, settings)) {
                            encoding.add(high);
                        }
                    });
            return encoding.finish();
        }
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
