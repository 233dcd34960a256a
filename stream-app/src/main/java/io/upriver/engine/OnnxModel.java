package io.upriver.engine;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX file that keeps the tensor contract, {@code uint8 [N,1,H,W]} to {@code uint8
 * [N,1,sH,sW]}, and what its metadata promises.
 *
 * <p>The promises are tried out on the CPU, whatever the device, with small frames: a wrong scale
 * or multiple would fail only at the first frame, and a wrong receptive field not at all, it would
 * show as seams in the picture.
 *
 * <p>Immutable.
 */
final class OnnxModel {

    private static final int MARGIN = 8;

    private final byte[] onnx;
    private final String input;
    private final String output;
    private final boolean isBatchable;

    private OnnxModel(byte[] onnx, String input, String output, boolean isBatchable) {
        this.onnx = onnx;
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
                                .formatted(input.getName(), describe(inputShape)));
            }
            OnnxModel model =
                    new OnnxModel(
                            onnx.clone(), input.getName(), output.getName(), inputShape[0] < 0);
            model.tryOut(session, contract);
            return model;
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

    /** A new session for frames of one size, or of all when it is null. */
    OrtSession open(Device device, Device.@Nullable Shape shape) throws OrtException {
        return device.open(onnx, digest(onnx), input, shape);
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
                            .formatted(what, node.getName(), tensor.type, describe(shape)));
        }
        return shape;
    }

    private void tryOut(OrtSession session, ModelContract contract) throws OrtException {
        int multiple = contract.multiple();
        int changed = roundUp(MARGIN, multiple);
        int size = roundUp(contract.receptiveField() + 2 * changed, multiple);
        if (size / multiple % 2 == 0) {
            size += multiple; // an odd number of blocks, so that twice the multiple does not fit
        }
        byte[] frame = new byte[size * size];
        new Random(1).nextBytes(frame);
        byte[] otherRows = frame.clone();
        byte[] otherColumns = frame.clone();
        for (int near = 0; near < changed; near++) {
            for (int along = 0; along < size; along++) {
                otherRows[near * size + along] ^= (byte) 0xff;
                otherColumns[along * size + near] ^= (byte) 0xff;
            }
        }
        byte[] expected = run(session, frame, size, contract);
        byte[] ofRows = run(session, otherRows, size, contract);
        byte[] ofColumns = run(session, otherColumns, size, contract);
        int side = size * contract.scale();
        for (int far = (changed + contract.receptiveField()) * contract.scale();
                far < side;
                far++) {
            for (int along = 0; along < side; along++) {
                int inRow = far * side + along;
                int inColumn = along * side + far;
                if (expected[inRow] != ofRows[inRow] || expected[inColumn] != ofColumns[inColumn]) {
                    throw new EngineException(
                            "expected a receptive field of %d samples, but farther ones matter"
                                    .formatted(contract.receptiveField()));
                }
            }
        }
    }

    private byte[] run(OrtSession session, byte[] frame, int size, ModelContract contract)
            throws OrtException {
        OrtEnvironment environment = OnnxEnvironment.get();
        long[] shape = {1, 1, size, size};
        long[] expected = {1, 1, (long) size * contract.scale(), (long) size * contract.scale()};
        ByteBuffer buffer = ByteBuffer.allocateDirect(frame.length).put(frame).flip();
        try (OnnxTensor tensor =
                        OnnxTensor.createTensor(environment, buffer, shape, OnnxJavaType.UINT8);
                OrtSession.Result result = session.run(Map.of(input, tensor), Set.of(output))) {
            OnnxTensor upscaled = (OnnxTensor) result.get(0);
            long[] actual = upscaled.getInfo().getShape();
            if (!Arrays.equals(expected, actual)) {
                throw new EngineException(
                        "expected an output of %s for an input of %s and scale %d, got %s"
                                .formatted(
                                        describe(expected),
                                        describe(shape),
                                        contract.scale(),
                                        describe(actual)));
            }
            byte[] samples = new byte[Math.toIntExact(expected[2] * expected[3])];
            upscaled.getByteBuffer().get(samples);
            return samples;
        }
    }

    private static int roundUp(int value, int multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }

    private static String describe(long[] shape) {
        return LongStream.of(shape)
                .mapToObj(n -> n < 0 ? "?" : Long.toString(n))
                .collect(Collectors.joining(",", "[", "]"));
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
