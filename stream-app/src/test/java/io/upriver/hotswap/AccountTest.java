package io.upriver.hotswap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.hotswap.Account.Published;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.kafka.TopicSetup;
import io.upriver.media.Clips;
import io.upriver.schemas.Container;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What bad workers would do, written by hand: each thing is counted where it belongs. */
@ExtendWith(SharedBroker.class)
class AccountTest {

    private static final Topics TOPICS = new Topics("swap-account");
    private static final String FIRST = "f1";
    private static final String BRIGHT = "b2";
    private static final String DARK = "d3";
    private static final Map<String, Published> MODELS =
            Map.of(
                    FIRST, new Published(-1, 0),
                    BRIGHT, new Published(0, 4),
                    DARK, new Published(1, -4));

    @TempDir Path directory;

    private byte[] plain;
    private byte[] bright;
    private byte[] dark;

    @BeforeEach
    void makeClips() {
        plain = clip("plain", "null", 8);
        bright = clip("bright", "lutyuv=y=val+4", 8);
        dark = clip("dark", "lutyuv=y=val-4", 8);
    }

    @Test
    void countsWhatIsNotAsItShouldBe(KafkaAccess access) throws Exception {
        // Given four segments of four streams
        new TopicSetup(access, TOPICS).createMissing(1);
        byte[] half = clip("half", "lutyuv=y='val+4':enable='gte(n,4)'", 8);
        byte[] seven = clip("seven", "null", 7);
        try (LiveLoad load =
                        new LiveLoad(access, TOPICS, 1, Collections.nCopies(4, List.of(plain)));
                Producer<byte[], byte[]> producer = access.producer()) {
            load.start();
            Awaitility.await().until(() -> load.sent() == 16);
            load.end();

            // mixed in its third, and back to an older model in its fourth
            send(producer, 0, 0, bright, BRIGHT);
            send(producer, 0, 1, dark, DARK);
            send(producer, 0, 2, half, DARK);
            send(producer, 0, 3, bright, BRIGHT);

            // one twice, one lost, one by an unknown model, one by none
            send(producer, 1, 0, plain, FIRST);
            send(producer, 1, 0, plain, FIRST);
            send(producer, 1, 2, plain, "unknown");
            send(producer, 1, 3, plain, null);

            // one rejected, one by another model than it says, one without its last picture
            ProducerRecord<byte[], byte[]> rejected = sent(TOPICS.rejected(), 2, 0, plain);
            new Rejection(Rejection.Code.INTERNAL, "no", LiveLoad.stream(2), 0, "worker")
                    .writeTo(rejected.headers());
            producer.send(rejected).get();
            send(producer, 2, 1, bright, DARK);
            send(producer, 2, 2, seven, DARK);
            send(producer, 2, 3, dark, DARK);

            for (int sequence = 0; sequence < 4; sequence++) {
                send(producer, 3, sequence, plain, FIRST);
            }

            // When
            Counts counts = new Account(load, MODELS).read(access, TOPICS);

            // Then
            assertTrue(counts.farthest() > 7.8 && counts.farthest() < 8.3, "" + counts.farthest());
            assertEquals(
                    new Counts(16, 15, 1, 1, 1, 1, 1, 1, 1, 1, 2, 96, counts.farthest(), 15 * 7),
                    counts);
        }
    }

    private byte[] clip(String name, String filter, int pictures) {
        return Clips.bytes(
                Clips.make(
                        directory.resolve(name + ".ts"),
                        Clips.PICTURE
                                + "-vf %s -frames:v %d -c:v libx264 -crf 10 "
                                        .formatted(filter, pictures)));
    }

    private static void send(
            Producer<byte[], byte[]> producer, int stream, long sequence, byte[] data, String model)
            throws Exception {
        ProducerRecord<byte[], byte[]> made = sent(TOPICS.upscaled(), stream, sequence, data);
        new Outcome(
                        model == null ? Outcome.Method.INTERPOLATED : Outcome.Method.NETWORK,
                        model == null ? "asked for" : null,
                        null,
                        null,
                        model,
                        2,
                        8,
                        0,
                        0,
                        0,
                        List.of(),
                        1,
                        2,
                        3,
                        7,
                        "worker")
                .writeTo(made.headers());
        producer.send(made).get();
    }

    private static ProducerRecord<byte[], byte[]> sent(
            String topic, int stream, long sequence, byte[] data) {
        return SegmentRecords.toRecord(
                topic, 0, Segment.of(LiveLoad.stream(stream), sequence, Container.MPEG_TS, data));
    }
}
