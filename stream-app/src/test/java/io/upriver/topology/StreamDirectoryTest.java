package io.upriver.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.VideoEncoding;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class StreamDirectoryTest {

    private static final StreamSettings ANIME =
            StreamSettings.DEFAULT
                    .withScale(4)
                    .withModel("anime")
                    .withEncoding(VideoEncoding.of(StreamSettings.Codec.AV1));

    private final StreamDirectory streams = new StreamDirectory();

    @Test
    void givesDefaultsToAStreamWithoutSettings() {
        assertEquals(StreamSettings.DEFAULT, streams.of("cam-7"));
    }

    @Test
    void givesAStreamItsLatestSettings() {
        // Given
        streams.accept(record("cam-7", StreamSettings.DEFAULT.toJson()));

        // When
        streams.accept(record("cam-7", ANIME.toJson()));

        // Then
        assertEquals(ANIME, streams.of("cam-7"));
        assertEquals(StreamSettings.DEFAULT, streams.of("cam-8"));
    }

    @Test
    void forgetsSettingsThatWereTakenBack() {
        // Given
        streams.accept(record("cam-7", ANIME.toJson()));

        // When
        streams.accept(record("cam-7", null));

        // Then
        assertEquals(StreamSettings.DEFAULT, streams.of("cam-7"));
    }

    @Test
    void keepsTheSettingsBeforeWhenNewOnesCannotBeRead() {
        // Given
        streams.accept(record("cam-7", ANIME.toJson()));

        // When
        streams.accept(record("cam-7", "{\"scale\": \"big\"}".getBytes(UTF_8)));

        // Then
        assertEquals(ANIME, streams.of("cam-7"));
    }

    @Test
    void ignoresARecordThatNamesNoStream() {
        // When
        streams.accept(new ConsumerRecord<>("test.streams", 0, 0, null, ANIME.toJson()));

        // Then
        assertEquals(StreamSettings.DEFAULT, streams.of("cam-7"));
    }

    private static ConsumerRecord<byte[], byte[]> record(String streamId, byte[] value) {
        return new ConsumerRecord<>("test.streams", 0, 0, streamId.getBytes(UTF_8), value);
    }
}
