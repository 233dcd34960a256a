package io.upriver.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX file that keeps the tensor contract, {@code uint8 [N,1,H,W]} to {@code uint8
 * [N,1,sH,sW]}, and what its metadata promises.
 *
 * <p>The promises are tried out on the CPU, whatever the device, by a {@link Trial}. Where the
 * graph has a {@link FloatForm}, that is tried as well; a network without one is for bytes alone.
 *
 * <p>Immutable.
 */
final class OnnxModel {

    private final byte[] onnx;
    private final byte @Nullable [] floatOnnx;
    private final @Nullable String floatRefusal;
    private final String input;
    private final String output;
    private final boolean isBatchable;

    private OnnxModel(
            byte[] onnx,
            byte @Nullable [] floatOnnx,
            @Nullable String floatRefusal,
            String input,
            String output,
            boolean isBatchable) {
        this.onnx = onnx;
        this.floatOnnx = floatOnnx;
        this.floatRefusal = floatRefusal;
        this.input = input;
        this.output = output;
        this.isBatchable = isBatchable;
    }

    /** Checks a file, see {@link OnnxUpscaler#OnnxUpscaler}. */
    static OnnxModel checked(byte[] onnx, ModelContract contract) {
        try (OrtSession session = open(onnx)) {
            Map<String, NodeInfo> inputs = session.getInputInfo();
            if (inputs.size() != 1) {
                throw new EngineException(
                        "expected a network with one input, got " + inputs.keySet());
            }
            NodeInfo input = inputs.values().iterator().next();
            NodeInfo output = session.getOutputInfo().values().iterator().next();
            long[] inputShape = requirePlanes("input", input);
            requirePlanes("output", output);
            if (inputShape[0] > 1 || inputShape[2] >= 0 || inputShape[3] >= 0) {
                throw new EngineException(
                        "expected a network for any frame size, got input \"%s\" %s"
                                .formatted(input.getName(), Trial.describe(inputShape)));
            }
            Trial trial = new Trial(session, contract, input.getName(), output.getName());
            byte[] floatOnnx = null;
            String floatRefusal = null;
            try {
                floatOnnx = floatForm(onnx, input.getName(), output.getName(), trial);
            } catch (EngineException e) {
                floatRefusal = "the network takes bytes only: " + e.getMessage();
            }
            return new OnnxModel(
                    onnx.clone(),
                    floatOnnx,
                    floatRefusal,
                    input.getName(),
                    output.getName(),
                    inputShape[0] < 0);
        } catch (OrtException e) {
            throw new EngineException("the network cannot be run: " + OnnxEnvironment.words(e), e);
        }
    }

    /** See {@link OnnxUpscaler#readMetadata}. */
    static Map<String, String> metadata(byte[] onnx) {
        try (OrtSession session = open(onnx)) {
            return Map.copyOf(session.getMetadata().getCustomMetadata());
        } catch (OrtException e) {
            throw new EngineException(
                    "the metadata cannot be read: " + OnnxEnvironment.words(e), e);
        }
    }

    /**
     * A new session for frames of one size, or of all when it is null.
     *
     * @throws EngineException if the network has no such form
     */
    OrtSession open(Form form, Device device, Device.@Nullable Shape shape) throws OrtException {
        byte[] graph = form == Form.BYTES ? onnx : floatOnnx;
        if (graph == null) {
            throw new EngineException(floatRefusal);
        }
        return device.open(graph, digest(graph), input, shape);
    }

    /** Why the network has no such form; null if it has. */
    @Nullable String refusalOf(Form form) {
        return form == Form.BYTES ? null : floatRefusal;
    }

    /** The name of the only input. */
    String input() {
        return input;
    }

    /** The name of the first output. */
    String output() {
        return output;
    }

    /** Whether one call takes more than one frame. */
    boolean isBatchable() {
        return isBatchable;
    }

    /** The float form, tried out. */
    private static byte[] floatForm(byte[] onnx, String input, String output, Trial trial) {
        byte[] floatOnnx = FloatForm.of(onnx, input, output);
        try (OrtSession session = open(floatOnnx)) {
            trial.requireEqual(session);
            return floatOnnx;
        } catch (OrtException e) {
            throw new EngineException(
                    "without its ends it cannot be run: " + OnnxEnvironment.words(e), e);
        }
    }

    private static OrtSession open(byte[] onnx) {
        try (SessionOptions options = OnnxEnvironment.newOptions(OptLevel.BASIC_OPT)) {
            return OnnxEnvironment.get().createSession(onnx, options);
        } catch (OrtException e) {
            throw new EngineException(
                    "expected an ONNX file that can be loaded: " + OnnxEnvironment.words(e), e);
        }
    }

    private static long[] requirePlanes(String what, NodeInfo node) {
        if (!(node.getInfo() instanceof TensorInfo tensor)) {
            throw new EngineException(
                    "expected %s \"%s\" to be a tensor, got %s"
                            .formatted(what, node.getName(), node.getInfo()));
        }
        long[] shape = tensor.getShape();
        // ONNX Runtime does not always know an output's channels before the network has run
        boolean isPlane = shape.length == 4 && (shape[1] == 1 || what.equals("output"));
        if (tensor.type != OnnxJavaType.UINT8 || !isPlane) {
            throw new EngineException(
                    "expected %s \"%s\" to be UINT8 [?,1,?,?], got %s %s"
                            .formatted(what, node.getName(), tensor.type, Trial.describe(shape)));
        }
        return shape;
    }

    /** The first 16 digits of the SHA-256. */
    private static String digest(byte[] onnx) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(onnx);
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
