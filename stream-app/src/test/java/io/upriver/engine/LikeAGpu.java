package io.upriver.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A CPU that is used as a GPU is: batches, and sessions for each of at most two frame sizes. */
public final class LikeAGpu extends Device {

    /** The sizes for which sessions were made, such as {@code 36x64}. */
    final List<String> opened = new ArrayList<>();

    public LikeAGpu() {
        super(Kind.CPU, EngineSettings.defaults(), List.of());
    }

    @Override
    public int maxBatch() {
        return 3;
    }

    @Override
    boolean isSessionPerShape() {
        return true;
    }

    @Override
    int maxShapes() {
        return 2;
    }

    @Override
    int sessionsPerShape() {
        return 2;
    }

    @Override
    OrtSession open(byte[] onnx, String digest, String input, @Nullable Shape shape)
            throws OrtException {
        synchronized (opened) {
            opened.add(shape.height() + "x" + shape.width());
        }
        return super.open(onnx, digest, input, shape);
    }
}
