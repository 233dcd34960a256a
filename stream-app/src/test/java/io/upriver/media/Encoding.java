package io.upriver.media;

import org.jspecify.annotations.Nullable;

/** An encoder and a muxer, opened for the first picture. */
final class Encoding implements AutoCloseable {

    private final EncoderSettings settings;
    private final SegmentFormat format;
    private final Track track;
    private @Nullable VideoEncoder encoder;
    private @Nullable Muxer muxer;

    Encoding(EncoderSettings settings, SegmentFormat format, Track track) {
        this.settings = settings;
        this.format = format;
        this.track = track;
    }

    void add(Picture picture) {
        if (encoder == null) {
            encoder =
                    new VideoEncoder(
                            settings, picture, track.framesPerSecond(), format.hasGlobalHeader());
            muxer = Muxer.segment(format.holding(encoder), encoder);
            muxer.addEncoded(encoder, track);
            muxer.start();
        }
        encoder.encode(picture, packet -> muxer.write(0, packet));
    }

    byte[] finish() {
        encoder.encode(null, packet -> muxer.write(0, packet));
        return muxer.finishBytes();
    }

    @Override
    public void close() {
        if (muxer != null) {
            muxer.close();
        }
        if (encoder != null) {
            encoder.close();
        }
    }
}
