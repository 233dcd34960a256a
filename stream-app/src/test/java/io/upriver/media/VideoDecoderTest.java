package io.upriver.media;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.upriver.frame.Colour;
import io.upriver.frame.Plane;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoDecoderTest {

    @TempDir Path directory;

    @Test
    void givesTheSamplesThatFfmpegGives() {
        for (String format :
                List.of(
                        "yuv420p",
                        "yuv422p",
                        "yuv444p",
                        "yuv440p",
                        "gray",
                        "yuv420p9le",
                        "yuv422p10le",
                        "yuv444p12le",
                        "yuv420p16le",
                        "gray10le")) {
            for (String size : List.of("64x48", "35x27")) {
                // Given
                Path clip = clip("raw.mkv", noise(size, format) + "-c:v ffv1");
                Path raw = Clips.make(at("raw.yuv"), clip, "-i FILE -f rawvideo");

                // When
                ByteArrayOutputStream samples = new ByteArrayOutputStream();
                Clips.pictures(Clips.bytes(clip), picture -> collect(picture, samples));

                // Then
                assertArrayEquals(Clips.bytes(raw), samples.toByteArray(), format + " " + size);
            }
        }
    }

    private static String noise(String size, String format) {
        return "-f lavfi -i color=gray:size=%s:rate=10:duration=0.4,noise=alls=60:allf=t,format=%s "
                .formatted(size, format);
    }

    private static void collect(Picture picture, ByteArrayOutputStream samples) {
        for (Plane plane : picture.planes()) {
            for (int y = 0; y < plane.height(); y++) {
                for (int x = 0; x < plane.width(); x++) {
                    samples.write(plane.sample(x, y));
                    if (plane.bitDepth() > 8) {
                        samples.write(plane.sample(x, y) >> 8);
                    }
                }
            }
        }
    }

    @Test
    void givesPicturesInTheOrderInWhichTheyAreShown() {
        // Given
        Path clip = clip("a.mp4", PICTURE + H264);
        for (int threads : new int[] {1, 3}) {
            List<Clips.Shown> shown = new ArrayList<>();
            try (Demuxer demuxer = Demuxer.open(clip);
                    VideoDecoder decoder = new VideoDecoder(demuxer.mainVideo(), threads)) {
                // When
                Clips.pictures(demuxer, decoder, picture -> shown.add(Clips.shown(picture)));
            }

            // Then
            assertEquals(Clips.decoded(clip).frames(), shown);
        }
    }

    @Test
    void passesOverDamagedPacketsAndCountsThem() {
        // Given
        Path clip = clip("a.mp4", PICTURE + H264);
        byte[] bytes = Clips.bytes(clip);
        int place = Clips.packets(clip, "v:0", "pos").get(25).intValue();
        int size = Clips.packets(clip, "v:0", "size").get(25).intValue();
        Arrays.fill(bytes, place, place + size, (byte) 0xff);
        List<Clips.Shown> shown = new ArrayList<>();
        long refused;
        try (Demuxer demuxer = Demuxer.open(bytes);
                VideoDecoder decoder = new VideoDecoder(demuxer.mainVideo(), 1)) {
            // When
            Clips.pictures(demuxer, decoder, picture -> shown.add(Clips.shown(picture)));
            refused = decoder.refusedPackets();
        }

        // Then: it is the sixth packet of a group of ten, and other groups do not refer to this one
        List<Clips.Shown> sound = Clips.decoded(clip).frames();
        assertEquals(1, refused);
        assertEquals(49, shown.size());
        assertEquals(sound.subList(0, 20), shown.subList(0, 20));
        assertEquals(sound.subList(30, 50), shown.subList(29, 49));
    }

    @Test
    void givesAllPicturesAroundADamagedPacketWithAnyNumberOfThreads() {
        // Given packets that are damaged near the end, which several threads find late
        Path clip = clip("a.mp4", PICTURE + H264);
        for (int number : new int[] {46, 47, 48, 49}) {
            byte[] bytes = Clips.bytes(clip);
            int place = Clips.packets(clip, "v:0", "pos").get(number).intValue();
            int size = Clips.packets(clip, "v:0", "size").get(number).intValue();
            Arrays.fill(bytes, place, place + size, (byte) 0xff);
            List<List<Clips.Shown>> shown = new ArrayList<>();
            for (int threads : new int[] {1, 2, 3, 8}) {
                List<Clips.Shown> pictures = new ArrayList<>();
                try (Demuxer demuxer = Demuxer.open(bytes);
                        VideoDecoder decoder = new VideoDecoder(demuxer.mainVideo(), threads)) {
                    // When
                    Clips.pictures(demuxer, decoder, picture -> pictures.add(Clips.shown(picture)));
                }
                shown.add(pictures);
            }

            // Then
            assertEquals(49, shown.get(0).size(), "packet " + number);
            for (List<Clips.Shown> pictures : shown) {
                assertEquals(shown.get(0).size(), pictures.size(), "packet " + number);
            }
        }
    }

    @Test
    void marksThePicturesThatFfmpegCallsCorrupt() {
        for (String codec :
                List.of(H264, "-c:v mpeg2video -bf 2", "-c:v mpeg4", "-c:v prores", "-c:v ffv1")) {
            // Given
            Path clip = clip("sound.mkv", PICTURE + codec);
            Path damaged = Clips.damaged(at("damaged.mkv"), clip, 11, 17);
            long expected = Clips.corruptFrames(damaged, "v:0");

            // When
            long marked = concealed(damaged);

            // Then: FFV1 leaves slices as they were and tells nobody
            assertEquals(expected, marked, codec);
            assertEquals(codec.contains("ffv1"), marked == 0, codec);
            assertEquals(0, concealed(clip), codec);
        }
    }

    private static long concealed(Path clip) {
        AtomicLong marked = new AtomicLong();
        Clips.pictures(
                Clips.bytes(clip), picture -> marked.addAndGet(picture.isConcealed() ? 1 : 0));
        return marked.get();
    }

    @Test
    void refusesCroppingThatLeavesNothing() {
        // Given: one column, which is none of chroma
        Path whole = clip("whole.mp4", PICTURE + H264);
        byte[] clip = Clips.bytes(CroppedClips.mp4(at("none.mp4"), whole, 0, 0, 127, 0));

        // When
        MediaException refusal =
                assertThrows(MediaException.class, () -> Clips.pictures(clip, picture -> {}));

        // Then
        assertEquals(
                "expected cropping that leaves something of 128x72, found 127 and 0 columns and 0 and 0 rows taken off",
                refusal.getMessage());
    }

    @Test
    void tellsTheColourOfThePictures() {
        // Given
        Path clip =
                clip(
                        "a.mkv",
                        PICTURE.strip()
                                + ",setparams=range=pc:color_primaries=bt2020:color_trc=smpte2084"
                                + ":colorspace=bt2020nc:chroma_location=topleft "
                                + H264);

        // When
        List<Colour> colours = new ArrayList<>();
        Clips.pictures(Clips.bytes(clip), picture -> colours.add(picture.colour()));

        // Then: the numbers of H.273, and 3 for chroma at the top left
        assertEquals(new Colour(2, 9, 16, 9, 3), colours.get(0));
    }

    @Test
    void tellsFullRangeWhereOnlyTheFormatSaysIt() {
        // Given
        Path clip = clip("a.mkv", PICTURE.strip() + ",format=yuvj420p -c:v mjpeg");

        // When
        List<String> ranges = new ArrayList<>();
        Clips.pictures(
                Clips.bytes(clip),
                picture -> ranges.add(picture.layout().name() + " " + picture.colour().range()));

        // Then
        assertEquals("yuvj420p 2", ranges.get(0));
    }

    private Path clip(String name, String arguments) {
        return Clips.make(at(name), arguments);
    }

    private Path at(String name) {
        return directory.resolve(name);
    }
}
