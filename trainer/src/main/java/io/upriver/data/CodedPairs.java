package io.upriver.data;

import io.upriver.data.VideoCodec.Coding;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Pairs as the service meets them: the small picture went through a video codec, the large one is
 * the untouched truth.
 *
 * <p>A clip is a window that moves over a picture in a straight line, by 0 to 3 low pixels a frame
 * in each direction; a quarter of the clips stand still. Each frame is the luma inside the window,
 * shrunk by {@link Bicubic#shrink}, so the truth of a frame is an exact crop of the picture. The
 * frames are coded as video (8 bits, 4:2:0 with neutral chroma, video range), decoded, and some are
 * kept.
 *
 * <p>The window's way and the frames kept depend on the seed, the sizes and the numbers of frames
 * and clips, not on codecs, rate factors or presets: with another coding the truths stay the same.
 */
public final class CodedPairs {
    /**
     * Shortest side of a coded frame: x265's largest block. With 48 columns and fewer x265 writes
     * past its memory, see designs/coded-training-pairs.md.
     */
    static final int SMALLEST = 64;

    private static final int FASTEST = 3;

    private CodedPairs() {}

    /**
     * Films, codes and decodes clips of every picture. The same arguments give the same bytes on
     * the same machine. Clips are spread over the cores; the result is in the order of the
     * pictures.
     *
     * @param pictures colour or luma
     * @param scale how many times larger the truth is
     * @return {@code clipsPerPicture * framesKept} pairs of luma for each picture, sides of the
     *     small ones even
     * @throws IllegalArgumentException if a picture or the window is too small to be coded
     * @throws IllegalStateException if this FFmpeg has no such encoder or an encoder or decoder
     *     fails
     */
    public static List<ImagePair> make(
            List<Picture> pictures, CodedSettings settings, int scale, long seed) {
        settings.codecs().forEach(codec -> VideoCodec.find(codec.encoder()));
        SplittableRandom random = new SplittableRandom(seed);
        List<Clip> clips = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            Picture luma = pictures.get(i).luma();
            for (int clip = 0; clip < settings.clipsPerPicture(); clip++) {
                String name = "picture " + i + " clip " + clip;
                clips.add(Clip.draw(name, luma, settings, scale, random.split()));
            }
        }
        return clips.parallelStream().flatMap(clip -> clip.pairs().stream()).toList();
    }

    /**
     * Shrinks and codes the frames of a clip.
     *
     * @param truths planes of luma of one size, in their order; sides an even number of low pixels
     * @param kept numbers of the frames that become pairs
     */
    static List<ImagePair> of(
            String name, List<Picture> truths, int[] kept, Coding coding, int scale) {
        List<Picture> shrunk = truths.stream().map(truth -> Bicubic.shrink(truth, scale)).toList();
        List<Picture> coded = VideoCodec.throughCodec(shrunk, coding);
        List<ImagePair> pairs = new ArrayList<>();
        for (int frame : kept) {
            String title = "%s (%s) frame %d".formatted(name, coding, frame);
            pairs.add(new ImagePair(title, coded.get(frame), truths.get(frame)));
        }
        return pairs;
    }

    /** What is filmed, and how it is coded. */
    @SuppressWarnings("ArrayRecordComponent") // clips are compared by nobody
    private record Clip(
            String name,
            Picture picture,
            Way across,
            Way down,
            int frames,
            int[] kept,
            Coding coding,
            int scale) {

        static Clip draw(
                String name,
                Picture picture,
                CodedSettings settings,
                int scale,
                SplittableRandom random) {
            int shortest = Math.min(picture.width(), picture.height());
            if (Math.min(shortest, settings.windowSide()) < SMALLEST * scale) {
                throw new IllegalArgumentException(
                        "%s: expected at least %d pixels a side, for %d after shrinking by %d; got picture %dx%d, window %d"
                                .formatted(
                                        name,
                                        SMALLEST * scale,
                                        SMALLEST,
                                        scale,
                                        picture.width(),
                                        picture.height(),
                                        settings.windowSide()));
            }
            int frames = settings.framesPerClip();
            int fastest = random.nextInt(4) == 0 ? 0 : FASTEST;
            Way across = Way.draw(picture.width(), settings, scale, fastest, random);
            Way down = Way.draw(picture.height(), settings, scale, fastest, random);
            int first = settings.framesKept() == 1 ? 1 : 0; // the first alone is never kept
            int[] kept =
                    random.ints(first, frames)
                            .distinct()
                            .limit(settings.framesKept())
                            .sorted()
                            .toArray();
            Coding coding = Coding.draw(settings, random);
            return new Clip(name, picture, across, down, frames, kept, coding, scale);
        }

        List<ImagePair> pairs() {
            List<Picture> truths = IntStream.range(0, frames).mapToObj(this::truth).toList();
            return CodedPairs.of(name, truths, kept, coding, scale);
        }

        private Picture truth(int frame) {
            return picture.crop(across.at(frame), down.at(frame), across.length, down.length);
        }
    }

    /** The window's way in one direction, in pixels of the picture. */
    private record Way(int start, int step, int length) {

        static Way draw(
                int side, CodedSettings settings, int scale, int fastest, SplittableRandom random) {
            int longest = Math.min(side, settings.windowSide());
            int length = longest - longest % (2 * scale); // an even number of low pixels
            int room = side - length;
            int steps = settings.framesPerClip() - 1;
            int most = Math.min(fastest, room / (scale * steps));
            int step = scale * random.nextInt(-most, most + 1);
            int start = random.nextInt(room - Math.abs(step) * steps + 1);
            return new Way(step < 0 ? start - step * steps : start, step, length);
        }

        int at(int frame) {
            return start + frame * step;
        }
    }
}
