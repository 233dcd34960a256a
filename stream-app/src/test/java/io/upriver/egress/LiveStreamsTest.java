package io.upriver.egress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.kafka.TopicSetup;
import io.upriver.kafka.TopicWriter;
import io.upriver.media.LargestPicture;
import io.upriver.media.LiveClip;
import io.upriver.schemas.Container;
import io.upriver.schemas.PresentationRange;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Streams on a real broker, with what workers would make of them already there. */
@ExtendWith(SharedBroker.class)
@Timeout(60)
class LiveStreamsTest {

    private static final int COUNT = 12;
    private static final LargestPicture LARGEST = new LargestPicture(1920, 1080);

    @TempDir static Path directory;

    private static List<byte[]> originals;
    private static List<byte[]> upscaled;

    @BeforeAll
    static void cut() {
        originals =
                LiveClip.segments(
                        directory.resolve("small"),
                        Container.MPEG_TS,
                        LiveClip.input(64, 48, COUNT) + LiveClip.H264);
        upscaled =
                LiveClip.segments(
                        directory.resolve("large"),
                        Container.MPEG_TS,
                        LiveClip.input(128, 96, COUNT) + LiveClip.H264);
        assertEquals(COUNT, originals.size());
    }

    @Test
    void areTheSameInEveryInstanceWheneverItBegan(KafkaAccess access) {
        // Given one instance that was there from the beginning
        Topics topics = topics(access, "egress-same");
        try (LiveStreams early = streams(access, topics, 1 << 20)) {
            assertTrue(early.find("cam").isEmpty());
            List<ProducerRecord<byte[], byte[]>> made = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                made.add(record(topics.segments(), "cam", i, originals.get(i)));
                if (i == 5) {
                    ProducerRecord<byte[], byte[]> rejected =
                            record(topics.rejected(), "cam", i, originals.get(i));
                    new Rejection(Rejection.Code.DEADLINE, "too late", "cam", i, "w")
                            .writeTo(rejected.headers());
                    made.add(rejected);
                } else {
                    made.add(record(topics.upscaled(), "cam", i, upscaled.get(i)));
                }
            }
            TopicWriter.write(access, made);

            // When another one begins
            try (LiveStreams late = streams(access, topics, 1 << 20)) {
                LiveStream other = late.find("cam").orElseThrow();
                early.find("nobody");
                LiveStream one = early.find("cam").orElseThrow();

                // Then
                for (Rendition rendition : Rendition.values()) {
                    assertEquals(one.playlist(rendition).text(), other.playlist(rendition).text());
                }
                assertEquals(one.multivariant(), other.multivariant());
                ReadPlaylist read = read(other, Rendition.UPSCALED);
                ReadPlaylist before = read(other, Rendition.ORIGINAL);
                assertTrue(read.items().get(5).gap());
                assertEquals(COUNT, read.items().size());
                for (int i = 0; i < COUNT; i++) {
                    // by which players keep both in step
                    assertEquals(before.items().get(i).start(), read.items().get(i).start());
                    assertEquals(before.items().get(i).number(), read.items().get(i).number());
                }
                assertEquals(
                        "rejected (deadline): too late",
                        other.find(Rendition.UPSCALED, 5).absence().reason());
            }
        }
    }

    @Test
    void areReadAgainWhereTheCacheHasNoPlaceForThem(KafkaAccess access) {
        // Given media of more than a cache of three segments
        Topics topics = topics(access, "egress-cache");
        long most = 3L * upscaled.get(0).length;
        for (int i = 0; i < COUNT; i++) {
            TopicWriter.write(
                    access, List.of(record(topics.upscaled(), "cam", i, upscaled.get(i))));
        }
        try (LiveStreams streams = streams(access, topics, most)) {
            LiveStream stream = streams.find("cam").orElseThrow();
            assertTrue(streams.cachedBytes() > 0 && streams.cachedBytes() <= most);

            // When each is asked for twice, then they are the same bytes
            for (int i = 0; i < 2 * COUNT; i++) {
                LiveSegment.Media media = stream.find(Rendition.UPSCALED, i % COUNT).media();
                assertArrayEquals(
                        upscaled.get(i % COUNT), streams.media("cam", media).orElseThrow());
                assertTrue(streams.cachedBytes() <= most);
            }
            assertTrue(
                    streams.media("other", stream.find(Rendition.UPSCALED, 0).media()).isEmpty());
        }
    }

    @Test
    void leaveOutTheSegmentsOfFiles(KafkaAccess access) {
        Topics topics = topics(access, "egress-file");
        Segment part =
                segment("file", 0, originals.get(0)).withPresentation(PresentationRange.from(0));
        TopicWriter.write(
                access,
                List.of(
                        SegmentRecords.toRecord(topics.segments(), 1, part),
                        record(topics.upscaled(), "file", 0, upscaled.get(0)),
                        record(topics.upscaled(), "cam", 0, upscaled.get(0))));

        try (LiveStreams streams = streams(access, topics, 1 << 20)) {
            assertTrue(streams.find("file").isEmpty());
            assertTrue(streams.find("cam").isPresent());
        }
    }

    @Test
    void takeWhatKcatSends(KafkaAccess access) {
        // Given records with nothing but a key, between those of another stream
        Topics topics = topics(access, "egress-kcat");
        List<ProducerRecord<byte[], byte[]>> made = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            for (String key : List.of("cam", "other")) {
                made.add(
                        new ProducerRecord<>(
                                topics.segments(), 0, key.getBytes(UTF_8), originals.get(i)));
            }
        }
        TopicWriter.write(access, made);

        try (LiveStreams streams = streams(access, topics, 1 << 20)) {
            ReadPlaylist read = read(streams.find("cam").orElseThrow(), Rendition.ORIGINAL);

            // Then sequences have gaps, numbers have none, and lengths are measured
            assertEquals(COUNT, read.items().size());
            assertTrue(read.items().get(COUNT - 1).address().startsWith("22.ts"), read.toString());
            assertEquals(COUNT - 1, read.items().get(COUNT - 1).number());
            assertTrue(read.items().stream().noneMatch(ReadPlaylist.Item::gap));
            assertEquals(1.0, read.items().get(3).seconds());
        }
    }

    @Test
    void forgetTheStreamThatIsSilentForLongest(KafkaAccess access) {
        Topics topics = topics(access, "egress-many");
        LiveSettings few = new LiveSettings(Duration.ofSeconds(30), 2, 1 << 20, LARGEST);
        for (String id : List.of("a", "b", "a", "c")) {
            TopicWriter.write(
                    access,
                    List.of(
                            record(
                                    topics.upscaled(),
                                    id,
                                    id.equals("c") ? 0 : 1,
                                    upscaled.get(0))));
        }

        try (LiveStreams streams = new LiveStreams(access, topics, few)) {
            assertTrue(streams.find("c").isPresent());
            assertTrue(streams.find("a").isPresent());
            assertFalse(streams.find("b").isPresent());
        }
    }

    private static Topics topics(KafkaAccess access, String prefix) {
        Topics topics = new Topics(prefix);
        new TopicSetup(access, topics).createMissing(2);
        return topics;
    }

    private static LiveStreams streams(KafkaAccess access, Topics topics, long cacheBytes) {
        return new LiveStreams(
                access, topics, new LiveSettings(Duration.ofSeconds(30), 100, cacheBytes, LARGEST));
    }

    private static ReadPlaylist read(LiveStream stream, Rendition rendition) {
        return ReadPlaylist.of(stream.playlist(rendition).text());
    }

    /** As producers write it and as workers do: the same time on all topics. */
    private static ProducerRecord<byte[], byte[]> record(
            String topic, String id, long sequence, byte[] media) {
        ProducerRecord<byte[], byte[]> made =
                SegmentRecords.toRecord(topic, 0, segment(id, sequence, media));
        return new ProducerRecord<>(
                topic,
                0,
                1_767_323_045_678L + 1_000 * sequence,
                made.key(),
                made.value(),
                made.headers());
    }

    private static Segment segment(String id, long sequence, byte[] media) {
        return new Segment(id, sequence, Container.MPEG_TS, media, 1_000, false, false, null, null);
    }
}
