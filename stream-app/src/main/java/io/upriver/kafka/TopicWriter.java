package io.upriver.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RetriableException;

/** Writes a few records, once, with a producer for each call. */
public final class TopicWriter {

    private TopicWriter() {}

    /**
     * Writes records one after the other, and returns when the brokers have all of them.
     *
     * @return where each of them is
     * @throws KafkaUnreachableException if the broker does not answer
     * @throws IllegalStateException if it does not take one; those before it are written
     */
    public static List<RecordMetadata> write(
            KafkaAccess access, List<ProducerRecord<byte[], byte[]>> records) {
        List<RecordMetadata> places = new ArrayList<>();
        try (Producer<byte[], byte[]> producer = access.producer()) {
            for (ProducerRecord<byte[], byte[]> made : records) {
                places.add(producer.send(made).get());
            }
            return places;
        } catch (ExecutionException e) {
            String topic = records.get(places.size()).topic();
            String reason = e.getCause().getMessage();
            if (e.getCause() instanceof RetriableException) {
                throw new KafkaUnreachableException(
                        "topic %s at %s cannot be written to: %s"
                                .formatted(topic, access.bootstrapServers(), reason),
                        e.getCause());
            }
            throw new IllegalStateException(
                    "topic %s does not take it: %s".formatted(topic, reason), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while writing", e);
        }
    }
}
