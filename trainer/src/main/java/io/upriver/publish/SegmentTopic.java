package io.upriver.publish;

import io.upriver.data.StreamSegment;
import io.upriver.learn.Sha256;
import io.upriver.schemas.MalformedRecordException;
import io.upriver.schemas.PresentationRange;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The segments topic, read for one stream: first where its segments are, then the media of some of
 * them, one at a time, so that a long stream needs no more memory than a short one. Sees committed
 * records only, belongs to no group and changes nothing.
 *
 * <p>Used by one thread at a time; Kafka's failures are as {@link ModelTopic} has them.
 */
public final class SegmentTopic {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int OTHERS_NAMED = 5;

    private final Cluster cluster;
    private final String name;

    /** How far back to look, and for how long to wait. */
    public record Search(Duration back, Duration patience, int enough) {
        /**
         * @param back records that are older are left out
         * @param patience no search takes longer
         * @param enough segments after which what is still to come is not waited for, 1 or more
         */
        public Search {
            if (back.isNegative() || back.isZero() || patience.isNegative() || patience.isZero()) {
                throw new IllegalArgumentException(
                        "search: expected times above 0, got %s back and %s to wait"
                                .formatted(back, patience));
            }
        }
    }

    /** Takes a segment's media. */
    public interface Taker {
        void take(StreamSegment segment) throws IOException;
    }

    /**
     * @param bootstrapServers {@code host:port}, several separated by commas
     * @param properties more properties of Kafka's clients
     */
    public SegmentTopic(String bootstrapServers, Map<String, String> properties, Topics topics) {
        this.cluster = new Cluster(bootstrapServers, properties);
        this.name = topics.segments();
    }

    /**
     * Finds a stream's segments, in their order: those that are there, and as long as these are not
     * enough and none of them is the stream's last, those that come.
     *
     * @return one or more
     * @throws IllegalStateException if there is none, saying what was there
     */
    public List<SegmentPlace> find(String stream, Search search) {
        try (Consumer<byte[], byte[]> reader = cluster.reader()) {
            List<TopicPartition> partitions = Cluster.partitions(reader, name);
            if (partitions.isEmpty()) {
                throw new IllegalStateException(
                        "expected a topic %s with the stream's segments, got none".formatted(name));
            }
            reader.assign(partitions);
            Cluster.seek(reader, System.currentTimeMillis() - search.back().toMillis());
            Finding finding = new Finding(stream);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            long begin = System.nanoTime();
            while (System.nanoTime() - begin < search.patience().toNanos()
                    && !(hasReached(reader, ends) && finding.suffices(search.enough()))) {
                ConsumerRecords<byte[], byte[]> records = reader.poll(POLL);
                records.forEach(finding::look);
            }
            return finding.found(search);
        } catch (KafkaException e) {
            throw cluster.failed("give the records of topic " + name, e);
        }
    }

    private static boolean hasReached(
            Consumer<byte[], byte[]> reader, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> reader.position(end.getKey()) >= end.getValue());
    }

    /** What was seen of a stream. */
    private final class Finding {
        private final String stream;
        private final List<SegmentPlace> places = new ArrayList<>();
        private final Set<String> others = new TreeSet<>();
        private long otherRecords;
        private String malformed = "";

        private Finding(String stream) {
            this.stream = stream;
        }

        void look(ConsumerRecord<byte[], byte[]> given) {
            try {
                Segment segment =
                        SegmentRecords.fromRecord(
                                given.key(), given.value(), given.headers(), given.offset());
                if (segment.streamId().equals(stream)) {
                    places.add(place(given, segment));
                } else {
                    pass(segment.streamId());
                }
            } catch (MalformedRecordException e) {
                if (Arrays.equals(stream.getBytes(StandardCharsets.UTF_8), given.key())) {
                    malformed = "; of this stream a record that is no segment: " + e.getMessage();
                } else {
                    pass("records that are no segments");
                }
            }
        }

        private void pass(String other) {
            otherRecords++;
            if (others.size() < OTHERS_NAMED) {
                others.add(other);
            }
        }

        boolean suffices(int enough) {
            List<SegmentPlace> inOrder = SegmentPlace.inOrder(places);
            return inOrder.size() >= enough
                    || (!inOrder.isEmpty() && inOrder.get(inOrder.size() - 1).isLast());
        }

        List<SegmentPlace> found(Search search) {
            List<SegmentPlace> inOrder = SegmentPlace.inOrder(places);
            if (inOrder.isEmpty()) {
                throw new IllegalStateException(
                        "expected segments of stream %s on topic %s from the last %s or within %s, got none%s%s"
                                .formatted(
                                        stream,
                                        name,
                                        words(search.back()),
                                        words(search.patience()),
                                        otherRecords == 0
                                                ? ""
                                                : " among %d records of %s"
                                                        .formatted(
                                                                otherRecords,
                                                                String.join(", ", others)),
                                        malformed));
            }
            return inOrder;
        }
    }

    private static String words(Duration time) {
        return time.toSeconds() % 60 == 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
    }

    private static SegmentPlace place(ConsumerRecord<byte[], byte[]> given, Segment segment) {
        return new SegmentPlace(
                given.partition(),
                given.offset(),
                given.timestamp(),
                segment.sequence(),
                segment.presentation(),
                Sha256.of(segment.data()),
                segment.endOfStream());
    }

    /**
     * Reads segments again, one after the other. What the topic has dropped meanwhile is left out.
     *
     * @param places as {@link #find} found them
     */
    public void read(List<SegmentPlace> places, Taker taker) throws IOException {
        try (Consumer<byte[], byte[]> reader = cluster.reader()) {
            for (SegmentPlace place : places) {
                TopicPartition partition = new TopicPartition(name, place.partition());
                reader.assign(List.of(partition));
                reader.seek(partition, place.offset());
                byte[] media = next(reader, partition, place.offset());
                if (media != null) {
                    PresentationRange range = place.presentation();
                    taker.take(
                            new StreamSegment(
                                    place.sequence(),
                                    media,
                                    nanos -> range == null || range.contains(nanos)));
                }
            }
        } catch (KafkaException e) {
            throw cluster.failed("give the records of topic " + name, e);
        }
    }

    /** The value at an offset; null where there is none any more. */
    private static byte[] next(
            Consumer<byte[], byte[]> reader, TopicPartition partition, long offset) {
        long begin = System.nanoTime();
        while (reader.position(partition) <= offset
                && System.nanoTime() - begin < Cluster.PATIENCE_MILLIS * 1_000_000L) {
            for (ConsumerRecord<byte[], byte[]> given : reader.poll(POLL).records(partition)) {
                return given.offset() == offset ? given.value() : null;
            }
        }
        return null;
    }
}
