package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.CodedSettings.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CodedPairsTest {
    private static final int FRAMES = 5;

    /** Twelve clips of five frames, all kept, of a window of 128x128. */
    private static final CodedSettings ALL_KEPT = clips(12, FRAMES, FRAMES, 128);

    @Test
    void areTheSameBytesForTheSameSeed() {
        // Given frames larger than the encoders' blocks, of which both encoders get some
        List<Picture> pictures = List.of(photo(300, 260, 1), photo(280, 300, 2));
        CodedSettings settings = CodedSettings.defaults().fixed(Codec.H264, 18);

        for (CodedSettings each : List.of(settings, clips(4, 8, 2, 128))) {
            // When
            List<ImagePair> once = CodedPairs.make(pictures, each, 2, 5);
            List<ImagePair> again = CodedPairs.make(pictures, each, 2, 5);
            List<ImagePair> other = CodedPairs.make(pictures, each, 2, 6);

            // Then
            assertEquals(2 * each.clipsPerPicture() * each.framesKept(), once.size());
            for (int i = 0; i < once.size(); i++) {
                assertEquals(once.get(i).name(), again.get(i).name());
                assertArrayEquals(once.get(i).low().samples(), again.get(i).low().samples());
                assertArrayEquals(once.get(i).high().samples(), again.get(i).high().samples());
            }
            assertFalse(Arrays.equals(once.get(0).low().samples(), other.get(0).low().samples()));
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void losesMoreTheHigherTheRateFactor(Codec codec) {
        // Given the same windows at four rate factors
        List<Picture> pictures = List.of(photo(200, 200, 3), photo(200, 200, 4));
        List<List<ImagePair>> made = new ArrayList<>();
        for (int crf : new int[] {10, 18, 26, 34}) {
            made.add(CodedPairs.make(pictures, ALL_KEPT.fixed(codec, crf), 2, 1));
        }

        // Then
        double before = 99; // decibels: what 8 bits cannot reach unless nothing is lost
        for (List<ImagePair> pairs : made) {
            double mean =
                    pairs.stream()
                            .mapToDouble(CodedPairsTest::decibelsLost)
                            .average()
                            .getAsDouble();
            assertTrue(mean < before - 2 && mean > 20, mean + " dB after " + before);
            before = mean;
            for (int i = 0; i < pairs.size(); i++) {
                assertArrayEquals(
                        made.get(0).get(i).high().samples(), pairs.get(i).high().samples());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2", "3", "4"})
    void haveExactCropsOfThePictureForTruthAlongAStraightLine(int scale) {
        // Given noise, in which every place is found by its samples
        Picture picture = SyntheticPictures.noise(400, 300, 1);

        // When
        List<ImagePair> pairs =
                CodedPairs.make(List.of(picture), clips(12, FRAMES, FRAMES, 64 * scale), scale, 1);

        // Then
        Set<List<Integer>> steps = new HashSet<>();
        for (int clip = 0; clip < pairs.size(); clip += FRAMES) {
            List<Integer> places =
                    pairs.subList(clip, clip + FRAMES).stream()
                            .map(pair -> place(pair.high(), picture))
                            .toList();
            int step = places.get(1) - places.get(0);
            for (int frame = 1; frame < FRAMES; frame++) {
                assertEquals(step, places.get(frame) - places.get(frame - 1));
            }
            int down = Math.round(step / 400f);
            int across = step - down * 400;
            assertEquals(0, down % scale);
            assertEquals(0, across % scale);
            assertTrue(Math.max(Math.abs(down), Math.abs(across)) <= 3 * scale);
            steps.add(List.of(across, down));
        }
        assertTrue(steps.contains(List.of(0, 0)), "no clip stands still: " + steps);
        assertTrue(steps.size() >= 6, "too few ways: " + steps);
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void belongToTheirOwnFrameAndNotToANeighbour(Codec codec) {
        // When
        List<ImagePair> pairs =
                CodedPairs.make(List.of(photo(300, 260, 5)), ALL_KEPT.fixed(codec, 26), 2, 2);

        // Then the decoded frame is nearest to its own shrunken truth, wherever something moves
        int compared = 0;
        for (int i = 0; i < pairs.size(); i++) {
            double own = decibelsLost(pairs.get(i));
            for (int j = i - i % FRAMES; j < i - i % FRAMES + FRAMES; j++) {
                Picture theirs = Bicubic.shrink(pairs.get(j).high(), 2);
                double other = Psnr.decibels(theirs, pairs.get(i).low(), 0);
                boolean moved =
                        !Arrays.equals(
                                pairs.get(i).high().samples(), pairs.get(j).high().samples());
                if (moved) {
                    assertTrue(own > other + 1, pairs.get(i).name() + ": " + own + ", " + other);
                    compared++;
                }
            }
        }
        assertTrue(compared >= 100, compared + " comparisons");
    }

    @Test
    void keepBlackWhiteAndGreyAsVideoCarriesThem() {
        // Given pictures of one code value each
        for (int value : new int[] {16, 126, 235}) {
            byte[] samples = new byte[128 * 128];
            Arrays.fill(samples, (byte) value);

            // When
            List<ImagePair> pairs =
                    CodedPairs.make(List.of(Picture.luma(128, 128, samples)), ALL_KEPT, 2, 1);

            // Then
            for (ImagePair pair : pairs) {
                for (byte sample : pair.low().samples()) {
                    assertEquals(value, sample & 255, 1, pair.name());
                }
            }
        }
    }

    @Test
    void areSmallerWhereThePictureIs() {
        // Given a picture lower than the window, with sides that shrink to odd ones
        Picture colour = Picture.rgb(SyntheticPictures.draw(302, 134, 6));

        // When
        List<ImagePair> pairs = CodedPairs.make(List.of(colour), CodedSettings.defaults(), 2, 1);

        // Then
        for (ImagePair pair : pairs) {
            assertEquals(150, pair.low().width());
            assertEquals(66, pair.low().height());
            assertEquals(300, pair.high().width());
            assertEquals(132, pair.high().height());
            assertEquals(1, pair.high().channels());
        }
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void goDownTo64PixelsAndRefuseLess(Codec codec) {
        CodedSettings settings = ALL_KEPT.fixed(codec, 26);
        Picture smallest = photo(128, 128, 7);
        Picture tooSmall = photo(128, 127, 8);

        // Then
        assertEquals(64, CodedPairs.make(List.of(smallest), settings, 2, 1).get(0).low().width());
        assertEquals(
                "picture 1 clip 0: expected at least 128 pixels a side, for 64 after shrinking by 2;"
                        + " got picture 128x127, window 128",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> CodedPairs.make(List.of(smallest, tooSmall), settings, 2, 1))
                        .getMessage());
    }

    @Test
    void areNeverOnlyTheFirstFrameOfAClip() {
        // Given two frames, of which one is kept
        List<ImagePair> pairs =
                CodedPairs.make(List.of(photo(128, 128, 9)), clips(20, 2, 1, 128), 2, 1);

        // Then
        assertEquals(20, pairs.size());
        for (ImagePair pair : pairs) {
            assertTrue(pair.name().endsWith(" frame 1"), pair.name());
        }
    }

    private static CodedSettings clips(int clips, int frames, int kept, int window) {
        return new CodedSettings(
                List.of(Codec.values()),
                18,
                34,
                List.of("veryfast", "medium"),
                clips,
                frames,
                kept,
                window);
    }

    private static Picture photo(int width, int height, long seed) {
        return Picture.rgb(SyntheticPictures.draw(width, height, seed)).luma();
    }

    private static double decibelsLost(ImagePair pair) {
        return Psnr.decibels(Bicubic.shrink(pair.high(), pair.scale()), pair.low(), 0);
    }

    /** Where the part lies in the picture: row times width plus column. Throws if nowhere. */
    private static int place(Picture part, Picture picture) {
        for (int y = 0; y <= picture.height() - part.height(); y++) {
            for (int x = 0; x <= picture.width() - part.width(); x++) {
                if (equal(part, picture, x, y)) {
                    return y * picture.width() + x;
                }
            }
        }
        throw new AssertionError("not a crop of the picture");
    }

    private static boolean equal(Picture part, Picture picture, int left, int top) {
        for (int y = 0; y < part.height(); y++) {
            for (int x = 0; x < part.width(); x++) {
                if (part.at(0, x, y) != picture.at(0, left + x, top + y)) {
                    return false;
                }
            }
        }
        return true;
    }
}
