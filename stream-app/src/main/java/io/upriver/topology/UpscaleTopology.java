package io.upriver.topology;

import io.upriver.observe.SegmentObserver;
import io.upriver.schemas.Topics;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;

/** Segments in, upscaled out, rejected aside, a report of each. */
public final class UpscaleTopology {

    static final String UPSCALED = "upscaled";
    static final String REJECTED = "rejected";
    static final String REPORTS = "reports";

    private UpscaleTopology() {}

    /**
     * @param maxRecordBytes the largest record that the topics take, all of it
     */
    public static Topology build(
            Topics topics,
            SegmentWork work,
            StreamDirectory streams,
            WorkGate gate,
            SegmentObserver observer,
            int maxRecordBytes) {
        Clock clock = Clock.systemUTC();
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        ByteArraySerializer key = new ByteArraySerializer();
        Serializer<Routed> value = (topic, routed) -> routed.value();
        StreamPartitioner<byte[], Routed> samePartition =
                (topic, k, routed, partitions) -> Optional.of(Set.of(routed.partition()));

        return new Topology()
                .addSource(
                        AutoOffsetReset.earliest(),
                        "segments",
                        new SegmentTime(clock),
                        bytes,
                        bytes,
                        topics.segments())
                .addProcessor(
                        "upscale",
                        () ->
                                new SegmentProcessor(
                                        work, streams, gate, observer, maxRecordBytes, clock),
                        "segments")
                .addSink(UPSCALED, topics.upscaled(), key, value, samePartition, "upscale")
                .addSink(REJECTED, topics.rejected(), key, value, samePartition, "upscale")
                .addSink(REPORTS, topics.reports(), key, value, samePartition, "upscale");
    }
}
