package io.upriver.segment;

import java.time.Duration;

/**
 * What one worker spends on a segment.
 *
 * @param deadline after this long a segment is given up and rejected
 * @param maxOutputBytes what an upscaled segment may have at most, so that it fits into a record
 * @param pictures how large pictures may be
 * @param decoderThreads threads of one decoder, at least 1
 * @param encoderThreads threads of one encoder, at least 1; part of what decides the encoded bytes
 * @param framesInFlight frames of one segment between decoder and encoder, at least 1
 */
public record WorkerLimits(
        Duration deadline,
        int maxOutputBytes,
        PictureLimits pictures,
        int decoderThreads,
        int encoderThreads,
        int framesInFlight) {

    public WorkerLimits {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("expected a deadline above 0, got " + deadline);
        }
        if (maxOutputBytes < 1 || decoderThreads < 1 || encoderThreads < 1 || framesInFlight < 1) {
            throw new IllegalArgumentException(
                    "expected limits of at least 1, got output bytes %d, decoder threads %d, encoder threads %d, frames in flight %d"
                            .formatted(
                                    maxOutputBytes,
                                    decoderThreads,
                                    encoderThreads,
                                    framesInFlight));
        }
    }
}
