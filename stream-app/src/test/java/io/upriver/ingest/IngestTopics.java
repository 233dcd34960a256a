package io.upriver.ingest;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicReader;
import io.upriver.kafka.TopicSetup;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.util.ArrayList;
import java.util.List;

/** Topics of a test's own on the shared broker, and the segments that are in them. */
final class IngestTopics {

    private IngestTopics() {}

    static Topics create(KafkaAccess access, String prefix, int partitions) {
        Topics topics = new Topics(prefix);
        new TopicSetup(access, topics).createMissing(partitions);
        return topics;
    }

    /** All that are there now. */
    static List<Segment> segments(KafkaAccess access, Topics topics) {
        List<Segment> segments = new ArrayList<>();
        TopicReader.readAll(
                access,
                topics.segments(),
                given ->
                        segments.add(
                                SegmentRecords.fromRecord(
                                        given.key(), given.value(), given.headers(), 0)));
        return segments;
    }
}
