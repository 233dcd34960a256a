package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_DOVI_CONF;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a track's header says about Dolby Vision.
 *
 * <p>Dolby Vision reshapes decoded pictures by data that come with each of them, made for exactly
 * these. They say nothing about larger ones, so the output has none. What is left is the base
 * layer: ordinary HDR10, HLG or SDR in most profiles. In the others it is in a colour space of its
 * own (IPT-PQ-c2): without the data its pictures are green and purple, and nobody wants an hour's
 * work of those, so such a film is refused.
 *
 * <p>Source: Dolby Vision Streams within the ISO Base Media File Format, 2.1 (the configuration
 * record); Dolby Vision Profiles and Levels (which base each profile has).
 *
 * @param profile the profile's number
 * @param isBase true where the track has pictures that can be looked at, and not only what is added
 *     to those of another track
 * @param compatibility by which other standard the base can be shown; 0 for none
 */
record DolbyVision(int profile, boolean isBase, int compatibility) {

    private static final int PROFILE = 2;
    private static final int BASE_PRESENT = 6;
    private static final int COMPATIBILITY = 7;

    private static final int ALWAYS_WITHOUT_BASE = 5;
    private static final Set<Integer> SOMETIMES_WITHOUT_BASE = Set.of(10, 20);

    /** What the track says, or null for a track without Dolby Vision. */
    static @Nullable DolbyVision of(Track track) {
        byte[] record = track.sideData(AV_PKT_DATA_DOVI_CONF);
        return record == null || record.length <= COMPATIBILITY
                ? null
                : new DolbyVision(
                        record[PROFILE], record[BASE_PRESENT] != 0, record[COMPATIBILITY]);
    }

    /** True where the base layer has right colours by itself. */
    boolean hasCompatibleBase() {
        return profile != ALWAYS_WITHOUT_BASE
                && !(SOMETIMES_WITHOUT_BASE.contains(profile) && compatibility == 0);
    }
}
