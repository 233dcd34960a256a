package io.upriver.media;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemuxerTest {

    @TempDir static Path directory;

    private static Path mp4;
    private static Path transportStream;

    @BeforeAll
    static void makeClips() {
        mp4 = Clips.make(at("clip.mp4"), PICTURE + TONE + H264 + "-c:a aac");
        transportStream = Clips.make(at("clip.ts"), PICTURE + TONE + H264 + "-c:a aac");
    }

    @Test
    void seesTheTracksThatFfprobeSees() {
        // Given
        JsonNode streams = Clips.probe(mp4, "-show_streams").path("streams");
        try (Demuxer demuxer = Demuxer.open(mp4)) {
            // When
            List<Track> tracks = demuxer.tracks();

            // Then
            assertEquals(streams.size(), tracks.size());
            for (Track track : tracks) {
                JsonNode stream = streams.get(track.index());
                assertEquals(
                        stream.path("codec_type").asText(),
                        track.kind().name().toLowerCase(Locale.ROOT));
                assertEquals(stream.path("codec_name").asText(), track.codecName());
                assertEquals(stream.path("time_base").asText(), track.timeBase().toString());
                assertEquals(stream.path("nb_frames").asLong(), track.declaredFrames());
            }
            assertEquals(128, demuxer.mainVideo().width());
            assertEquals(72, demuxer.mainVideo().height());
            assertEquals(25, demuxer.mainVideo().framesPerSecond());
            assertEquals(2, demuxer.mainVideo().reorderingDelay());
            assertEquals(2, demuxer.durationSeconds(), 0.1);
        }
    }

    @Test
    void readsThePacketsThatFfprobeReads() {
        for (Path file : List.of(mp4, transportStream)) {
            for (boolean inMemory : new boolean[] {false, true}) {
                // When
                List<Long> times = new ArrayList<>();
                try (Demuxer demuxer =
                        inMemory ? Demuxer.open(Clips.bytes(file)) : Demuxer.open(file)) {
                    times.addAll(videoTimes(demuxer));
                }

                // Then
                assertEquals(Clips.packets(file, "v:0", "pts"), times);
            }
        }
    }

    @Test
    void readsManySegmentsAtTheSameTime() throws Exception {
        // Given
        byte[] segment = Clips.bytes(transportStream);
        List<Long> expected = Clips.packets(transportStream, "v:0", "pts");
        Callable<List<Long>> reading =
                () -> {
                    try (Demuxer demuxer = Demuxer.open(segment)) {
                        return videoTimes(demuxer);
                    }
                };
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            // When
            List<Future<List<Long>>> all =
                    pool.invokeAll(java.util.Collections.nCopies(40, reading));

            // Then
            for (Future<List<Long>> one : all) {
                assertEquals(expected, one.get());
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void takesTheLargestPictureThatIsNoCover() {
        // Given
        Path cover = Clips.make(at("cover.png"), "-f lavfi -i color=size=640x640 -frames:v 1");
        Path two =
                Clips.make(
                        at("two.mkv"),
                        mp4,
                        "-i FILE -f lavfi -i testsrc2=size=64x48:duration=2 -map 1:v -map 0 "
                                + H264
                                + "-c:a copy");
        Path file =
                Clips.make(
                        at("three.mp4"),
                        two,
                        "-i FILE -i "
                                + cover
                                + " -map 0 -map 1 -c copy -disposition:v:2 attached_pic");
        try (Demuxer demuxer = Demuxer.open(file)) {
            // When
            Track video = demuxer.mainVideo();

            // Then
            assertEquals("128x72", video.width() + "x" + video.height());
            assertEquals(1, demuxer.tracks().stream().filter(Track::isCoverArt).count());
        }
    }

    @Test
    void saysWhatThereIsInsteadOfAMovingPicture() {
        // Given
        Path sound = Clips.make(at("sound.m4a"), TONE + "-c:a aac");
        Path cover = Clips.make(at("front.png"), "-f lavfi -i color=size=64x64 -frames:v 1");
        Path album =
                Clips.make(
                        at("album.m4a"),
                        sound,
                        "-i FILE -i "
                                + cover
                                + " -map 0 -map 1 -c copy -disposition:v attached_pic");

        // Then
        assertNoVideo(sound, "expected a video track, found only audio (aac)");
        assertNoVideo(album, "expected a video track, found only audio (aac), cover picture (png)");
    }

    private static void assertNoVideo(Path file, String message) {
        try (Demuxer demuxer = Demuxer.open(file)) {
            // When
            MediaException refusal = assertThrows(MediaException.class, demuxer::mainVideo);

            // Then
            assertEquals(MediaException.Kind.NO_VIDEO, refusal.kind());
            assertEquals(message, refusal.getMessage());
        }
    }

    @Test
    void refusesWhatIsNoMedia() {
        // Given
        byte[] noise = new byte[100_000];
        new Random(3).nextBytes(noise);
        byte[] clip = Clips.bytes(mp4);
        byte[][] wrong = {
            {},
            {0},
            noise,
            "a letter to a friend\n".repeat(1000).getBytes(StandardCharsets.UTF_8),
            Arrays.copyOf(clip, clip.length / 2) // its index would be at the end
        };
        for (byte[] bytes : wrong) {
            Path file = Clips.write(at("wrong.mp4"), bytes);

            // When
            MediaException ofBytes = assertThrows(MediaException.class, () -> Demuxer.open(bytes));
            MediaException ofFile = assertThrows(MediaException.class, () -> Demuxer.open(file));

            // Then
            assertEquals(MediaException.Kind.UNREADABLE, ofBytes.kind());
            assertEquals(MediaException.Kind.UNREADABLE, ofFile.kind());
            assertEquals(ofBytes.getMessage(), ofFile.getMessage());
        }
    }

    /**
     * FFmpeg writes to the error stream what it thinks of damaged media, unless it is told not to.
     */
    @Test
    void keepsFfmpegFromWritingForItself() throws Exception {
        // Given pictures that no decoder takes, and a process that has done nothing else before
        byte[] bytes = Clips.bytes(mp4);
        int data = Clips.indexOf(bytes, "mdat", 0) + 4;
        Arrays.fill(bytes, data + 8, Math.min(bytes.length, data + 20_000), (byte) 0x55);
        Path damaged = Clips.write(at("damaged.mp4"), bytes);

        // When
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                OpensAFile.class.getName(),
                                damaged.toString())
                        .redirectErrorStream(true)
                        .start();
        String written =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // Then: newer Java versions warn of native code, which is not FFmpeg's doing
        List<String> lines =
                written.lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("WARNING: "))
                        .toList();
        assertEquals(List.of("tracks: 2"), lines);
    }

    /** A program that opens a file and says how many tracks it has. */
    static final class OpensAFile {
        public static void main(String[] file) {
            try (Demuxer demuxer = Demuxer.open(Path.of(file[0]))) {
                System.out.println("tracks: " + demuxer.tracks().size());
            }
        }
    }

    @Test
    void refusesAMissingFile() {
        // When
        MediaException refusal =
                assertThrows(MediaException.class, () -> Demuxer.open(at("nothing.mp4")));

        // Then
        assertEquals(
                at("nothing.mp4") + " cannot be opened: No such file or directory (-2)",
                refusal.getMessage());
    }

    @Test
    void refusesListsThatReferToOtherFiles() {
        // Given: lists that the ffmpeg program follows
        String name = transportStream.getFileName().toString();
        String hls = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n" + name + "\n#EXT-X-ENDLIST\n";
        String concat = "ffconcat version 1.0\nfile " + name + "\n";
        for (String list : List.of(hls, concat)) {
            byte[] bytes = list.getBytes(StandardCharsets.UTF_8);
            Path file =
                    Clips.write(at(list.startsWith("#") ? "list.m3u8" : "list.ffconcat"), bytes);
            assertEquals(50, Clips.decoded(file).frames().size());
            Path disguised = Clips.write(at("list.mp4"), bytes);

            // When
            List<MediaException> refusals =
                    List.of(
                            assertThrows(MediaException.class, () -> Demuxer.open(file)),
                            assertThrows(MediaException.class, () -> Demuxer.open(disguised)),
                            assertThrows(MediaException.class, () -> Demuxer.open(bytes)));

            // Then
            for (MediaException refusal : refusals) {
                assertEquals(MediaException.Kind.UNREADABLE, refusal.kind());
            }
        }
    }

    @Test
    void refusesOtherFormatsInSegmentsThanThoseThreeThatSegmentsHave() {
        // Given
        Path avi = Clips.make(at("clip.avi"), PICTURE + "-c:v mpeg4");
        Demuxer.open(avi).close();

        // When
        MediaException refusal =
                assertThrows(MediaException.class, () -> Demuxer.open(Clips.bytes(avi)));

        // Then
        assertEquals(MediaException.Kind.UNREADABLE, refusal.kind());
    }

    @Test
    void takesANameWithAColonForAFileAndNotForAnAddress() throws IOException {
        // Given: only a path without a slash in front of the colon looks like an address
        Path file = Files.createTempFile(Path.of(""), "http:", ".mp4");
        try {
            Files.write(file, Clips.bytes(mp4));

            // When
            try (Demuxer demuxer = Demuxer.open(file)) {
                // Then
                assertEquals(2, demuxer.tracks().size());
            }
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void saysThatThereIsNoDecoderForAnUnknownCodec() {
        // Given
        byte[] bytes = Clips.bytes(mp4);
        int sampleEntry = Clips.indexOf(bytes, "avc1", Clips.indexOf(bytes, "stsd", 0));
        System.arraycopy("zzzz".getBytes(StandardCharsets.US_ASCII), 0, bytes, sampleEntry, 4);
        try (Demuxer demuxer = Demuxer.open(bytes)) {
            Track video = demuxer.mainVideo();

            // When
            MediaException refusal =
                    assertThrows(MediaException.class, () -> new VideoDecoder(video, 1));

            // Then
            assertEquals(MediaException.Kind.UNSUPPORTED, refusal.kind());
            assertEquals("no decoder for codec zzzz", refusal.getMessage());
        }
    }

    @Test
    void endsWellAtTheEnd() {
        try (Demuxer demuxer = Demuxer.open(transportStream)) {
            // When
            List<Long> times = videoTimes(demuxer);

            // Then
            assertFalse(times.isEmpty());
            assertEquals(null, demuxer.damage());
            assertEquals(null, demuxer.read());
        }
    }

    private static List<Long> videoTimes(Demuxer demuxer) {
        List<Long> times = new ArrayList<>();
        int video = demuxer.mainVideo().index();
        for (Packet next = demuxer.read(); next != null; next = demuxer.read()) {
            try (Packet packet = next) {
                if (packet.trackIndex() == video) {
                    times.add(packet.ptsTicks());
                }
            }
        }
        return times;
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
