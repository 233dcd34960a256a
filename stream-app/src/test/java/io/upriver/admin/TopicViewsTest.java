package io.upriver.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.kafka.TopicSetup;
import io.upriver.kafka.TopicWriter;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class TopicViewsTest {

    @Test
    void sayTheSameInEveryProcessAsSoonAsOneHasChangedSomething(KafkaAccess access) {
        // Given
        Topics topics = new Topics("views");
        new TopicSetup(access, topics).createMissing(2);
        StreamAdmin admin = new StreamAdmin(access, topics);
        try (TopicViews one = new TopicViews(access, topics);
                TopicViews other = new TopicViews(access, topics)) {
            for (int scale = 1; scale <= 4; scale++) {
                StreamSettings wanted = StreamSettings.DEFAULT.withScale(scale);

                // When
                admin.set("cam", wanted);

                // Then
                assertEquals(wanted, one.streams().stream("cam").orElseThrow().settings());
                assertEquals(wanted, other.streams().stream("cam").orElseThrow().settings());
            }
            admin.reset("cam");
            assertTrue(other.streams().stream("cam").isEmpty());
        }
    }

    @Test
    void countWhatWaitsByPartition(KafkaAccess access) {
        Topics topics = new Topics("views-backlog");
        TopicSetup setup = new TopicSetup(access, topics);
        setup.createMissing(2);
        for (int i = 0; i < 3; i++) {
            TopicWriter.write(
                    access, List.of(new ProducerRecord<>(topics.segments(), 1, null, new byte[1])));
        }

        assertEquals(Map.of(0, 0L, 1, 3L), setup.backlogOf("nobody-of-this-group"));
    }

    @Test
    void forgetWhatIsGoneWhenTheirTopicIsReadAgain() {
        // Given a topic that was read to its end
        StreamsView streams = new StreamsView();
        ModelsView models = new ModelsView();
        for (int offset = 0; offset < 3; offset++) {
            streams.settings(given(offset, "cam-" + offset, "{}"));
            models.model(given(offset, "channel-" + offset, "a file"));
        }

        // When it is read again, after compaction
        streams.settings(given(2, "cam-2", "{}"));
        models.model(given(2, "channel-2", "a file"));

        // Then
        assertTrue(streams.stream("cam-2").isPresent());
        assertFalse(streams.stream("cam-1").isPresent());
        assertEquals(
                List.of("channel-2"),
                models.channels().stream().map(ModelsView.Channel::name).toList());
    }

    @Test
    void knowNoMoreThanTheNewest() {
        LastOnes<String, Integer> last = new LastOnes<>(2);
        last.put("a", 1);
        last.put("b", 2);
        last.put("a", 3);
        last.put("c", 4);

        assertEquals(Map.of("a", 3, "c", 4), last);
    }

    private static ConsumerRecord<byte[], byte[]> given(long offset, String key, String value) {
        return new ConsumerRecord<>("topic", 0, offset, key.getBytes(UTF_8), value.getBytes(UTF_8));
    }
}
