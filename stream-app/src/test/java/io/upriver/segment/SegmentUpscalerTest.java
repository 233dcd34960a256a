package io.upriver.segment;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.ClaimedSize;
import io.upriver.media.Clips;
import io.upriver.media.LargestPicture;
import io.upriver.media.MediaException;
import io.upriver.media.Splitter;
import io.upriver.model.EnlargingNetworks;
import io.upriver.model.ModelLease;
import io.upriver.observe.FrameCounter;
import io.upriver.schemas.CanarySettings;
import io.upriver.schemas.Container;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.PresentationRange;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.StreamSettings.Deinterlace;
import io.upriver.schemas.VideoEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a stage that waits forever
class SegmentUpscalerTest {

    private static final StreamSettings INTERPOLATION = settings(2, Codec.H264);
    private static final StreamSettings FINE =
            StreamSettings.DEFAULT
                    .withModel("none")
                    .withEncoding(VideoEncoding.of(Codec.H264).withCrf(5));
    private static final WorkerLimits LIMITS = WorkerCore.LIMITS;

    @TempDir static Path directory;

    private static WorkerCore core;
    private static Path clip;

    private final FrameCounter counter = new FrameCounter();

    @BeforeAll
    static void makeClip() {
        core = new WorkerCore();
        clip = Clips.make(at("clip.mp4"), PICTURE + TONE + H264 + "-c:a aac");
    }

    @AfterAll
    static void close() {
        core.close();
    }

    @Test
    void makesThePictureLargerAndKeepsTimesAndSoundInEveryContainer() {
        Map<String, Container> segments =
                Map.of(
                        "a.ts -output_ts_offset 0 -muxdelay 0",
                        Container.MPEG_TS,
                        "b.ts -output_ts_offset 50000",
                        Container.MPEG_TS,
                        "a.mp4 -movflags empty_moov+default_base_moof+frag_discont"
                                + " -output_ts_offset 1000",
                        Container.MP4,
                        "b.mp4 -movflags empty_moov+default_base_moof",
                        Container.MP4,
                        "a.mkv -output_ts_offset 7",
                        Container.MATROSKA);
        segments.forEach(
                (made, container) -> {
                    // Given
                    Path given = remux(made);

                    // When
                    SegmentResult.Upscaled result =
                            upscaled(segment(container, Clips.bytes(given)), INTERPOLATION);

                    // Then
                    assertEquals(container, result.segment().container());
                    Path large = write(result);
                    assertEquals(256, Clips.stream(large, "v:0").path("width").asInt(), made);
                    assertEquals(144, Clips.stream(large, "v:0").path("height").asInt(), made);
                    assertEquals(Clips.frameSeconds(given), Clips.frameSeconds(large), made);
                    assertEquals(soundHashes(given), soundHashes(large), made);
                    assertEquals(soundTimes(given), soundTimes(large), made);
                    assertEquals(50, result.outcome().framesOut(), made);
                    assertEquals(0, result.outcome().framesLost(), made);
                });
        assertEquals(50L * segments.size(), counter.frames());
    }

    @Test
    void saysWhatItDid() {
        // When
        SegmentResult.Upscaled result =
                upscaled(segment(Container.MP4, bytes(clip)), INTERPOLATION);

        // Then
        Outcome outcome = result.outcome();
        assertEquals(Outcome.Method.INTERPOLATED, outcome.method());
        assertEquals("asked for", outcome.reason());
        assertNull(outcome.modelDigest());
        assertEquals(2, outcome.scale());
        assertEquals("worker-1", outcome.worker());
        assertTrue(outcome.totalMillis() > 0);
        assertTrue(outcome.totalMillis() >= outcome.decodeMillis());
    }

    @Test
    void keepsEverythingElseOfTheSegment() {
        // Given
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        Segment given =
                new Segment(
                        "cam-7",
                        1042,
                        Container.MP4,
                        bytes(clip),
                        2000,
                        true,
                        true,
                        PresentationRange.from(0),
                        trace);

        // When
        Segment made = upscaled(given, INTERPOLATION).segment();

        // Then
        assertEquals(given.withMedia(Container.MP4, made.data()), made);
        assertNull(made.presentation());
    }

    @Test
    void comparesAModelOnTrialWithTheCurrentOneOnTheSameFrame() throws IOException {
        // Given
        String current = core.models().publish("tried", shippedModel());
        String onTrial =
                core.models()
                        .tryOut(
                                "tried",
                                EnlargingNetworks.linear(2),
                                null,
                                CanarySettings.DEFAULT.withShare(1));

        // When
        SegmentResult.Upscaled result =
                upscaled(
                        segment(Container.MP4, bytes(clip)),
                        StreamSettings.DEFAULT.withModel("tried"));

        // Then: what was made is softer than what the current model makes
        assertEquals(onTrial, result.outcome().modelDigest());
        assertEquals(onTrial, result.canary().digest());
        assertNull(result.canary().failure());
        assertTrue(
                result.quality().sharpness() < result.canary().current().sharpness(),
                result::toString);
        assertTrue(result.canary().current().laneMillis() > 0);

        // and as good as without a trial
        core.models().endTrial("tried");
        SegmentResult.Upscaled usual =
                upscaled(
                        segment(Container.MP4, bytes(clip)),
                        StreamSettings.DEFAULT.withModel("tried"));
        assertEquals(current, usual.outcome().modelDigest());
        assertNull(usual.canary());
        assertEquals(result.canary().current().sharpness(), usual.quality().sharpness(), 1e-9);
        assertEquals(result.canary().current().consistency(), usual.quality().consistency(), 1e-9);
    }

    @Test
    void losesNoSegmentToAModelOnTrialThatFails() throws IOException {
        // Given a model on trial whose session is gone
        String current = core.models().publish("failing", shippedModel());
        String onTrial =
                core.models()
                        .tryOut(
                                "failing",
                                EnlargingNetworks.cubic(2),
                                null,
                                CanarySettings.DEFAULT.withShare(1));
        try (ModelLease lease = core.models().lease("failing", 2, "cam-7")) {
            lease.upscaler().close();
        }

        // When
        SegmentResult.Upscaled result =
                upscaled(
                        segment(Container.MP4, bytes(clip)),
                        StreamSettings.DEFAULT.withModel("failing"));

        // Then
        assertEquals(current, result.outcome().modelDigest());
        assertEquals(50, result.outcome().framesOut());
        assertEquals(onTrial, result.canary().digest());
        assertTrue(
                result.canary().failure().startsWith(segment(Container.MP4, bytes(clip)).label()),
                result.canary().failure());
        core.models().withdraw("failing");
        core.models().endTrial("failing");
    }

    @Test
    void usesTheNetworkOfTheStream() throws IOException {
        // Given
        String digest = core.models().publish("sharp", shippedModel());
        StreamSettings wanted = StreamSettings.DEFAULT.withModel("sharp");

        // When
        SegmentResult.Upscaled result = upscaled(segment(Container.MP4, bytes(clip)), wanted);

        // Then
        assertEquals(Outcome.Method.NETWORK, result.outcome().method());
        assertEquals(digest, result.outcome().modelDigest());
        assertNull(result.outcome().reason());
        assertTrue(decibels(clip, write(result), 2) > 25);
    }

    /** The oracle is swscale, the ffmpeg program's own bicubic interpolation. */
    @Test
    void interpolatesAsFfmpegDoes() {
        for (int scale : new int[] {2, 3, 4}) {
            // Given
            StreamSettings wanted =
                    StreamSettings.DEFAULT
                            .withScale(scale)
                            .withModel("none")
                            .withEncoding(VideoEncoding.of(Codec.H264).withCrf(5));

            // When
            SegmentResult.Upscaled result = upscaled(segment(Container.MP4, bytes(clip)), wanted);

            // Then
            double decibels = decibels(clip, write(result), scale);
            assertTrue(decibels > 38, "scale %d: %.1f dB".formatted(scale, decibels));
        }
    }

    @Test
    void enlargesOddSizes() {
        // Given
        Path odd =
                Clips.make(
                        at("odd.mkv"),
                        "-f lavfi -i color=red:size=63x47:rate=10:duration=0.3 -pix_fmt yuv420p"
                                + " -c:v ffv1");

        // When
        SegmentResult.Upscaled result =
                upscaled(segment(Container.MATROSKA, bytes(odd)), INTERPOLATION);

        // Then
        JsonNode stream = Clips.stream(write(result), "v:0");
        assertEquals("126x94", stream.path("width").asInt() + "x" + stream.path("height").asInt());
    }

    @Test
    void keepsTheAspectThatTheContainerSays() {
        // Given: another one than the coded pictures say
        for (String name : List.of("wide.mkv", "wide.mp4")) {
            Path wide = remux(name + " -aspect 21:9");
            Container container = name.endsWith("4") ? Container.MP4 : Container.MATROSKA;

            // When
            SegmentResult.Upscaled result =
                    upscaled(segment(container, bytes(wide)), INTERPOLATION);

            // Then
            JsonNode given = Clips.stream(wide, "v:0").required("sample_aspect_ratio");
            JsonNode made = Clips.stream(write(result), "v:0").required("sample_aspect_ratio");
            assertEquals(given, made, name);
            assertTrue(!given.asText().equals("1:1"), "expected another aspect");
        }
    }

    @Test
    void encodesWithTheCodecOfTheStream() {
        for (Codec codec : Codec.values()) {
            // When
            SegmentResult.Upscaled result =
                    upscaled(segment(Container.MP4, bytes(clip)), settings(2, codec));

            // Then
            JsonNode stream = Clips.stream(write(result), "v:0");
            assertEquals(codec.wireName(), stream.path("codec_name").asText());
        }
    }

    @Test
    void carriesEveryOtherTrackThatTheContainerHolds() {
        // Given
        Path subtitles =
                Clips.write(
                        at("s.srt"),
                        "1\n00:00:00,200 --> 00:00:01,000\nHello\n"
                                .getBytes(StandardCharsets.UTF_8));
        Path many =
                Clips.make(
                        at("many.mkv"),
                        clip,
                        "-i FILE -f lavfi -i sine=frequency=880:duration=2 -i "
                                + subtitles
                                + " -map 0:a -map 2 -map 0:v -map 1 -c copy -c:a:1 flac"
                                + " -metadata:s:a:1 language=spa -c:s srt");

        // When
        SegmentResult.Upscaled result =
                upscaled(segment(Container.MATROSKA, bytes(many)), INTERPOLATION);

        // Then
        Path large = write(result);
        List<String> codecs = new ArrayList<>();
        for (JsonNode stream : Clips.probe(large, "-show_streams").path("streams")) {
            codecs.add(stream.path("codec_name").asText());
        }
        assertEquals(List.of("h264", "aac", "subrip", "flac"), codecs);
        Map<Integer, List<String>> given = Clips.packetHashes(many);
        Map<Integer, List<String>> made = Clips.packetHashes(large);
        assertEquals(given.get(0), made.get(1));
        assertEquals(given.get(1), made.get(2));
        assertEquals(given.get(3), made.get(3));
        assertEquals("spa", Clips.stream(large, "a:1").path("tags").path("language").asText());
    }

    @Test
    void deliversEachFrameOfAFileOnce() {
        // Given: groups of pictures that refer to the one after
        Path file = Clips.make(at("open.mkv"), PICTURE + Clips.HEVC_OPEN);
        List<Double> times = new ArrayList<>();
        try (Splitter splitter = new Splitter(file, 0.3, Long.MAX_VALUE)) {
            for (Splitter.Piece p = splitter.next(); p != null; p = splitter.next()) {
                Segment piece =
                        segment(Container.MATROSKA, p.data())
                                .withPresentation(
                                        new PresentationRange(p.startNanos(), p.endNanos()));

                // When
                SegmentResult.Upscaled result = upscaled(piece, INTERPOLATION);

                // Then
                assertEquals(p.frames(), result.outcome().framesOut());
                assertEquals(0, result.outcome().framesLost());
                assertEquals(0, result.outcome().framesConcealed());
                times.addAll(Clips.frameSeconds(write(result)));
            }
        }
        List<Double> expected =
                Clips.frameSeconds(file).stream().map(t -> t + Splitter.ORIGIN_SECONDS).toList();
        assertEquals(expected.size(), times.size());
        for (int i = 0; i < times.size(); i++) {
            assertEquals(expected.get(i), times.get(i), 1e-6);
        }
    }

    /** The oracle is the ffmpeg program's own filter, before its bicubic interpolation. */
    @Test
    void makesProgressivePicturesOfInterlacedOnes() {
        String fields = "-flags +ildct+ilme ";
        List<String> clips =
                List.of(
                        "a.ts " + H264 + fields,
                        "a.mp4 " + H264 + fields,
                        "a.mkv -c:v mpeg2video -b:v 4M " + fields);
        for (String made : clips) {
            // Given
            String[] words = made.split(" ", 2);
            Path given = Clips.make(at(words[0]), Clips.INTERLACED + words[1]);
            assertEquals(List.of(1), interlacedFlags(given));

            // When
            SegmentResult.Upscaled result = upscaled(segmentOf(given), FINE);

            // Then
            Path large = write(result);
            assertEquals("progressive", Clips.stream(large, "v:0").path("field_order").asText());
            assertEquals(List.of(0), interlacedFlags(large), made);
            assertEquals(Clips.frameSeconds(given), Clips.frameSeconds(large), made);
            assertEquals(50, result.outcome().framesDeinterlaced(), made);
            assertNull(result.outcome().note());
            Path expected = Clips.make(at("bwdif.mkv"), given, "-i FILE -vf bwdif=0 -c:v ffv1");
            assertTrue(decibels(expected, large, 2) > 38, made);
            assertTrue(decibels(given, large, 2) < 33, made);
        }
    }

    @Test
    void takesInterlacedPicturesAsProgressiveWhenAskedToAndSaysSo() {
        // Given
        Path given = Clips.make(at("off.mp4"), Clips.INTERLACED + H264 + "-flags +ildct+ilme");
        StreamSettings off =
                StreamSettings.DEFAULT
                        .withModel("none")
                        .withEncoding(VideoEncoding.of(Codec.H264).withCrf(5))
                        .withDeinterlace(Deinterlace.OFF);

        // When
        SegmentResult.Upscaled result = upscaled(segmentOf(given), off);

        // Then
        Path large = write(result);
        assertEquals(List.of(0), interlacedFlags(large));
        assertEquals(0, result.outcome().framesDeinterlaced());
        assertEquals(
                "interlaced frames were taken as progressive: deinterlace is off",
                result.outcome().note());
        assertTrue(decibels(given, large, 2) > 38);
    }

    @Test
    void saysWhereColoursChangeInside() {
        // Given limited range, then full range, without frames that the decoder holds back
        String picture = "-f lavfi -i testsrc2=size=96x64:rate=25:duration=1 ";
        byte[] limited = Clips.bytes(Clips.make(at("tv.ts"), picture + H264 + "-bf 0"));
        byte[] full =
                Clips.bytes(
                        Clips.make(
                                at("pc.ts"),
                                picture
                                        + "-vf scale=out_range=pc,format=yuv420p "
                                        + H264
                                        + "-bf 0 -output_ts_offset 2"));
        byte[] both = Arrays.copyOf(limited, limited.length + full.length);
        System.arraycopy(full, 0, both, limited.length, full.length);

        // When
        SegmentResult.Upscaled changing =
                upscaled(
                        segmentOf(Clips.write(at("both.ts"), both)),
                        StreamSettings.DEFAULT.withModel("none"));
        SegmentResult.Upscaled steady =
                upscaled(segmentOf(at("tv.ts")), StreamSettings.DEFAULT.withModel("none"));

        // Then
        assertEquals(
                "colours change from limited range, primaries 2, transfer 2, matrix 2 to full range, primaries 2,"
                        + " transfer 2, matrix 2 after 25 frames, and are said to be the first throughout",
                changing.outcome().note());
        assertNull(steady.outcome().note());
    }

    @Test
    void deinterlacesWithTheNeighboursThatAreNotDelivered() {
        // Given: of 50 frames, from 1 s on, those from 0.6 s to 1.4 s
        Path given =
                Clips.make(
                        at("range.mkv"),
                        Clips.INTERLACED + H264 + "-flags +ildct+ilme -output_ts_offset 1");
        Segment part =
                segmentOf(given)
                        .withPresentation(new PresentationRange(1_590_000_000L, 2_390_000_000L));

        // When
        SegmentResult.Upscaled result = upscaled(part, FINE);

        // Then
        Path large = write(result);
        assertEquals(20, result.outcome().framesDeinterlaced());
        assertEquals(0, result.outcome().framesLost());
        assertEquals(Clips.frameSeconds(given).subList(15, 35), Clips.frameSeconds(large));
        Path expected =
                Clips.make(
                        at("bwdif.mkv"),
                        given,
                        "-i FILE -vf bwdif=0,trim=start_frame=15:end_frame=35,setpts=N/25/TB,"
                                + "scale=iw*2:ih*2:flags=bicubic+accurate_rnd -c:v ffv1");
        for (int frame : new int[] {0, 19}) {
            byte[] ours = luma(large, frame, "");
            assertTrue(decibels(luma(expected, frame, ""), ours) > 38, "frame " + frame);
        }
    }

    @Test
    void carriesCaptionsOfInterlacedPictures() {
        // Given
        Path bare =
                Clips.make(
                        at("bare.m2v"),
                        Clips.INTERLACED + "-c:v mpeg2video -b:v 4M -flags +ildct+ilme");
        Path captioned = Clips.write(at("captions.m2v"), withCaptions(bytes(bare)));
        Path given = Clips.make(at("captions.ts"), captioned, "-fflags +genpts -i FILE -c copy");
        List<String> captions = captions(given);
        assertEquals(50, captions.size());

        // When
        SegmentResult.Upscaled result = upscaled(segmentOf(given), FINE);

        // Then
        assertEquals(50, result.outcome().framesDeinterlaced());
        assertEquals(captions, captions(write(result)));
    }

    /** Puts one pair of caption bytes before the first slice of each picture: ATSC A/53, part 4. */
    private static byte[] withCaptions(byte[] stream) {
        byte[] userData = {
            0,
            0,
            1,
            (byte) 0xb2,
            'G',
            'A',
            '9',
            '4',
            3,
            0x41,
            (byte) 0xff,
            (byte) 0xfc,
            (byte) 0xc8,
            (byte) 0xe9,
            (byte) 0xff
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < stream.length; i++) {
            boolean firstSlice =
                    i + 3 < stream.length
                            && stream[i] == 0
                            && stream[i + 1] == 0
                            && stream[i + 2] == 1
                            && stream[i + 3] == 1;
            if (firstSlice) {
                out.writeBytes(userData);
            }
            out.write(stream[i]);
        }
        return out.toByteArray();
    }

    private static List<String> captions(Path file) {
        List<String> found = new ArrayList<>();
        for (JsonNode frame : Clips.probe(file, "-show_frames").path("frames")) {
            for (JsonNode data : frame.path("side_data_list")) {
                if (data.path("side_data_type").asText().contains("Closed Captions")) {
                    found.add(frame.path("best_effort_timestamp_time").asText() + " " + data);
                }
            }
        }
        return found;
    }

    private static List<Integer> interlacedFlags(Path file) {
        TreeSet<Integer> flags = new TreeSet<>();
        for (JsonNode frame : Clips.probe(file, "-show_frames").path("frames")) {
            flags.add(frame.path("interlaced_frame").asInt());
        }
        return List.copyOf(flags);
    }

    private static Segment segmentOf(Path file) {
        byte[] media = bytes(file);
        return segment(Container.sniff(media).orElseThrow(), media);
    }

    @Test
    void losesNothingWherePacketsAreNeverShown() {
        // Given
        Path log = at("log");
        String vp8 =
                PICTURE
                        + "-c:v libvpx -b:v 100k -cpu-used 4 -auto-alt-ref 1 -lag-in-frames 16"
                        + " -passlogfile FILE ";
        Clips.make(at("first.webm"), log, vp8 + "-pass 1");
        Path hidden = Clips.make(at("hidden.webm"), log, vp8 + "-pass 2");
        assertTrue(Clips.packets(hidden, "v:0", "size").size() > 50, "expected hidden frames");

        // When
        SegmentResult.Upscaled result =
                upscaled(segment(Container.MATROSKA, bytes(hidden)), INTERPOLATION);

        // Then
        assertEquals(50, result.outcome().framesOut());
        assertEquals(0, result.outcome().framesLost());
    }

    @Test
    void deliversWhatIsLeftOfADamagedSegmentAndCountsWhatIsLost() {
        // Given: in the middle of a transport stream, 30 packets of 188 bytes are noise
        Path stream = remux("damaged.ts");
        byte[] bytes = bytes(stream);
        int middle = bytes.length / 2 / 188 * 188;
        for (int i = middle; i < middle + 30 * 188; i++) {
            bytes[i] = (byte) (bytes[i] ^ (i * 31));
        }
        Path damaged = Clips.write(at("damaged"), bytes);
        int left = Clips.packets(damaged, "v:0", "size").size();

        // When
        SegmentResult.Upscaled result = upscaled(segment(Container.MPEG_TS, bytes), INTERPOLATION);

        // Then
        Outcome outcome = result.outcome();
        assertTrue(outcome.framesLost() > 0, outcome.toString());
        assertTrue(outcome.framesOut() > 25, outcome.toString());
        assertEquals(left, outcome.framesOut() + outcome.framesLost());
        List<Double> times = Clips.frameSeconds(write(result));
        assertEquals(outcome.framesOut(), times.size());
        assertTrue(new HashSet<>(Clips.frameSeconds(stream)).containsAll(times), "got " + times);
    }

    @Test
    void countsThePicturesThatTheDecoderHasConcealed() {
        for (String made :
                List.of("a.ts " + H264, "b.ts -c:v mpeg2video -g 10 -bf 2 -flags +ildct+ilme")) {
            // Given
            String[] words = made.split(" ", 2);
            Path sound = Clips.make(at(words[0]), Clips.INTERLACED + words[1]);
            Path damaged = Clips.damaged(at("damaged.ts"), sound, 11, 17);
            long corrupt = Clips.corruptFrames(damaged, "v:0");
            assertTrue(corrupt > 0, made);

            // When
            Outcome whole = upscaled(segmentOf(damaged), INTERPOLATION).outcome();
            Outcome intact = upscaled(segmentOf(sound), INTERPOLATION).outcome();

            // Then
            assertEquals(corrupt, whole.framesConcealed(), made);
            assertEquals(0, intact.framesConcealed(), made);
        }
    }

    @Test
    void doesNotCountConcealedPicturesThatItDoesNotDeliver() {
        // Given: groups of ten, of which the second is damaged, and the third is to be delivered
        Path sound = Clips.make(at("sound.mkv"), PICTURE + H264 + "-output_ts_offset 1");
        Path damaged = Clips.damaged(at("damaged.mkv"), sound, 11, 17);
        assertTrue(Clips.corruptFrames(damaged, "v:0") > 0);
        PresentationRange third = new PresentationRange(1_790_000_000L, 2_190_000_000L);

        // When
        Outcome outcome =
                upscaled(segmentOf(damaged).withPresentation(third), INTERPOLATION).outcome();

        // Then
        assertEquals(10, outcome.framesOut());
        assertEquals(0, outcome.framesConcealed());
    }

    @Test
    void makesTheSameBytesWhateverIsDoneAtTheSameTime() throws Exception {
        for (Codec codec : Codec.values()) {
            // Given
            Segment given = segment(Container.MATROSKA, bytes(remux("same.mkv")));
            byte[] alone = upscaled(given, settings(2, codec)).segment().data();
            WorkerLimits roomy =
                    new WorkerLimits(
                            Duration.ofMinutes(1), 1 << 26, PictureLimits.DEFAULT, 3, 1, 16);
            SegmentUpscaler upscaler = upscaler(roomy);
            var callers = Executors.newFixedThreadPool(3);
            try {
                // When
                List<Future<SegmentResult>> results = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    results.add(callers.submit(() -> upscaler.upscale(given, settings(2, codec))));
                }

                // Then
                for (Future<SegmentResult> result : results) {
                    SegmentResult.Upscaled made =
                            assertInstanceOf(SegmentResult.Upscaled.class, result.get());
                    assertArrayEquals(alone, made.segment().data(), codec.wireName());
                }
            } finally {
                callers.shutdown();
            }
        }
    }

    @Test
    void rejectsWhatIsNoMedia() {
        byte[] noise = new byte[5000];
        Arrays.fill(noise, (byte) 0x47);
        Rejection rejection = rejected(noise);
        assertEquals(Rejection.Code.UNREADABLE_MEDIA, rejection.code());
    }

    @Test
    void rejectsATruncatedSegment() {
        // Given: a plain MP4 has its index at the end
        byte[] whole = bytes(clip);

        // When
        Rejection rejection = rejected(Arrays.copyOf(whole, whole.length / 2));

        // Then
        assertEquals(Rejection.Code.UNREADABLE_MEDIA, rejection.code());
        assertTrue(rejection.message().contains("it has no index (moov)"), rejection.message());
    }

    @Test
    void rejectsASegmentOfWhichNoFrameCanBeDecoded() {
        // When
        Rejection rejection = rejected(withoutPictures());

        // Then
        assertEquals(Rejection.Code.UNREADABLE_MEDIA, rejection.code());
        assertTrue(
                rejection
                        .message()
                        .contains("expected 50 frames of h264 (128x72), decoder gave none"),
                rejection.message());
    }

    @Test
    void rejectsASegmentWithoutVideo() {
        // When
        Rejection rejection = rejected(soundOnly());

        // Then
        assertEquals(Rejection.Code.NO_VIDEO, rejection.code());
        assertTrue(rejection.message().contains("found only audio (aac)"), rejection.message());
    }

    @Test
    void rejectsAnUnknownCodec() {
        // When
        Rejection rejection = rejected(withUnknownCodec());

        // Then
        assertEquals(Rejection.Code.UNSUPPORTED, rejection.code());
        assertTrue(rejection.message().contains("no decoder for codec"), rejection.message());
    }

    @Test
    void rejectsPicturesThatAreTooLarge() {
        for (String made :
                List.of(
                        "a.mp4 " + H264,
                        "a.ts " + H264,
                        "b.mkv " + Clips.HEVC_OPEN,
                        "b.ts -c:v mpeg2video",
                        "c.webm -c:v libvpx-vp9 -cpu-used 8",
                        "d.mkv -c:v mjpeg -pix_fmt yuvj420p",
                        "e.mp4 -c:v libsvtav1 -preset 12")) {
            // Given
            String[] words = made.split(" ", 2);
            Path given = Clips.make(at(words[0]), PICTURE + words[1]);

            // When
            Rejection rejection =
                    rejected(segmentOf(given), INTERPOLATION, taking(new LargestPicture(128, 71)));

            // Then
            assertEquals(Rejection.Code.UNSUPPORTED, rejection.code(), rejection.message());
            assertEquals(
                    "stream cam-7 segment 1042: expected pictures of at most 128x71 (9088 samples"
                            + " in any shape), got 128x72",
                    rejection.message(),
                    made);
        }
    }

    @Test
    void takesPicturesOfTheLargestSizeInAnyShape() {
        for (LargestPicture largest :
                List.of(new LargestPicture(128, 72), new LargestPicture(72, 128))) {
            WorkerLimits limits = taking(largest);

            SegmentResult result =
                    upscaler(limits).upscale(segment(Container.MP4, bytes(clip)), INTERPOLATION);

            assertInstanceOf(SegmentResult.Upscaled.class, result, result::toString);
        }
    }

    @Test
    void rejectsPicturesThatWouldBecomeTooLarge() {
        // Given
        WorkerLimits limits = limits(PictureLimits.DEFAULT.taken(), new LargestPicture(255, 144));

        // When
        Rejection rejection = rejected(segment(Container.MP4, bytes(clip)), INTERPOLATION, limits);

        // Then
        assertEquals(Rejection.Code.UNSUPPORTED, rejection.code());
        assertEquals(
                "stream cam-7 segment 1042: expected upscaled pictures of at most 255x144 (36720"
                        + " samples in any shape), got 256x144",
                rejection.message());
    }

    @Test
    void rejectsAHeaderThatClaimsPicturesOfGigabytesWithoutTakingThem() throws IOException {
        // Given: 25 pictures of 128x80, whose header says 16000x16000
        Path small =
                Clips.make(
                        at("small.h264"),
                        "-f lavfi -i testsrc2=size=128x80:rate=25:duration=1,format=yuv420p"
                                + " -c:v libx264 -profile:v baseline -g 10");
        Path claim = ClaimedSize.write(at("claim.h264"), small, 16000, 16000);
        Path stream = Clips.make(at("claim.ts"), claim, "-max_pixels 1000000 -i FILE -c copy");
        Segment given = segmentOf(stream);
        long before = resetPeakMegabytes();

        // When
        Rejection rejection = rejected(given, INTERPOLATION, LIMITS);

        // Then: FFmpeg's programs take 2.3 GB to look at it
        assertEquals(
                "stream cam-7 segment 1042: expected pictures of at most 8192x4320 (35389440"
                        + " samples in any shape), got 16000x16000",
                rejection.message());
        long taken = peakMegabytes() - before;
        assertTrue(taken < 700, "took " + taken + " MB");
    }

    @Test
    void rejectsPicturesThatAreLargerThanTheirContainerSays() {
        // Given, larger than the blocks for which decoders have room anyway, pictures of 1024x576
        // in a file that says 64x36
        List<String> encoders =
                List.of(
                        "libvpx-vp9 -deadline realtime -cpu-used 8",
                        "libvpx-vp9 -profile:v 1 -pix_fmt yuv444p -deadline realtime",
                        "libvpx-vp9 -pix_fmt gbrp -deadline realtime",
                        "libaom-av1 -cpu-used 8",
                        "libvpx -deadline realtime");
        for (String encoder : encoders) {
            byte[] bytes =
                    bytes(
                            Clips.make(
                                    at("claimed.mkv"),
                                    "-f lavfi -i testsrc2=size=1024x576:rate=25 -frames:v 3"
                                            + " -c:v "
                                            + encoder));
            claim(bytes, 0xB0, 1024, 64);
            claim(bytes, 0xBA, 576, 36);

            // When
            Rejection rejection =
                    rejected(
                            segment(Container.MATROSKA, bytes),
                            INTERPOLATION,
                            taking(new LargestPicture(128, 72)));

            // Then
            assertEquals(Rejection.Code.UNSUPPORTED, rejection.code(), encoder);
            assertTrue(
                    rejection
                            .message()
                            .endsWith(
                                    "of at most 128x72 (9216 samples in any shape), got 1024x576"),
                    encoder + ": " + rejection.message());
        }
    }

    /** Of these codecs only the decoder knows the size, and it forgets it. */
    @Test
    void saysThatPicturesMayBeTooLargeWhereNobodyKnows() {
        // Given
        byte[] bytes =
                bytes(
                        Clips.make(
                                at("claimed.mkv"),
                                "-f lavfi -i testsrc2=size=1024x576:rate=25 -frames:v 3 -c:v mjpeg"));
        claim(bytes, 0xB0, 1024, 64);
        claim(bytes, 0xBA, 576, 36);

        // When
        Rejection rejection =
                rejected(
                        segment(Container.MATROSKA, bytes),
                        INTERPOLATION,
                        taking(new LargestPicture(128, 72)));

        // Then
        assertEquals(
                "stream cam-7 segment 1042: expected 3 frames of mjpeg, decoder gave none; it"
                        + " refused 3 packets as damaged or larger than 128x72",
                rejection.message());
    }

    /** Puts another number into the Matroska element of two bytes that has this name. */
    private static void claim(byte[] matroska, int name, int is, int claimed) {
        for (int at = 0; at + 3 < matroska.length; at++) {
            boolean found = (matroska[at] & 0xFF) == name && (matroska[at + 1] & 0xFF) == 0x82;
            int value = ((matroska[at + 2] & 0xFF) << 8) | (matroska[at + 3] & 0xFF);
            if (found && value == is) {
                matroska[at + 2] = (byte) (claimed >> 8);
                matroska[at + 3] = (byte) claimed;
                return;
            }
        }
        throw new AssertionError("no element %x of %d".formatted(name, is));
    }

    @Test
    void saysWhatItDoesNotFindInASegmentThatDeliversNothing() {
        // Given a segment of which only frames from a year later on are to be delivered
        Segment later =
                segment(Container.MP4, bytes(clip))
                        .withPresentation(PresentationRange.from(31_536_000_000_000_000L));

        // Then
        assertEquals(
                "stream cam-7 segment 1042: expected frames of h264, found no packet of one that is"
                        + " to be delivered",
                rejected(later, INTERPOLATION, LIMITS).message());
    }

    /** Lets the process's peak of memory begin anew, where it is now. */
    private static long resetPeakMegabytes() throws IOException {
        Files.writeString(Path.of("/proc/self/clear_refs"), "5");
        return peakMegabytes();
    }

    private static long peakMegabytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .sum();
    }

    @Test
    void rejectsASegmentWhosePicturesBecomeTooLargeOnTheWay() {
        // Given: 128x72, then 64x48
        byte[] turned =
                bytes(
                        Clips.make(
                                at("larger.ts"),
                                clip,
                                "-i FILE -vf scale=256:144 " + H264 + "-output_ts_offset 2"));
        byte[] first = bytes(remux("smaller.ts"));
        byte[] both = Arrays.copyOf(first, first.length + turned.length);
        System.arraycopy(turned, 0, both, first.length, turned.length);

        // When
        Rejection rejection =
                rejected(
                        segment(Container.MPEG_TS, both),
                        INTERPOLATION,
                        taking(new LargestPicture(128, 72)));

        // Then
        assertTrue(
                rejection
                        .message()
                        .endsWith("of at most 128x72 (9216 samples in any shape), got 256x144"),
                rejection.message());
    }

    @Test
    void rejectsAResultThatDoesNotFitIntoARecord() {
        // When
        Rejection rejection =
                rejected(segment(Container.MP4, bytes(clip)), INTERPOLATION, within(1000));

        // Then
        assertEquals(Rejection.Code.OUTPUT_TOO_LARGE, rejection.code());
        assertTrue(
                rejection.message().contains("expected an upscaled segment of at most 1000 bytes"),
                rejection.message());
    }

    @Test
    void saysThatFieldsWhichAreCodedByThemselvesStaySo() {
        // Given
        Path fields =
                Clips.make(
                        at("fields.mkv"),
                        "-f lavfi -i testsrc2=size=128x72:rate=50:duration=0.4,format=yuv420p"
                                + " -c:v libx265 -preset ultrafast"
                                + " -x265-params log-level=none:pools=none:interlace=tff");

        // When
        Outcome outcome =
                upscaled(segment(Container.MATROSKA, bytes(fields)), INTERPOLATION).outcome();

        // Then
        assertEquals(20, outcome.framesOut());
        assertEquals(
                "frames are single fields, which HEVC and VVC code each by itself, and were"
                        + " enlarged as such: they stay half as high as the film and twice as many",
                outcome.note());
    }

    @Test
    void doesNotBlameTheMediaForAnEncoderThatFails() {
        for (MediaException.Kind kind : MediaException.Kind.values()) {
            // When
            Rejection.Code code = SegmentUpscaler.codeOf(new MediaException(kind, "trouble"));

            // Then
            assertEquals(
                    kind == MediaException.Kind.ENCODING,
                    code == Rejection.Code.ENCODING_FAILED,
                    kind.name());
        }
    }

    @Test
    void rejectsASegmentThatTakesTooLong() {
        // When
        Rejection rejection =
                rejected(segment(Container.MP4, bytes(clip)), INTERPOLATION, withinMillis(1));

        // Then
        assertEquals(Rejection.Code.DEADLINE, rejection.code());
        assertTrue(
                rejection.message().contains("expected to be done within 1 ms, only "),
                rejection.message());
    }

    @Test
    void interpolatesAStreamWhoseModelIsNotThereAndSaysSo() {
        // Given
        StreamSettings wanted = StreamSettings.DEFAULT.withScale(4).withModel("anime");

        // When
        Outcome outcome = upscaled(segment(Container.MP4, bytes(clip)), wanted).outcome();

        // Then
        assertEquals(Outcome.Method.INTERPOLATED, outcome.method());
        assertTrue(
                outcome.reason().startsWith("expected a model anime for scale 4, there is "),
                outcome.reason());
    }

    @Test
    void rejectsAStreamWhoseModelIsNotThereWhenItAsksForThat() {
        // Given
        StreamSettings wanted =
                StreamSettings.DEFAULT
                        .withScale(4)
                        .withModel("anime")
                        .withWithoutModel(StreamSettings.WithoutModel.REJECT);

        // When
        Rejection rejection = rejected(segment(Container.MP4, bytes(clip)), wanted, LIMITS);

        // Then
        assertEquals(Rejection.Code.NO_MODEL, rejection.code());
        assertTrue(
                rejection.message().contains("expected a model anime for scale 4, there is "),
                rejection.message());
    }

    @Test
    void rejectsAStreamWhoseEncoderCannotBeUsed() {
        for (String[] wrong :
                new String[][] {
                    {"libopenh264", "slow"}, {"libx266", null}, {null, "instantaneous"}
                }) {
            // Given
            StreamSettings wanted =
                    StreamSettings.DEFAULT
                            .withModel("none")
                            .withEncoding(
                                    VideoEncoding.of(Codec.H264)
                                            .withEncoder(wrong[0])
                                            .withPreset(wrong[1]));

            // When
            Rejection rejection = rejected(segment(Container.MP4, bytes(clip)), wanted, LIMITS);

            // Then
            assertEquals(Rejection.Code.UNSUPPORTED, rejection.code());
            String named = wrong[0] == null ? "libx264" : wrong[0];
            assertTrue(rejection.message().contains(named), rejection.message());
        }
    }

    @Test
    void namesStreamAndSegmentInEveryRejectionAndLeavesNothingRunning() {
        // Given
        byte[] sound = bytes(clip);
        StreamSettings noModel =
                StreamSettings.DEFAULT
                        .withScale(4)
                        .withModel("anime")
                        .withWithoutModel(StreamSettings.WithoutModel.REJECT);
        StreamSettings noEncoder =
                StreamSettings.DEFAULT
                        .withModel("none")
                        .withEncoding(VideoEncoding.of(Codec.H264).withPreset("instantaneous"));
        List<Trial> trials =
                List.of(
                        new Trial(new byte[] {1, 2, 3}, INTERPOLATION, LIMITS),
                        new Trial(Arrays.copyOf(sound, sound.length / 2), INTERPOLATION, LIMITS),
                        new Trial(withoutPictures(), INTERPOLATION, LIMITS),
                        new Trial(soundOnly(), INTERPOLATION, LIMITS),
                        new Trial(withUnknownCodec(), INTERPOLATION, LIMITS),
                        new Trial(sound, INTERPOLATION, within(1000)),
                        new Trial(sound, INTERPOLATION, withinMillis(1)),
                        new Trial(sound, INTERPOLATION, taking(new LargestPicture(9, 9))),
                        new Trial(sound, noModel, LIMITS),
                        new Trial(sound, noEncoder, LIMITS));
        for (Trial trial : trials) {
            // When
            Segment given = Segment.of("cam-7", 1042, Container.MP4, trial.media());
            Rejection rejection = rejected(given, trial.settings(), trial.limits());

            // Then
            String message = rejection.message();
            assertTrue(message.startsWith("stream cam-7 segment 1042: "), message);
            assertEquals(1, message.lines().count(), message);
            assertEquals("cam-7", rejection.streamId());
            assertEquals(1042, rejection.sequence());
            assertEquals("worker-1", rejection.worker());
            Awaitility.await(message).until(() -> !core.isEncoding());
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Trial(byte[] media, StreamSettings settings, WorkerLimits limits) {}

    @Test
    void givesASegmentBackWhenTheWorkerIsStopping() {
        // Given
        SegmentUpscaler upscaler = upscaler(LIMITS);
        Segment given = segment(Container.MP4, bytes(clip));
        upscaler.stop();

        // When
        StoppingException stopping =
                assertThrows(StoppingException.class, () -> upscaler.upscale(given, INTERPOLATION));

        // Then
        assertEquals(
                "stream cam-7 segment 1042: given back, the worker is stopping",
                stopping.getMessage());
    }

    @Test
    void givesASegmentBackInTheMiddleOfTheWork() {
        // Given
        Path file =
                Clips.make(
                        at("long.mp4"),
                        "-f lavfi -i testsrc2=size=320x240:rate=25:duration=20,format=yuv420p"
                                + " -c:v libx264 -preset ultrafast");
        SegmentUpscaler upscaler = upscaler(LIMITS);
        Segment given = segment(Container.MP4, bytes(file));
        CompletableFuture<SegmentResult> result =
                CompletableFuture.supplyAsync(() -> upscaler.upscale(given, INTERPOLATION));
        Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> counter.frames() > 0);

        // When
        upscaler.stop();

        // Then
        Throwable failure = assertThrows(Exception.class, result::join).getCause();
        assertInstanceOf(StoppingException.class, failure);
        assertTrue(counter.frames() < 500, "got " + counter.frames());
        Awaitility.await().until(() -> !core.isEncoding());
    }

    private static byte[] withoutPictures() {
        byte[] bytes = bytes(clip);
        int data = Clips.indexOf(bytes, "mdat", 0) + 4;
        Arrays.fill(bytes, data, Clips.indexOf(bytes, "moov", data) - 4, (byte) 0xff);
        return bytes;
    }

    private static byte[] withUnknownCodec() {
        byte[] bytes = bytes(clip);
        int sampleEntry = Clips.indexOf(bytes, "avc1", Clips.indexOf(bytes, "stsd", 0));
        System.arraycopy("zzzz".getBytes(StandardCharsets.US_ASCII), 0, bytes, sampleEntry, 4);
        return bytes;
    }

    private static byte[] soundOnly() {
        return bytes(Clips.make(at("sound.mp4"), clip, "-i FILE -map 0:a -c copy"));
    }

    private static WorkerLimits taking(LargestPicture largest) {
        return limits(largest, PictureLimits.DEFAULT.made());
    }

    private static WorkerLimits limits(LargestPicture taken, LargestPicture made) {
        PictureLimits pictures = new PictureLimits(taken, made);
        return new WorkerLimits(Duration.ofMinutes(1), 1 << 26, pictures, 1, 1, 4);
    }

    private static WorkerLimits within(int bytes) {
        return WorkerCore.limits(Duration.ofMinutes(1), bytes);
    }

    private static WorkerLimits withinMillis(int millis) {
        return WorkerCore.limits(Duration.ofMillis(millis), 1 << 26);
    }

    private static StreamSettings settings(int scale, Codec codec) {
        return StreamSettings.DEFAULT
                .withScale(scale)
                .withModel("none")
                .withEncoding(VideoEncoding.of(codec));
    }

    private static Segment segment(Container container, byte[] media) {
        return Segment.of("cam-7", 1042, container, media);
    }

    private SegmentUpscaler upscaler(WorkerLimits limits) {
        return core.upscaler(limits, counter);
    }

    private SegmentResult.Upscaled upscaled(Segment segment, StreamSettings settings) {
        SegmentResult result = upscaler(LIMITS).upscale(segment, settings);
        return assertInstanceOf(SegmentResult.Upscaled.class, result, result::toString);
    }

    private Rejection rejected(byte[] media) {
        return rejected(segment(Container.MP4, media), INTERPOLATION, LIMITS);
    }

    private Rejection rejected(Segment segment, StreamSettings settings, WorkerLimits limits) {
        SegmentResult result = upscaler(limits).upscale(segment, settings);
        return assertInstanceOf(SegmentResult.Rejected.class, result).rejection();
    }

    /** The clip's packets in another container. */
    private static Path remux(String nameAndSettings) {
        String[] words = nameAndSettings.split(" ", 2);
        String settings = words.length > 1 ? " " + words[1] : "";
        return Clips.make(at(words[0]), clip, "-i FILE -c copy" + settings);
    }

    private static Path write(SegmentResult.Upscaled result) {
        return Clips.write(at("large"), result.segment().data());
    }

    private static List<String> soundHashes(Path file) {
        return Clips.packetHashes(file).get(Clips.stream(file, "a:0").path("index").asInt());
    }

    private static List<Double> soundTimes(Path file) {
        List<Double> times = new ArrayList<>();
        String arguments = "-select_streams a:0 -show_entries packet=pts_time";
        for (JsonNode packet : Clips.probe(file, arguments).path("packets")) {
            times.add(packet.required("pts_time").asDouble());
        }
        return times;
    }

    /** How near the luma of the middle picture is to ffmpeg's bicubic enlargement. */
    private static double decibels(Path low, Path high, int scale) {
        String size = ",scale=iw*" + scale + ":ih*" + scale + ":flags=bicubic+accurate_rnd";
        return decibels(luma(low, 25, size), luma(high, 25, ""));
    }

    private static byte[] luma(Path file, int frame, String filters) {
        String select = "-i FILE -vf select=eq(n\\,%d)%s".formatted(frame, filters);
        String raw = " -frames:v 1 -pix_fmt gray -f rawvideo";
        return bytes(Clips.make(at("luma"), file, select + raw));
    }

    private static double decibels(byte[] expected, byte[] actual) {
        assertEquals(expected.length, actual.length);
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            int difference = Byte.toUnsignedInt(expected[i]) - Byte.toUnsignedInt(actual[i]);
            sum += difference * difference;
        }
        return 10 * Math.log10(255 * 255 / (sum / expected.length));
    }

    private static byte[] shippedModel() throws IOException {
        try (InputStream in =
                SegmentUpscalerTest.class.getResourceAsStream("/models/nano-x2.onnx")) {
            assertNotNull(in);
            return in.readAllBytes();
        }
    }

    private static byte[] bytes(Path file) {
        return Clips.bytes(file);
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
