package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.CodedSettings.Codec;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamPairsTest {

    @Test
    void areCodedAsCoarselyAsAStreamOfH264() throws IOException {
        for (int quantizer : new int[] {22, 30, 38}) {
            // Given
            List<StreamClip> clips = clips("-qp", Integer.toString(quantizer));

            // When
            CodedSettings coding = StreamPairs.codingOf(clips, 2);
            List<ImagePair> pairs =
                    StreamPairs.of(clips, coding.fixed(Codec.H264, coding.crfMin() + 2), 2, 1);

            // Then the small frames have lost about as much as x264 takes at this quantizer
            assertEquals(List.of(Codec.H264), coding.codecs());
            assertEquals(4, coding.crfMax() - coding.crfMin());
            List<Picture> shrunk =
                    clips.get(1).frames().stream().map(f -> Bicubic.shrink(f, 2)).toList();
            double got =
                    VideoCodec.meanQuantizer(
                            shrunk,
                            new VideoCodec.Coding("libx264", "veryfast", coding.crfMin() + 2));
            assertEquals(quantizer, got, 3);
            assertEquals(clips.size() * StreamPairs.KEPT, pairs.size());
        }
    }

    @Test
    void areCodedInTheUsualRangeWhereTheStreamDoesNotTell() throws IOException {
        CodedSettings hevc = StreamPairs.codingOf(clips("-c:v", "libx265"), 2);
        CodedSettings mpeg4 = StreamPairs.codingOf(clips("-c:v", "mpeg4"), 2);

        assertEquals(List.of(Codec.HEVC), hevc.codecs());
        assertEquals(List.of(Codec.H264, Codec.HEVC), mpeg4.codecs());
        assertEquals(18, hevc.crfMin());
        assertEquals(34, hevc.crfMax());
    }

    @Test
    void haveTheStreamsOwnFramesForTruthAndTheSameBytesForTheSameSeed() throws IOException {
        // Given
        List<StreamClip> clips = clips("-crf", "20");
        CodedSettings coding = StreamPairs.codingAt(clips, 24);

        // When
        List<ImagePair> pairs = StreamPairs.of(clips, coding, 2, 5);
        List<ImagePair> again = StreamPairs.of(clips.subList(1, 2), coding, 2, 5);

        // Then
        for (int i = 0; i < pairs.size(); i++) {
            Picture truth = pairs.get(i).high();
            StreamClip clip = clips.get(i / StreamPairs.KEPT);
            assertTrue(clip.frames().contains(truth));
            assertNotSame(clip.frames().get(0), truth, "coded alone");
            assertEquals(truth.width(), 2 * pairs.get(i).low().width());
            assertFalse(
                    Arrays.equals(
                            Bicubic.shrink(truth, 2).samples(), pairs.get(i).low().samples()));
        }
        for (int i = 0; i < again.size(); i++) {
            assertArrayEquals(
                    pairs.get(StreamPairs.KEPT + i).low().samples(), again.get(i).low().samples());
        }
    }

    private static List<StreamClip> clips(String... encoding) throws IOException {
        byte[] media = TestVideo.moving(320, 240, 32, encoding);
        return SegmentClips.of(new StreamSegment(3, media, nanos -> true), 3, 2, 1);
    }
}
