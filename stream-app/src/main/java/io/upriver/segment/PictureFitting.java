package io.upriver.segment;

import io.upriver.frame.PixelLayout;
import io.upriver.media.EncoderSettings;
import io.upriver.media.Picture;
import io.upriver.media.PictureScaler;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns large pictures that the encoder does not take as they are, such as 12 bits into H.264, or
 * that are wanted otherwise, into the layout in which it gets them. Used by one thread.
 */
final class PictureFitting implements AutoCloseable {

    private final PictureScaler scaler = new PictureScaler();
    private final Set<String> notes = new LinkedHashSet<>();
    private @Nullable Decision decision;

    /** What is to be done with all pictures of one layout for one encoder. */
    private record Decision(PixelLayout made, EncoderSettings encoder, boolean asIs) {

        boolean isFor(Picture picture, EncoderSettings other) {
            return made.equals(picture.layout()) && encoder.equals(other);
        }
    }

    /** The picture itself, or a new one, which the caller closes. */
    Picture fit(Picture picture, EncoderSettings encoder) {
        if (decision == null || !decision.isFor(picture, encoder)) {
            if (decision != null && !decision.encoder().equals(encoder)) {
                notes.clear(); // They were about one that turned out to be missing.
            }
            boolean asIs = PictureScaler.fits(picture, encoder);
            decision = new Decision(picture.layout(), encoder, asIs);
            String note = noteOf(picture, encoder);
            if (note != null) {
                notes.add(note);
            }
        }
        return decision.asIs()
                ? picture
                : scaler.scale(picture, picture.width(), picture.height(), encoder);
    }

    /** What of the pictures was not kept without anyone asking for that, or null. */
    @Nullable String note() {
        return notes.isEmpty() ? null : String.join("; ", notes);
    }

    private static @Nullable String noteOf(Picture picture, EncoderSettings encoder) {
        PixelLayout made = picture.layout();
        PixelLayout written = PictureScaler.layoutFor(picture, encoder);
        if (encoder.pixelFormat() != null || !made.planarYuv()) {
            return null;
        } else if (written.lacksPlanesOf(made)) {
            return "%s into %s: written as %s"
                    .formatted(made.name(), encoder.encoder(), written.name());
        }
        return written.bitDepth() < made.bitDepth()
                ? "%d-bit into %s: %d bits kept"
                        .formatted(made.bitDepth(), encoder.encoder(), written.bitDepth())
                : null;
    }

    @Override
    public void close() {
        scaler.close();
    }
}
