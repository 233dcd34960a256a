package io.upriver.media;

import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.jspecify.annotations.Nullable;

/** Bytes that FFmpeg reads by way of our callbacks, so that it opens no file and no address. */
interface CustomInput extends AutoCloseable {

    AVIOContext context();

    /** Why reading has failed, or null where it has not. */
    default @Nullable String failure() {
        return null;
    }

    @Override
    void close();
}
