package io.upriver.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.kafka.CloudEventDeserializer;
import io.cloudevents.kafka.CloudEventSerializer;
import java.net.URI;
import java.time.OffsetDateTime;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** The oracle is the CloudEvents project's own serializer and deserializer for Kafka. */
class CloudEventsInteroperabilityTest {

    @Test
    void writesEventsThatTheCloudEventsLibraryReads() {
        // Given a thousand segments of every shape
        Samples samples = new Samples(11);
        try (var deserializer = new CloudEventDeserializer()) {
            for (int i = 0; i < 1000; i++) {
                Segment segment = samples.segment();
                var record = SegmentRecords.toRecord("t", null, segment);

                // When
                CloudEvent event = deserializer.deserialize("t", record.headers(), record.value());

                // Then
                assertEquals(SpecVersion.V1, event.getSpecVersion());
                assertEquals("io.upriver.segment.v1", event.getType());
                assertEquals(URI.create("/upriver"), event.getSource());
                assertEquals(segment.streamId() + "/" + segment.sequence(), event.getId());
                assertEquals(segment.streamId(), event.getSubject());
                assertEquals(segment.streamId(), event.getExtension("partitionkey"));
                assertEquals(
                        segment.sequence(),
                        Long.parseLong((String) event.getExtension("sequence")));
                assertEquals(segment.container().contentType(), event.getDataContentType());
                assertEquals(segment.traceparent(), event.getExtension("traceparent"));
                assertArrayEquals(segment.data(), event.getData().toBytes());
            }
        }
    }

    @Test
    void readsEventsThatTheCloudEventsLibraryWrites() {
        // Given an event of another producer, with attributes of the types it has there
        byte[] data = "\0\0\0\u0018ftypisom".getBytes(UTF_8);
        CloudEvent event =
                CloudEventBuilder.v1()
                        .withId("7f0c")
                        .withSource(URI.create("https://cameras.example/7"))
                        .withType("io.upriver.segment.v1")
                        .withSubject("cam-7")
                        .withTime(OffsetDateTime.parse("2026-01-01T00:00:00Z"))
                        .withData("video/mp4", data)
                        .withExtension("sequence", "1042")
                        .withExtension("segmentdurationms", 2000)
                        .withExtension("discontinuity", true)
                        .withExtension("endofstream", false)
                        .withExtension("presentationstart", 40_000_000L)
                        .withExtension("elsewhere", "unknown here")
                        .build();
        Headers headers = new RecordHeaders();
        byte[] value;
        try (var serializer = new CloudEventSerializer()) {
            value = serializer.serialize("t", headers, event);
        }

        // When
        Segment segment = SegmentRecords.fromRecord(null, value, headers, 0);

        // Then
        assertEquals(
                new Segment(
                        "cam-7",
                        1042,
                        Container.MP4,
                        data,
                        2000,
                        true,
                        false,
                        PresentationRange.from(40_000_000),
                        null),
                segment);
    }

    @Test
    void writesOutcomeAndRejectionAsAttributesTheLibraryReads() {
        // Given a record that says all there is to say
        Samples samples = new Samples(13);
        Outcome outcome = samples.outcome();
        Rejection rejection = samples.rejection();
        var record = SegmentRecords.toRecord("t", null, samples.segment());
        outcome.writeTo(record.headers());
        rejection.writeTo(record.headers());

        // When
        CloudEvent event;
        try (var deserializer = new CloudEventDeserializer()) {
            event = deserializer.deserialize("t", record.headers(), record.value());
        }

        // Then
        assertEquals(outcome.method().wireName(), event.getExtension("upscaled"));
        assertEquals(outcome.worker(), event.getExtension("worker"));
        assertEquals(new String(rejection.toJson(), UTF_8), event.getExtension("rejection"));
    }
}
