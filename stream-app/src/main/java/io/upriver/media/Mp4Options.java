package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avutil.AV_DICT_IGNORE_SUFFIX;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_get;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;

import java.math.BigInteger;
import java.util.Set;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;

/** How MP4 and its family are written: the index, the clocks, the list of tags. */
final class Mp4Options {

    /** What is to be written. */
    enum Kind {
        /** A segment of a stream: an init section and one fragment. */
        SEGMENT("empty_moov+default_base_moof+frag_discont+delay_moov"),
        /** A file with its index in front. */
        FILE("faststart"),
        /** A file with an index for each group of pictures. */
        FRAGMENTS("frag_keyframe+default_base_moof+delay_moov");

        private final String flags;

        Kind(String flags) {
            this.flags = flags;
        }
    }

    private static final int MILLISECONDS = 1000;

    private Mp4Options() {}

    /**
     * Puts the muxer's options for what is about to be written.
     *
     * @param context with all its tracks, tags and chapters
     * @param videoClocks the clocks of the moving pictures, in ticks a second
     */
    static void put(
            AVDictionary options, AVFormatContext context, Kind kind, Set<Integer> videoClocks) {
        String tags = hasCamerasTags(context) && !hasCover(context) ? "+use_metadata_tags" : "";
        String cmaf = kind == Kind.FRAGMENTS && isCmafTrack(context) ? "+cmaf" : "";
        av_dict_set(options, "movflags", kind.flags + cmaf + tags, 0);
        if (kind == Kind.SEGMENT) {
            av_dict_set(options, "use_editlist", "0", 0);
        }
        if (videoClocks.size() == 1) {
            // One for all pictures; without it each has its own, or a multiple.
            String clock = Integer.toString(videoClocks.iterator().next());
            av_dict_set(options, "video_track_timescale", clock, 0);
        }
        if (videoClocks.isEmpty()) {
            return;
        }
        // Exact for pictures, and for chapters, which most programs set by milliseconds.
        long movie = context.nb_chapters() > 0 ? MILLISECONDS : 1;
        for (int clock : videoClocks) {
            long common = leastCommonMultiple(movie, clock);
            movie = common <= Integer.MAX_VALUE ? common : movie;
        }
        av_dict_set(options, "movie_timescale", Long.toString(movie), 0);
    }

    /**
     * True where the file can bear CMAF's brand, {@code cmfc}: one track (ISO/IEC 23000-19). With
     * pictures in another order than shown, FFmpeg's way to write such would show them a frame or
     * more later, so times come first.
     */
    private static boolean isCmafTrack(AVFormatContext context) {
        return context.nb_streams() == 1
                && context.nb_chapters() == 0
                && context.streams(0).codecpar().video_delay() == 0;
    }

    private static long leastCommonMultiple(long one, long other) {
        long common = BigInteger.valueOf(one).gcd(BigInteger.valueOf(other)).longValue();
        return one / common * other;
    }

    /**
     * True for tags such as {@code com.apple.quicktime.location.ISO6709}, by which cameras say
     * where and with what a film was taken. MP4 has two lists of tags: one for those, and one for
     * covers.
     */
    private static boolean hasCamerasTags(AVFormatContext context) {
        AVDictionary tags = context.metadata();
        return tags != null && av_dict_get(tags, "com.", null, AV_DICT_IGNORE_SUFFIX) != null;
    }

    private static boolean hasCover(AVFormatContext context) {
        for (int i = 0; i < context.nb_streams(); i++) {
            if (context.streams(i).disposition() == AV_DISPOSITION_ATTACHED_PIC) {
                return true;
            }
        }
        return false;
    }
}
