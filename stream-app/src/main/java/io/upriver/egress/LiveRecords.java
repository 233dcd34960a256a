package io.upriver.egress;

import io.upriver.egress.LiveSegment.Absence;
import io.upriver.egress.LiveSegment.Media;
import io.upriver.media.InitSection;
import io.upriver.media.LargestPicture;
import io.upriver.media.MediaException;
import io.upriver.media.SegmentFacts;
import io.upriver.schemas.Container;
import io.upriver.schemas.MalformedRecordException;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records of the topics as segments of a playlist. */
final class LiveRecords {

    private LiveRecords() {}

    /**
     * A segment that came in, or that a worker has made.
     *
     * @param given its record
     * @param segment what is in the record
     * @param largest the largest pictures that are looked at
     */
    static LiveSegment of(
            ConsumerRecord<byte[], byte[]> given, Segment segment, LargestPicture largest) {
        byte[] data = segment.data();
        if (segment.container() == Container.MATROSKA) {
            return absent(
                    given,
                    segment,
                    new Absence(
                            true,
                            "HLS cannot carry Matroska; send MPEG-TS or fragmented MP4, or set the stream's container to mpegts or fmp4"));
        }
        InitSection init = null;
        if (segment.container() == Container.MP4) {
            init = InitSection.of(data);
            if (init == null) {
                return absent(
                        given,
                        segment,
                        new Absence(
                                true,
                                "HLS cannot carry MP4 without fragments; send fragmented MP4 with its init section in front, or MPEG-TS"));
            }
        }
        try {
            SegmentFacts facts = SegmentFacts.of(data, largest);
            Place place = new Place(given.topic(), given.partition(), given.offset());
            return new LiveSegment(
                    segment.sequence(),
                    given.timestamp(),
                    segment.durationMillis() > 0
                            ? segment.durationMillis()
                            : facts.durationMillis(),
                    segment.discontinuity(),
                    segment.endOfStream(),
                    new Media(place, segment.container(), data.length, facts, init),
                    null);
        } catch (MediaException e) {
            return absent(given, segment, new Absence(false, e.getMessage()));
        }
    }

    private static LiveSegment absent(
            ConsumerRecord<byte[], byte[]> given, Segment segment, Absence absence) {
        return new LiveSegment(
                segment.sequence(),
                given.timestamp(),
                segment.durationMillis(),
                segment.discontinuity(),
                segment.endOfStream(),
                null,
                absence);
    }

    /** A segment that a worker has rejected. */
    static LiveSegment rejected(ConsumerRecord<byte[], byte[]> given, Rejection rejection) {
        Absence absence =
                new Absence(
                        false,
                        "rejected (%s): %s"
                                .formatted(rejection.code().wireName(), rejection.message()));
        try {
            // its headers are still those that it came with
            Segment segment =
                    SegmentRecords.fromRecord(
                            given.key(), given.value(), given.headers(), rejection.sequence());
            return absent(given, segment, absence);
        } catch (MalformedRecordException e) {
            return new LiveSegment(
                    rejection.sequence(), given.timestamp(), 0, false, false, null, absence);
        }
    }
}
