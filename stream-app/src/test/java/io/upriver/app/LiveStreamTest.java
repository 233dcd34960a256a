package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.egress.UpscaledReader;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.media.Clips;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.Topics;
import io.upriver.schemas.VideoEncoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stream of a hundred short segments, as a live encoder makes them, through a broker and a
 * worker.
 */
@ExtendWith(SharedBroker.class)
class LiveStreamTest {

    private static final Topics TOPICS = new Topics("live");
    private static final int SEGMENTS = 100;

    @TempDir static Path directory;

    @Test
    @SuppressWarnings("try") // the worker is only there to work
    @Timeout(120)
    void aHundredSegmentsPutTogetherPlayAsOneStream(KafkaAccess access) throws Exception {
        // Given 100 segments of 8 pictures with sound, B-frames and a key picture each
        Path clip =
                Clips.make(
                        directory.resolve("clip.ts"),
                        "-f lavfi -i testsrc2=size=128x72:rate=25:duration=32,format=yuv420p -f lavfi"
                                + " -i sine=duration=32 -c:v libx264 -preset veryfast -bf 2 -x264-params"
                                + " keyint=8:min-keyint=8:scenecut=0 -c:a aac");
        Clips.make(
                directory.resolve("part%03d.ts"),
                clip,
                "-copyts -i FILE -c copy -f segment -segment_time 0.3 -break_non_keyframes 0");
        List<Path> parts = parts();
        assertEquals(SEGMENTS, parts.size());
        ByteArrayOutputStream original = new ByteArrayOutputStream();
        parts.forEach(part -> original.writeBytes(Clips.bytes(part)));
        Path before = Clips.write(directory.resolve("before.ts"), original.toByteArray());

        // When they go through the worker
        ByteArrayOutputStream upscaled = new ByteArrayOutputStream();
        try (LocalWorker worker =
                        new LocalWorker(
                                access, TOPICS, "live", directory.resolve("state"), 1 << 20);
                UpscaledReader reader =
                        new UpscaledReader("cam", TOPICS, LocalWorker.PARTITIONS, access);
                Producer<byte[], byte[]> producer = access.producer()) {
            StreamSettings settings =
                    StreamSettings.DEFAULT
                            .withModel("none")
                            .withEncoding(VideoEncoding.of(Codec.H264).withPreset("veryfast"));
            send(
                    producer,
                    new ProducerRecord<>(
                            TOPICS.streams(),
                            "cam".getBytes(StandardCharsets.UTF_8),
                            settings.toJson()));
            for (int i = 0; i < parts.size(); i++) {
                Segment segment =
                        new Segment(
                                "cam",
                                i,
                                Container.MPEG_TS,
                                Clips.bytes(parts.get(i)),
                                320,
                                false,
                                i == SEGMENTS - 1,
                                null,
                                null);
                send(producer, SegmentRecords.toRecord(TOPICS.segments(), 0, segment));
            }
            while (reader.handedOn() < SEGMENTS) {
                reader.poll(
                        Duration.ofMillis(200),
                        arrival -> {},
                        arrival -> upscaled.writeBytes(arrival.segment().data()));
            }
        }
        Path whole = Clips.write(directory.resolve("whole.ts"), upscaled.toByteArray());

        // Then there is every picture at its time, every packet of sound, decoding times that
        // grow, and nothing that seems to be lost between two segments
        assertEquals(Clips.frameSeconds(before), Clips.frameSeconds(whole));
        assertEquals(Clips.packetHashes(before).get(1), Clips.packetHashes(whole).get(1));
        for (String track : List.of("v:0", "a:0")) {
            List<Long> times = Clips.packets(whole, track, "dts");
            for (int i = 1; i < times.size(); i++) {
                assertTrue(times.get(i) > times.get(i - 1), track + " packet " + i);
            }
        }
        assertEquals(List.of(), Clips.warnings(whole, "-i FILE -f null -"));
    }

    private static void send(
            Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> message)
            throws Exception {
        producer.send(message).get();
    }

    private static List<Path> parts() {
        try (Stream<Path> files = Files.list(directory)) {
            return new ArrayList<>(
                    files.filter(file -> file.getFileName().toString().startsWith("part"))
                            .sorted()
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
