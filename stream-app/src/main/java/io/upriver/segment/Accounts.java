package io.upriver.segment;

import io.upriver.model.ModelLease;
import io.upriver.schemas.CanaryAccount;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Segment;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Adds up what the stages of one segment have to say. */
final class Accounts {

    private Accounts() {}

    static SegmentResult.Upscaled of(
            Segment upscaled,
            DecodeStage decoding,
            FrameEnlarger enlarger,
            EncodeStage encoding,
            ModelLease model,
            String worker) {
        Outcome outcome = outcome(decoding, enlarger, encoding, model, worker);
        boolean isTried = model.current() != null && outcome.modelDigest() != null;
        return new SegmentResult.Upscaled(
                upscaled,
                outcome,
                enlarger.quality(),
                isTried
                        ? new CanaryAccount(model.digest(), null, enlarger.qualityOfCurrent())
                        : null);
    }

    private static Outcome outcome(
            DecodeStage decoding,
            FrameEnlarger enlarger,
            EncodeStage encoding,
            ModelLease model,
            String worker) {
        String reason = enlarger.interpolatedBecause();
        return new Outcome(
                reason == null ? Outcome.Method.NETWORK : Outcome.Method.INTERPOLATED,
                reason,
                notes(decoding.note(), encoding.note()),
                null,
                reason == null ? model.digest() : null,
                model.upscaler().scale(),
                decoding.framesDelivered(),
                decoding.framesLost(),
                decoding.framesConcealed(),
                decoding.framesDeinterlaced(),
                encoding.sizes(),
                decoding.decodeMillis(),
                enlarger.networkMillis(),
                encoding.encodeMillis(),
                decoding.totalMillis(),
                worker);
    }

    /** All that are there in one, or null where none is. */
    static @Nullable String notes(@Nullable String... notes) {
        String all = Stream.of(notes).filter(Objects::nonNull).collect(Collectors.joining("; "));
        return all.isEmpty() ? null : all;
    }
}
