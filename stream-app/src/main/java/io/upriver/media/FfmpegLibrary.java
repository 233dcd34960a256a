package io.upriver.media;

import org.bytedeco.ffmpeg.global.avutil;

/** The FFmpeg that is loaded into this process. */
public final class FfmpegLibrary {

    private FfmpegLibrary() {}

    /** Its version in its own words, such as {@code 8.0.1}. */
    public static String version() {
        return avutil.av_version_info().getString();
    }
}
