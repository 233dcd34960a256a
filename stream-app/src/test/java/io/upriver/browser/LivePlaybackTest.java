package io.upriver.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.upriver.api.ApiBroker;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicWriter;
import io.upriver.media.LiveClip;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stream that is sent a second at a time, upscaled by the running service and played from it by
 * hls.js in Chromium, on a page of another origin. Only with the profile {@code browser}.
 */
@QuarkusTest
@QuarkusTestResource(ApiBroker.class)
@Tag("browser")
class LivePlaybackTest {

    private static final int COUNT = 40;
    private static final int AHEAD = 8;
    private static final double SLACK_SECONDS = 5;

    @TestHTTPResource("/live/")
    URI live;

    @Inject KafkaAccess access;
    @Inject Topics topics;
    @TempDir Path directory;

    @Test
    @Timeout(150)
    void playsFromTheServiceWithoutAStall() throws Exception {
        // Given a transport stream and fragments that are there for some seconds
        List<Container> containers = List.of(Container.MPEG_TS, Container.MP4);
        List<List<byte[]>> clips = new ArrayList<>();
        for (Container container : containers) {
            clips.add(
                    LiveClip.segments(
                            directory.resolve(container.name()),
                            container,
                            LiveClip.input(192, 108, COUNT) + LiveClip.H264));
        }
        send(containers, clips, 0, AHEAD);
        Thread sender = new Thread(() -> sendTheRest(containers, clips));
        try (HlsServer pages = new HlsServer(new HlsStream(Container.MPEG_TS, List.of()), 1)) {
            List<String> urls = new ArrayList<>();
            for (Container container : containers) {
                String source = live + container.wireName() + "/upscaled/index.m3u8";
                urls.add(pages.page(source));
            }
            sender.start();

            // When
            List<Playback> playbacks =
                    Playback.of(urls, Duration.ofSeconds(COUNT + (long) (4 * SLACK_SECONDS)));

            // Then
            for (Playback playback : playbacks) {
                System.out.println("from the service: " + playback);
                assertEquals(List.of(), playback.errors());
                // hls.js 1.4 notes as a warning by which it shifts its next blocking reload.
                assertEquals(
                        List.of(),
                        playback.warnings().stream()
                                .filter(words -> !words.contains("CDN Tune-in goal increased"))
                                .toList());
                assertTrue(playback.ended(), () -> "at " + playback.position());
                assertEquals(384, playback.width());
                assertEquals(216, playback.height());
                assertEquals(COUNT, playback.position(), 0.2);
                assertTrue(
                        playback.longestHalt() <= 1,
                        () -> "stood still for %.2f s".formatted(playback.longestHalt()));
                assertEquals(1, playback.buffered().size(), () -> "" + playback.buffered());
            }
        } finally {
            sender.join();
        }
    }

    /** By the clock, so that a slow broker does not slow the stream down. */
    private void sendTheRest(List<Container> containers, List<List<byte[]>> clips) {
        long begin = System.nanoTime();
        try {
            for (int i = AHEAD; i < COUNT; i++) {
                long due = begin + (i - AHEAD + 1) * 1_000_000_000L;
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                send(containers, clips, i, i + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(List<Container> containers, List<List<byte[]>> clips, int from, int to) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = from; i < to; i++) {
            for (int stream = 0; stream < clips.size(); stream++) {
                Container container = containers.get(stream);
                Segment segment =
                        new Segment(
                                container.wireName(),
                                i,
                                container,
                                clips.get(stream).get(i),
                                1_000,
                                false,
                                i == COUNT - 1,
                                null,
                                null);
                records.add(SegmentRecords.toRecord(topics.segments(), null, segment));
            }
        }
        TopicWriter.write(access, records);
    }
}
