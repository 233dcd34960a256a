package io.upriver.data;

import java.util.List;
import java.util.Set;

/**
 * How the clips of {@link CodedPairs} are filmed and coded. One codec and {@code crfMin == crfMax}
 * make a fixed degradation to measure with; see {@link #fixed}.
 *
 * @param codecs each clip takes one of them at random
 * @param crfMin lowest constant rate factor, 0 (best) to 51
 * @param crfMax highest constant rate factor; each clip takes a whole number in between at random
 * @param presets the encoders' words for speed; each clip takes one of them at random
 * @param clipsPerPicture clips made of each picture
 * @param framesPerClip frames that are coded in a row, 2 or more
 * @param framesKept frames of each clip that become pairs
 * @param windowSide side in pixels of the window on the full picture; smaller pictures have a
 *     smaller one; at least 64 after shrinking
 */
public record CodedSettings(
        List<Codec> codecs,
        int crfMin,
        int crfMax,
        List<String> presets,
        int clipsPerPicture,
        int framesPerClip,
        int framesKept,
        int windowSide) {

    private static final Set<String> PRESETS =
            Set.of(
                    "ultrafast",
                    "superfast",
                    "veryfast",
                    "faster",
                    "fast",
                    "medium",
                    "slow",
                    "slower",
                    "veryslow",
                    "placebo");

    /** What the frames are coded with. */
    public enum Codec {
        /** H.264 by x264. */
        H264("libx264"),
        /** H.265 by x265. */
        HEVC("libx265");

        private final String encoder;

        Codec(String encoder) {
            this.encoder = encoder;
        }

        /** FFmpeg's name of the encoder. */
        public String encoder() {
            return encoder;
        }
    }

    /** Both codecs, CRF 18 to 34, two clips of eight frames a picture, three of them kept. */
    public static CodedSettings defaults() {
        return new CodedSettings(
                List.of(Codec.H264, Codec.HEVC),
                18,
                34,
                List.of("veryfast", "medium"),
                2,
                8,
                3,
                384);
    }

    public CodedSettings {
        codecs = List.copyOf(codecs);
        presets = List.copyOf(presets);
        require("codecs", codecs, !codecs.isEmpty(), "one or more of H264 and HEVC");
        require("crfMin", crfMin, crfMin >= 0 && crfMin <= 51, "0 to 51");
        require("crfMax", crfMax, crfMax >= crfMin && crfMax <= 51, crfMin + " (crfMin) to 51");
        boolean known = !presets.isEmpty() && PRESETS.containsAll(presets);
        require("presets", presets, known, "one or more of " + PRESETS.stream().sorted().toList());
        require("clipsPerPicture", clipsPerPicture, clipsPerPicture >= 1, "1 or more");
        require("framesPerClip", framesPerClip, framesPerClip >= 2, "2 or more");
        boolean fits = framesKept >= 1 && framesKept <= framesPerClip;
        require("framesKept", framesKept, fits, "1 to " + framesPerClip + " (framesPerClip)");
        require("windowSide", windowSide, windowSide >= 128, "128 or more");
    }

    /** The same with one codec at one rate factor. */
    public CodedSettings fixed(Codec codec, int crf) {
        return new CodedSettings(
                List.of(codec),
                crf,
                crf,
                presets,
                clipsPerPicture,
                framesPerClip,
                framesKept,
                windowSide);
    }

    private static void require(String key, Object value, boolean holds, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "coded settings: " + key + " is " + value + ", allowed is " + allowed);
        }
    }
}
