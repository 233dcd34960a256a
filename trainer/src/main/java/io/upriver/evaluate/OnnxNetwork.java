package io.upriver.evaluate;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.upriver.data.Picture;
import io.upriver.schemas.ModelMetadata;
import io.upriver.schemas.ModelMetadata.Planes;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * A network in an ONNX model, run by ONNX Runtime on one thread of the CPU: luma or red, green and
 * blue, bytes in, bytes out. Used by one thread at a time; closing frees the session.
 */
public final class OnnxNetwork implements Enlarger {

    /** Counts what the network's convolutions multiply for an output of the given size. */
    public interface Cost {
        long multiplyAdds(int outputWidth, int outputHeight);
    }

    /** The ONNX Runtime that models run on, such as {@code 1.26.0}; it is not loaded yet. */
    public static final String RUNTIME =
            OrtEnvironment.class.getPackage().getImplementationVersion();

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final Cost cost;
    private final OrtSession session;
    private final String input;
    private final int channels;
    private final Map<String, String> metadata;
    private final int multiple;

    /** The same without knowing its cost. */
    public OnnxNetwork(byte[] model) {
        this(model, (width, height) -> -1);
    }

    /**
     * Loads a model with one uint8 input [N,C,H,W] and one output of the same layout, C = 1 or 3.
     * One without {@link ModelMetadata} can be run, but has neither name nor scale.
     *
     * @throws IllegalArgumentException for anything else
     */
    public OnnxNetwork(byte[] model, Cost cost) {
        this.cost = cost;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // Bytes become floats and back by operators that ONNX Runtime would take for
            // quantisation.
            options.addConfigEntry("session.disable_quant_qdq", "1");
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            session = environment.createSession(model, options);
            NodeInfo in = only("inputs", session.getInputInfo());
            input = in.getName();
            channels = channels("input", in);
            int channelsOut = channels("output", only("outputs", session.getOutputInfo()));
            if (channelsOut != channels) {
                throw new IllegalArgumentException(
                        "expected as many planes out as in, " + channels + ", got " + channelsOut);
            }
            metadata = session.getMetadata().getCustomMetadata();
        } catch (OrtException e) {
            throw new IllegalArgumentException(
                    "ONNX Runtime cannot load the model: " + e.getMessage(), e);
        }
        multiple = metadata.containsKey(ModelMetadata.FORMAT) ? multiple(described()) : 1;
    }

    private int multiple(ModelMetadata described) {
        Planes planes = channels == 1 ? Planes.LUMA : Planes.RGB;
        if (described.planes() != planes) {
            throw new IllegalArgumentException(
                    "expected "
                            + described.planes().wireName()
                            + " by the model's metadata, got "
                            + channels
                            + " planes");
        }
        return described.multiple();
    }

    /** The model's own description: its ONNX metadata. */
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public String name() {
        return described().name();
    }

    @Override
    public int scale() {
        return described().scale();
    }

    @Override
    public int channels() {
        return channels;
    }

    @Override
    public long parameters() {
        Long parameters = described().parameters();
        return parameters == null ? -1 : parameters;
    }

    @Override
    public long multiplyAdds(int outputWidth, int outputHeight) {
        return cost.multiplyAdds(outputWidth, outputHeight);
    }

    /**
     * Sides that the model cannot take are grown by repeating the last column and row, and the
     * output is cut back.
     */
    @Override
    public Picture upscale(Picture low) {
        if (low.channels() != channels) {
            throw new IllegalArgumentException(
                    "expected a picture of " + channels + " planes, got " + low.channels());
        }
        Picture grown = low.padToMultiple(multiple);
        try (OnnxTensor tensor = tensor(grown.samples(), 1, grown.height(), grown.width());
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            OnnxTensor upscaled = (OnnxTensor) result.get(0); // closed with the result
            long[] shape = upscaled.getInfo().getShape();
            ByteBuffer buffer = upscaled.getByteBuffer();
            byte[] samples = new byte[buffer.remaining()];
            buffer.get(samples);
            int height = (int) shape[2];
            int width = (int) shape[3];
            return new Picture(width, height, channels, samples)
                    .crop(
                            0,
                            0,
                            width / grown.width() * low.width(),
                            height / grown.height() * low.height());
        } catch (OrtException e) {
            throw failed(e);
        }
    }

    /**
     * The code values of {@code count} pictures before rounding, from a model with float output.
     */
    public float[] exact(byte[] samples, int count, int height, int width) {
        try (OnnxTensor tensor = tensor(samples, count, height, width);
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

    private OnnxTensor tensor(byte[] samples, int count, int height, int width)
            throws OrtException {
        return OnnxTensor.createTensor(
                environment,
                ByteBuffer.allocateDirect(samples.length).put(0, samples),
                new long[] {count, channels, height, width},
                OnnxJavaType.UINT8);
    }

    private ModelMetadata described() {
        return ModelMetadata.from(metadata);
    }

    private static NodeInfo only(String what, Map<String, NodeInfo> values) {
        if (values.size() != 1) {
            throw new IllegalArgumentException(
                    "expected one of the model's " + what + ", got " + values.keySet());
        }
        return values.values().iterator().next();
    }

    private static int channels(String what, NodeInfo value) {
        long channels =
                value.getInfo() instanceof TensorInfo info && info.getShape().length == 4
                        ? info.getShape()[1]
                        : 0;
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException(
                    "expected pictures [N,1,H,W] or [N,3,H,W] as the model's "
                            + what
                            + ", got "
                            + value.getInfo());
        }
        return (int) channels;
    }

    private static IllegalStateException failed(OrtException e) {
        return new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    }
}
