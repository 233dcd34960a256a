package io.upriver.ingest;

import io.upriver.media.LiveLimits;
import io.upriver.media.LiveSegmenter.Connection;
import io.upriver.media.LiveSource;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Where an ingest gets its stream from.
 *
 * @param label how messages call it
 * @param isEnded asked when nothing more comes of a connection, and nothing was wrong with it:
 *     whether that is the end of the stream, or the sender may come back
 * @param connections gives a new one, at first and after each break
 */
public record LiveInput(String label, BooleanSupplier isEnded, Supplier<Connection> connections) {

    /** An address. */
    public static LiveInput of(LiveSource source, LiveLimits limits) {
        return new LiveInput(source.label(), source::hasAnEnd, () -> Connection.to(source, limits));
    }
}
