package io.upriver.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * JSON that version 1 wrote is still read, and means the same.
 *
 * <p>The files in {@code src/test/resources/v1} are never changed: what may lie on somebody's topic
 * lies there too.
 */
class GoldenJsonTest {

    private static final long NEW_YEAR_2026 = 1767225600000L;

    private static <T> T read(String file, Function<byte[], T> reader) throws IOException {
        try (var in = GoldenJsonTest.class.getResourceAsStream("/v1/" + file)) {
            assertNotNull(in, file);
            return reader.apply(in.readAllBytes());
        }
    }

    @Test
    void readsStreamSettingsOfVersion1() throws IOException {
        assertEquals(
                StreamSettings.DEFAULT
                        .withScale(4)
                        .withModel("anime")
                        .withEncoding(
                                VideoEncoding.of(StreamSettings.Codec.HEVC)
                                        .withEncoder("hevc_nvenc")
                                        .withCrf(23)
                                        .withPreset("p4")),
                read("stream-settings.json", StreamSettings::fromJson));
    }

    @Test
    void readsStreamSettingsOfVersion1WithTheDefaultsOfVersion1() throws IOException {
        assertEquals(
                StreamSettings.DEFAULT.withScale(3),
                read("stream-settings-partial.json", StreamSettings::fromJson));
    }

    @Test
    void readsAReportOfVersion1AboutAnUpscaledSegment() throws IOException {
        // Given
        Outcome outcome =
                new Outcome(
                        Outcome.Method.NETWORK,
                        null,
                        null,
                        null,
                        "sha256:0badc0de",
                        2,
                        60,
                        1,
                        0,
                        0,
                        List.of(),
                        80,
                        900,
                        310,
                        950,
                        "worker-1");

        // Then
        assertEquals(
                new SegmentReport(
                        "cam-7",
                        1042,
                        outcome,
                        null,
                        null,
                        null,
                        250_000,
                        900_000,
                        null,
                        NEW_YEAR_2026),
                read("segment-report-upscaled.json", SegmentReport::fromJson));
    }

    @Test
    void readsStreamSettingsWithADeadline() throws IOException {
        assertEquals(
                StreamSettings.DEFAULT.withModel("base").withDeadlineMillis(2000),
                read("stream-settings-deadline.json", StreamSettings::fromJson));
    }

    @Test
    void readsAReportAboutASegmentThatWasDoneByAShortcut() throws IOException {
        // Given
        String why =
                "behind schedule: base had 2 of 60 frames after 200 ms, with 1600 ms left";
        Outcome outcome =
                new Outcome(
                        Outcome.Method.PASSTHROUGH,
                        why,
                        null,
                        new Shortcut("base", Shortcut.Code.GIVEN_UP, why),
                        null,
                        1,
                        60,
                        0,
                        0,
                        0,
                        List.of(new PictureSize(640, 360)),
                        0,
                        0,
                        0,
                        204,
                        "worker-1");

        // Then
        assertEquals(
                new SegmentReport(
                        "cam-7",
                        1043,
                        outcome,
                        null,
                        null,
                        null,
                        250_000,
                        250_000,
                        NEW_YEAR_2026 - 1000,
                        NEW_YEAR_2026),
                read("segment-report-shortcut.json", SegmentReport::fromJson));
    }

    @Test
    void readsAReportOfVersion1AboutARejectedRecord() throws IOException {
        // Given
        Rejection rejection =
                new Rejection(
                        Rejection.Code.MALFORMED_RECORD,
                        "an unnamed stream segment 7: expected the stream id as the key or in"
                                + " ce_subject, got neither",
                        null,
                        7,
                        "worker-1");

        // Then
        assertEquals(
                SegmentReport.rejected(rejection, 188, null, NEW_YEAR_2026),
                read("segment-report-rejected.json", SegmentReport::fromJson));
    }

    @Test
    void readsARejectionOfVersion1() throws IOException {
        assertEquals(
                new Rejection(
                        Rejection.Code.UNREADABLE_MEDIA,
                        "stream cam-7 segment 1042: expected a video packet, got the end of the"
                                + " data",
                        "cam-7",
                        1042,
                        "worker-1"),
                read("rejection.json", Rejection::fromJson));
    }

    @Test
    void readsAModelStatusOfVersion1() throws IOException {
        assertEquals(
                new ModelStatus(
                        "worker-1",
                        "default",
                        "sha256:0badc0de",
                        ModelStatus.State.REFUSED,
                        "upriver.scale: expected 1 to 8, got 16",
                        0,
                        NEW_YEAR_2026),
                read("model-status.json", ModelStatus::fromJson));
    }

    @Test
    void readsAModelStatusOfVersion1AboutAWithdrawnModel() throws IOException {
        assertEquals(
                new ModelStatus(
                        "worker-1",
                        "default",
                        null,
                        ModelStatus.State.WITHDRAWN,
                        null,
                        0,
                        NEW_YEAR_2026),
                read("model-status-withdrawn.json", ModelStatus::fromJson));
    }
}
