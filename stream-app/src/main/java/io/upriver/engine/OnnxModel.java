package io.upriver.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.upriver.graph.GraphException;
import io.upriver.graph.OnnxFile;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A network that keeps what its metadata promise: scale and multiple as its shapes say, the rest as
 * a {@link Trial} on the CPU shows, whatever the device.
 *
 * <p>Where the graph has a form for floats, {@link OnnxFile#floatForm}, that is tried as well; a
 * network without one is for bytes alone.
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
    static OnnxModel checked(OnnxFile file, ModelContract contract, RunLimit limit) {
        file.requireScale(contract.scale(), contract.multiple());
        byte[] onnx = file.bytes();
        try (OrtSession session = open(onnx)) {
            Trial trial = new Trial(session, contract, file.input(), file.output(), limit);
            byte[] floatOnnx = null;
            String floatRefusal = null;
            try {
                floatOnnx = floatForm(file, trial);
            } catch (EngineException | GraphException e) {
                limit.requireTime();
                floatRefusal = "the network takes bytes only: " + e.getMessage();
            }
            return new OnnxModel(
                    onnx, floatOnnx, floatRefusal, file.input(), file.output(), file.isBatchable());
        } catch (OrtException e) {
            limit.requireTime();
            throw new EngineException("the network cannot be run: " + OnnxEnvironment.words(e), e);
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
    private static byte[] floatForm(OnnxFile file, Trial trial) {
        byte[] floatOnnx = file.floatForm();
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
                    "expected a network that can be loaded: " + OnnxEnvironment.words(e), e);
        }
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
