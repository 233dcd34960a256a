package io.upriver.train;

import io.upriver.data.CodedSettings;
import io.upriver.data.ImagePair;
import io.upriver.data.SegmentClips;
import io.upriver.data.StreamClip;
import io.upriver.data.StreamPairs;
import io.upriver.data.StreamSegment;
import io.upriver.data.TimeSplit;
import io.upriver.learn.Sha256;
import io.upriver.publish.SegmentPlace;
import io.upriver.publish.SegmentTopic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a stream gives to learn from and to judge by: pairs of its own frames, in three parts one
 * after the other in time.
 *
 * @param coding how the small frames were coded
 * @param training pairs to learn from
 * @param validation pairs to see by how it goes
 * @param later pairs to judge by, of frames after all others
 * @param digest over the segments' digests
 * @param firstSequence of the segments
 * @param lastSequence of the segments
 */
record StreamMaterial(
        CodedSettings coding,
        List<ImagePair> training,
        List<ImagePair> validation,
        List<ImagePair> later,
        String digest,
        long firstSequence,
        long lastSequence) {

    /**
     * How to take it.
     *
     * @param frames pairs to make in all; fewer where the stream is short
     * @param laterShare share of them to judge by, above 0 and below 1
     * @param crf rate factor to code with, or null for one by the stream's own quality
     * @param scale by which frames are shrunk
     * @param seed of windows, kept frames and codings
     */
    record Sampling(int frames, double laterShare, @Nullable Integer crf, int scale, long seed) {
        Sampling {
            if (frames < StreamPairs.KEPT * TimeSplit.FEWEST) {
                throw new IllegalArgumentException(
                        "frames: expected at least %d, got %d"
                                .formatted(StreamPairs.KEPT * TimeSplit.FEWEST, frames));
            }
            if (!(laterShare > 0 && laterShare < 1)) {
                throw new IllegalArgumentException(
                        "later: expected a share above 0 and below 1, got " + laterShare);
            }
        }
    }

    /**
     * Takes clips from a stream's segments, evenly, decodes and codes them.
     *
     * @param found the stream's segments in order
     * @throws IllegalStateException if too few of its frames can be used
     */
    static StreamMaterial of(
            String stream, SegmentTopic topic, List<SegmentPlace> found, Sampling sampling)
            throws IOException {
        int wanted = sampling.frames() / StreamPairs.KEPT;
        List<SegmentPlace> places = SegmentPlace.evenly(found, wanted);
        Taking taking = new Taking(places.size(), wanted, sampling);
        topic.read(places, taking);
        List<StreamClip> clips = taking.clips;
        if (clips.size() < TimeSplit.FEWEST) {
            int side = 2 * 32 * sampling.scale();
            throw new IllegalStateException(
                    "stream %s: expected at least %d times %d frames in a row that are progressive, undamaged and at least %dx%d, got %d in %d segments%s"
                            .formatted(
                                    stream,
                                    TimeSplit.FEWEST,
                                    SegmentClips.FRAMES,
                                    side,
                                    side,
                                    clips.size(),
                                    places.size(),
                                    taking.trouble));
        }
        TimeSplit split = TimeSplit.of(clips, sampling.laterShare());
        int scale = sampling.scale();
        CodedSettings coding =
                sampling.crf() == null
                        ? StreamPairs.codingOf(split.training(), scale)
                        : StreamPairs.codingAt(split.training(), sampling.crf());
        return new StreamMaterial(
                coding,
                StreamPairs.of(split.training(), coding, scale, sampling.seed()),
                StreamPairs.of(split.validation(), coding, scale, sampling.seed()),
                StreamPairs.of(split.later(), coding, scale, sampling.seed()),
                digest(places),
                split.training().get(0).sequence(),
                split.later().get(split.later().size() - 1).sequence());
    }

    private static String digest(List<SegmentPlace> places) {
        List<String> digests = places.stream().map(SegmentPlace::digest).toList();
        return Sha256.of(String.join("", digests).getBytes(StandardCharsets.US_ASCII));
    }

    /** Clips of one segment after the other. */
    private static final class Taking implements SegmentTopic.Taker {
        private final List<StreamClip> clips = new ArrayList<>();
        private final int segments;
        private final int wanted;
        private final Sampling sampling;
        private int taken;
        private String trouble = "";

        private Taking(int segments, int wanted, Sampling sampling) {
            this.segments = segments;
            this.wanted = wanted;
            this.sampling = sampling;
        }

        @Override
        public void take(StreamSegment segment) throws IOException {
            int share = SegmentClips.share(taken++, segments, wanted);
            try {
                clips.addAll(SegmentClips.of(segment, share, sampling.scale(), sampling.seed()));
            } catch (IllegalStateException e) { // one bad segment does not spoil the others
                trouble =
                        "; segment %d cannot be decoded: %s"
                                .formatted(segment.sequence(), e.getMessage());
            }
        }
    }

    /** Such as "H264 crf 21 to 25". */
    String codingWords() {
        return String.format(
                Locale.ROOT,
                "%s crf %d to %d",
                String.join(
                        " and ", coding.codecs().stream().map(CodedSettings.Codec::name).toList()),
                coding.crfMin(),
                coding.crfMax());
    }

    /** Such as "segments 0 to 6". */
    String segmentWords() {
        return firstSequence == lastSequence
                ? "segment " + firstSequence
                : "segments " + firstSequence + " to " + lastSequence;
    }
}
