package io.upriver.evaluate;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A colour network in an ONNX model, with all that it gives out, run by ONNX Runtime on one thread
 * of the CPU. Used by one thread at a time; closing frees the session.
 */
public final class OnnxFeatures implements AutoCloseable {
    private static final int CHANNELS = 3;

    /**
     * One output for one picture.
     *
     * @param channels planes
     * @param height rows of each
     * @param width values in a row
     * @param values [channels, height, width], row-major
     */
    @SuppressWarnings("ArrayRecordComponent") // compared and hashed nowhere
    public record Maps(int channels, int height, int width, float[] values) {}

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final String input;

    /**
     * Loads a model with one float input [N,3,H,W].
     *
     * @throws IllegalArgumentException if it is no model or has other inputs
     */
    public OnnxFeatures(byte[] model) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // Bytes become floats and back by operators that ONNX Runtime would take for
            // quantisation.
            options.addConfigEntry("session.disable_quant_qdq", "1");
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            session = environment.createSession(model, options);
            input = colour(session.getInputInfo());
        } catch (OrtException e) {
            throw new IllegalArgumentException(
                    "ONNX Runtime cannot load the model: " + e.getMessage(), e);
        }
    }

    /** Names of the outputs in the model's order. */
    public List<String> outputs() {
        return List.copyOf(session.getOutputNames());
    }

    /**
     * Computes outputs for one picture whose sides suit the model.
     *
     * @param rgb [3, height, width], 0 to 1
     * @param wanted names of outputs; nothing else is computed
     * @throws IllegalStateException if ONNX Runtime fails, or an output is not float [1,C,H,W]
     */
    public Map<String, Maps> run(float[] rgb, int height, int width, Set<String> wanted) {
        try (OnnxTensor tensor =
                        OnnxTensor.createTensor(
                                environment,
                                FloatBuffer.wrap(rgb),
                                new long[] {1, CHANNELS, height, width});
                OrtSession.Result result = session.run(Map.of(input, tensor), wanted)) {
            Map<String, Maps> maps = new LinkedHashMap<>();
            for (Map.Entry<String, OnnxValue> output : result) {
                maps.put(output.getKey(), maps(output.getKey(), output.getValue()));
            }
            return maps;
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

    private static Maps maps(String name, OnnxValue output) throws OrtException {
        if (!isFloatImage(output.getInfo())) {
            throw new IllegalStateException(
                    "expected float [1,C,H,W] as the model's output "
                            + name
                            + ", got "
                            + output.getInfo());
        }
        OnnxTensor tensor = (OnnxTensor) output; // closed with the result
        long[] shape = tensor.getInfo().getShape();
        FloatBuffer buffer = tensor.getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return new Maps((int) shape[1], (int) shape[2], (int) shape[3], values);
    }

    private static String colour(Map<String, NodeInfo> inputs) {
        NodeInfo first = inputs.values().iterator().next();
        boolean colour =
                inputs.size() == 1
                        && isFloatImage(first.getInfo())
                        && ((TensorInfo) first.getInfo()).getShape()[1] == CHANNELS;
        if (!colour) {
            throw new IllegalArgumentException(
                    "expected a float picture [N,3,H,W] as the model's only input, got "
                            + inputs.values());
        }
        return first.getName();
    }

    private static boolean isFloatImage(ValueInfo value) {
        return value instanceof TensorInfo info
                && info.type == OnnxJavaType.FLOAT
                && info.getShape().length == 4;
    }

    private static IllegalStateException failed(OrtException e) {
        return new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    }
}
