package io.upriver.evaluate;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.upriver.data.Picture;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * A luma network in an ONNX model, run by ONNX Runtime on one thread of the CPU. Used by one thread
 * at a time; closing frees the session.
 */
public final class OnnxNetwork implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final String input;

    /** Loads a model with one uint8 input [N,1,H,W] and one output of the same layout. */
    public OnnxNetwork(byte[] model) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            session = environment.createSession(model, options);
            input = only("inputs", session.getInputInfo());
            only("outputs", session.getOutputInfo());
        } catch (OrtException e) {
            throw new IllegalArgumentException(
                    "ONNX Runtime cannot load the model: " + e.getMessage(), e);
        }
    }

    /** The model's own description: its ONNX metadata. */
    public Map<String, String> metadata() {
        try {
            return session.getMetadata().getCustomMetadata();
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** Enlarges one plane, whose sides suit the model. */
    public Picture upscale(Picture luma) {
        ByteBuffer pixels = ByteBuffer.allocateDirect(luma.samples().length).put(0, luma.samples());
        try (OnnxTensor tensor =
                        OnnxTensor.createTensor(
                                environment,
                                pixels,
                                new long[] {1, luma.channels(), luma.height(), luma.width()},
                                OnnxJavaType.UINT8);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            OnnxTensor upscaled = (OnnxTensor) result.get(0); // closed with the result
            long[] shape = upscaled.getInfo().getShape();
            ByteBuffer buffer = upscaled.getByteBuffer();
            byte[] samples = new byte[buffer.remaining()];
            buffer.get(samples);
            return new Picture((int) shape[3], (int) shape[2], (int) shape[1], samples);
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /** The code values of {@code count} planes before rounding, from a model with float output. */
    public float[] exact(byte[] samples, int count, int height, int width) {
        ByteBuffer pixels = ByteBuffer.allocateDirect(samples.length).put(0, samples);
        try (OnnxTensor tensor =
                        OnnxTensor.createTensor(
                                environment,
                                pixels,
                                new long[] {
                                    count, samples.length / count / height / width, height, width
                                },
                                OnnxJavaType.UINT8);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            OnnxTensor upscaled = (OnnxTensor) result.get(0); // closed with the result
            FloatBuffer buffer = upscaled.getFloatBuffer();
            float[] values = new float[buffer.remaining()];
            buffer.get(values);
            return values;
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    private static String only(String what, Map<String, NodeInfo> values) {
        if (values.size() != 1) {
            throw new IllegalArgumentException(
                    "expected one of the model's " + what + ", got " + values.keySet());
        }
        NodeInfo value = values.values().iterator().next();
        long channels =
                value.getInfo() instanceof TensorInfo info && info.getShape().length == 4
                        ? info.getShape()[1]
                        : 0;
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException(
                    "expected [N,1,H,W] or [N,3,H,W] as the model's "
                            + what
                            + ", got "
                            + value.getInfo());
        }
        return value.getName();
    }

    private static IllegalStateException failed(OrtException e) {
        return new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    }
}
