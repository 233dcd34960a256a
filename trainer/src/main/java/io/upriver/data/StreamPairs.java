package io.upriver.data;

import io.upriver.data.CodedSettings.Codec;
import io.upriver.data.VideoCodec.Coding;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Pairs out of a stream's own frames: the frame is the truth, and shrunken and coded once more what
 * the network reads. Coded about as coarsely as the stream itself, so that what the network learns
 * to undo on the small frames is what it meets on the frames as they are.
 */
public final class StreamPairs {
    /** Frames of each clip that become pairs. */
    public static final int KEPT = 3;

    private static final int FINEST = 8;
    private static final int COARSEST = 45;
    private static final int SPREAD = 2;
    private static final int MEASURED_CLIPS = 6;
    private static final String PRESET = "veryfast";

    private StreamPairs() {}

    /**
     * How these clips are to be coded. Of H.264 the rate factor, give or take {@value #SPREAD}, at
     * which x264 quantises their shrunken frames as coarsely as the stream's encoder did the frames
     * themselves. Of other codecs, whose decoders do not tell, the range of {@link
     * CodedSettings#defaults()}; by x265 alone for HEVC.
     *
     * @param clips to learn from, one or more
     */
    public static CodedSettings codingOf(List<StreamClip> clips, int scale) {
        CodedSettings usual = CodedSettings.defaults();
        List<StreamClip> telling =
                clips.stream().filter(clip -> clip.quantizer().isPresent()).toList();
        if (telling.size() * 2 > clips.size()) {
            int crf = rateFactor(telling, scale);
            return coded(usual, List.of(Codec.H264), crf - SPREAD, crf + SPREAD);
        }
        boolean hevc = clips.stream().allMatch(clip -> clip.codec().equals("hevc"));
        List<Codec> codecs = hevc ? List.of(Codec.HEVC) : usual.codecs();
        return coded(usual, codecs, usual.crfMin(), usual.crfMax());
    }

    /** The same at one rate factor. */
    public static CodedSettings codingAt(List<StreamClip> clips, int crf) {
        boolean hevc = clips.stream().allMatch(clip -> clip.codec().equals("hevc"));
        return coded(CodedSettings.defaults(), List.of(hevc ? Codec.HEVC : Codec.H264), crf, crf);
    }

    private static CodedSettings coded(
            CodedSettings usual, List<Codec> codecs, int crfMin, int crfMax) {
        return new CodedSettings(
                codecs,
                crfMin,
                crfMax,
                usual.presets(),
                usual.clipsPerPicture(),
                SegmentClips.FRAMES,
                KEPT,
                usual.windowSide());
    }

    /** The highest that does not quantise more coarsely than the stream: by halving the range. */
    private static int rateFactor(List<StreamClip> clips, int scale) {
        List<StreamClip> some = evenly(clips, MEASURED_CLIPS);
        double wanted =
                some.stream()
                        .mapToDouble(clip -> clip.quantizer().orElseThrow())
                        .average()
                        .orElseThrow();
        List<List<Picture>> shrunk =
                some.stream()
                        .map(
                                clip ->
                                        clip.frames().stream()
                                                .map(frame -> Bicubic.shrink(frame, scale))
                                                .toList())
                        .toList();
        int low = FINEST + SPREAD;
        int high = COARSEST - SPREAD;
        while (low < high) {
            Coding coding = new Coding(Codec.H264.encoder(), PRESET, (low + high + 1) / 2);
            double got =
                    shrunk.stream()
                            .mapToDouble(frames -> VideoCodec.meanQuantizer(frames, coding))
                            .average()
                            .orElseThrow();
            if (got <= wanted) {
                low = coding.crf();
            } else {
                high = coding.crf() - 1;
            }
        }
        return low;
    }

    private static <T> List<T> evenly(List<T> all, int most) {
        int count = Math.min(all.size(), most);
        List<T> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(all.get((int) ((long) all.size() * (2 * i + 1) / (2L * count))));
        }
        return some;
    }

    /**
     * Codes the clips. The same arguments give the same bytes on the same machine; how a clip is
     * coded depends on the seed and the clip's place, not on the other clips.
     *
     * @return {@value #KEPT} pairs of luma for each clip, in their order; never its first frame
     */
    public static List<ImagePair> of(
            List<StreamClip> clips, CodedSettings settings, int scale, long seed) {
        settings.codecs().forEach(codec -> VideoCodec.find(codec.encoder()));
        return clips.parallelStream()
                .flatMap(clip -> pairs(clip, settings, scale, seed).stream())
                .toList();
    }

    private static List<ImagePair> pairs(
            StreamClip clip, CodedSettings settings, int scale, long seed) {
        long place = (clip.sequence() << 20) ^ clip.first();
        SplittableRandom random =
                new SplittableRandom(new SplittableRandom(seed).nextLong() ^ place);
        int[] kept = random.ints(1, clip.frames().size()).distinct().limit(KEPT).sorted().toArray();
        Coding coding = Coding.draw(settings, random);
        return CodedPairs.of(clip.name(), clip.frames(), kept, coding, scale);
    }
}
