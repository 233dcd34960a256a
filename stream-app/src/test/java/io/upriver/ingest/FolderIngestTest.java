package io.upriver.ingest;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.kafka.TopicReader;
import io.upriver.kafka.TopicSetup;
import io.upriver.media.Clips;
import io.upriver.media.LiveLimits;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
@Timeout(40)
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
        Topics topics = topics(access, name);

        assertTrue(ingest(folder, topics, access).run());

        List<Segment> segments = segments(access, topics);
        assertEquals(5, segments.size());
        assertEquals(0, segments.stream().filter(Segment::discontinuity).count());
        assertTrue(segments.get(4).endOfStream());
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        segments.forEach(s -> all.writeBytes(s.data()));
        Path joined = Clips.write(folder.resolve("joined"), all.toByteArray());
        assertEquals(Clips.frameHashes(clip, 0), Clips.frameHashes(joined, 0));
        assertEquals(Clips.packetHashes(clip).get(1), Clips.packetHashes(joined).get(1));
    }

    @Test
    void goesOnWithWhatIsNewWhenItIsStartedAgain(KafkaAccess access) throws Exception {
        Path folder = Files.createDirectory(directory.resolve("again"));
        Path made = Files.createDirectory(directory.resolve("made"));
        Clips.make(
                made.resolve("part%d.ts"),
                clip,
                "-copyts -i FILE -c copy -f segment -segment_time 0.4");
        Topics topics = topics(access, "again");
        // Given the first three of five, in the order of their numbers
        copy(made, folder, 0, 3);
        assertEquals(30, frames(sent(folder, topics, access, 2)));
        copy(made, folder, 3, 5);

        // When it is started again
        List<Segment> all = sent(folder, topics, access, 4);

        // Then
        assertEquals(50, frames(all));
        assertEquals(2, all.stream().filter(Segment::endOfStream).count());
        assertEquals(1, all.stream().filter(Segment::discontinuity).count());
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
        return segments(access, topics);
    }

    private static void copy(Path from, Path to, int first, int end) throws Exception {
        for (int i = first; i < end; i++) {
            Files.copy(from.resolve("part" + i + ".ts"), to.resolve("part" + i + ".ts"));
        }
    }

    private static long frames(List<Segment> segments) {
        return segments.stream()
                .mapToLong(
                        s ->
                                Clips.frameHashes(
                                                Clips.write(directory.resolve("one"), s.data()), 0)
                                        .size())
                .sum();
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

    private static Topics topics(KafkaAccess access, String name) {
        Topics topics = new Topics("folder-ingest-" + name);
        new TopicSetup(access, topics).createMissing(2);
        return topics;
    }

    private static List<Segment> segments(KafkaAccess access, Topics topics) {
        List<Segment> segments = new ArrayList<>();
        TopicReader.readAll(
                access,
                topics.segments(),
                r ->
                        segments.add(
                                SegmentRecords.fromRecord(
                                        r.key(), r.value(), r.headers(), r.offset())));
        return segments;
    }
}
