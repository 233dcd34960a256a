package io.upriver.observe;

import java.util.Locale;

/** The stages of the work on one segment. They overlap. */
public enum Stage {
    /** Taking the container apart and decoding, on the stream thread. */
    DECODE,
    /** Luma through the network, or through interpolation in its place, on the lanes. */
    NETWORK,
    /** Interpolation of chroma, alpha and pictures without planes, on the stream thread. */
    CHROMA,
    /** Encoding, on the segment's encoder thread. */
    ENCODE,
    /** Writing the container, on the same. */
    MUX;

    /** Such as {@code decode}: how meters and spans call it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
