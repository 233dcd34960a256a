package io.upriver.engine;

import ai.onnxruntime.OnnxJavaType;
import io.upriver.frame.Plane;
import io.upriver.graph.OnnxFile;

/** The two forms of a network: as it is in its file, and as {@link OnnxFile#floatForm} makes it. */
enum Form {
    /** Bytes in and out: code values of 8-bit samples. */
    BYTES(OnnxJavaType.UINT8, Byte.BYTES),

    /**
     * Floats in and out on the scale of bytes, neither rounded nor clipped: for all other depths.
     */
    FLOATS(OnnxJavaType.FLOAT, Float.BYTES);

    private final OnnxJavaType type;
    private final int bytes;

    Form(OnnxJavaType type, int bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /** The form for samples of this many bits. */
    static Form ofDepth(int bitDepth) {
        return bitDepth == Plane.LEAST_DEPTH ? BYTES : FLOATS;
    }

    /** The element type of the network's ends. */
    OnnxJavaType type() {
        return type;
    }

    /** Bytes of so many samples as the network takes and gives them. */
    int bytesOf(int samples) {
        return Math.multiplyExact(samples, bytes);
    }
}
