package io.upriver.ingest;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.media.Clips;
import io.upriver.media.LiveLimits;
import io.upriver.schemas.Segment;
import io.upriver.schemas.Topics;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders into which the ffmpeg program has written segments, and what of them is on the topic. */
@ExtendWith(SharedBroker.class)
@Timeout(90)
class FolderIngestTest {

    private static final LiveIngest.Listener SILENT =
            new LiveIngest.Listener() {
                @Override
                public void sent(SentSegment segment) {}

                @Override
                public void note(String sentence) {}
            };

    @TempDir static Path directory;

    private static Path clip;

    @BeforeAll
    static void makeAClip() {
        clip = Clips.make(directory.resolve("a.ts"), PICTURE + TONE + H264 + "-c:a aac");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ts   | -hls_segment_filename DIRECTORY/part%d.ts",
                "fmp4 | -hls_segment_type fmp4 -bsf:a aac_adtstoasc -hls_segment_filename DIRECTORY/part%d.m4s"
            })
    void sendsEachFileOfAPlaylistOnce(String name, String options, KafkaAccess access)
            throws Exception {
        Path folder = Files.createDirectory(directory.resolve(name));
        Clips.make(
                folder.resolve("index.m3u8"),
                clip,
                ("-i FILE -c copy -f hls -hls_time 0.4 -hls_list_size 0 " + options)
                        .replace("DIRECTORY", folder.toString()));
        Topics topics = IngestTopics.create(access, "folder-ingest-" + name, 2);

        assertTrue(ingest(folder, topics, access).run());

        List<Segment> segments = IngestTopics.segments(access, topics);
        assertEquals(5, segments.size());
        assertEquals(0, segments.stream().filter(Segment::discontinuity).count());
        assertTrue(segments.get(4).endOfStream());
        Path joined = joined(segments);
        assertEquals(Clips.frameHashes(clip, 0), Clips.frameHashes(joined, 0));
        assertEquals(Clips.packetHashes(clip).get(1), Clips.packetHashes(joined).get(1));
    }

    @Test
    void goesOnWithWhatIsNewWhenItIsStartedAgain(KafkaAccess access) throws Exception {
        Path folder = Files.createDirectory(directory.resolve("again"));
        Path made = Files.createDirectory(directory.resolve("made"));
        // Long enough for FFmpeg to know what it is before the folder is read to its end
        Path longer =
                Clips.make(
                        directory.resolve("longer.ts"),
                        (PICTURE + TONE + H264 + "-c:a aac").replace("duration=2", "duration=8"));
        Clips.make(
                made.resolve("part%d.ts"),
                longer,
                "-copyts -i FILE -c copy -f segment -segment_time 0.8");
        Topics topics = IngestTopics.create(access, "folder-ingest-again", 2);
        // Given the first seven of ten, in the order of their numbers, of which some were sent
        copy(made, folder, 0, 7);
        long first = frames(sent(folder, topics, access, 8));
        assertTrue(first >= 80 && first % 20 == 0, "frames of whole files: " + first);
        copy(made, folder, 7, 10);

        // When it is started again
        List<Segment> all = sent(folder, topics, access, 16);

        // Then
        assertEquals(200, frames(all));
        assertEquals(2, all.stream().filter(Segment::endOfStream).count());
        assertTrue(all.stream().filter(Segment::discontinuity).count() <= 2);
    }

    private static List<Segment> sent(Path folder, Topics topics, KafkaAccess access, int until)
            throws Exception {
        try (LiveStreamWriter writer = LiveStreamWriter.open("cam", topics, access)) {
            FolderIngest folderIngest = new FolderIngest(folder, "cam", limits(), SILENT);
            LiveIngest ingest =
                    new LiveIngest(
                            folderIngest.input(), Duration.ZERO, false, writer, folderIngest);
            CompletableFuture<Boolean> running = CompletableFuture.supplyAsync(ingest::run);
            while (writer.next() < until) {
                Thread.sleep(20);
            }
            Thread.sleep(500);
            ingest.cancel();
            assertTrue(running.get(10, TimeUnit.SECONDS));
        }
        return IngestTopics.segments(access, topics);
    }

    private static void copy(Path from, Path to, int first, int end) throws Exception {
        for (int i = first; i < end; i++) {
            Files.copy(from.resolve("part" + i + ".ts"), to.resolve("part" + i + ".ts"));
        }
    }

    private static long frames(List<Segment> segments) {
        return Clips.frameHashes(joined(segments), 0).size();
    }

    private static Path joined(List<Segment> segments) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        segments.forEach(s -> all.writeBytes(s.data()));
        return Clips.write(directory.resolve("joined"), all.toByteArray());
    }

    private static LiveIngest ingest(Path folder, Topics topics, KafkaAccess access)
            throws Exception {
        FolderIngest folderIngest = new FolderIngest(folder, "cam", limits(), SILENT);
        LiveStreamWriter writer = LiveStreamWriter.open("cam", topics, access);
        return new LiveIngest(folderIngest.input(), Duration.ZERO, false, writer, folderIngest);
    }

    private static LiveLimits limits() {
        return LiveLimits.of(0.3, 1 << 20);
    }
}
