package io.upriver.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Small frames of noise that show whether a network keeps what its file promises: a wrong scale or
 * multiple would fail only at the first frame of a video, and a wrong receptive field not at all,
 * it would show as seams in the picture.
 */
final class Trial {

    private static final int MARGIN = 8;

    /** How far a float may lie from its byte: half for the rounding, the rest for arithmetic. */
    private static final float TOLERANCE = 0.51f;

    private final ModelContract contract;
    private final String input;
    private final String output;
    private final int changed;
    private final int size;
    private final byte[] frame;
    private final byte[] upscaled;

    /**
     * Runs a network and checks its promises.
     *
     * @throws EngineException if it does not keep them
     */
    Trial(OrtSession session, ModelContract contract, String input, String output)
            throws OrtException {
        this.contract = contract;
        this.input = input;
        this.output = output;
        int multiple = contract.multiple();
        this.changed = roundUp(MARGIN, multiple);
        int least = roundUp(contract.receptiveField() + 2 * changed, multiple);
        // an odd number of blocks, so that twice the multiple does not fit
        this.size = least / multiple % 2 == 0 ? least + multiple : least;
        this.frame = new byte[size * size];
        new Random(1).nextBytes(frame);
        this.upscaled = run(session, frame);
        requireReceptiveField(session);
    }

    /**
     * Checks that the network's other form makes the same of the same frame.
     *
     * @throws EngineException if it does not
     */
    void requireEqual(OrtSession floatForm) throws OrtException {
        ByteBuffer samples = newBuffer(Float.BYTES * frame.length);
        for (byte sample : frame) {
            samples.putFloat(Byte.toUnsignedInt(sample));
        }
        try (OnnxTensor low = tensor(Form.FLOATS, samples.flip());
                OrtSession.Result result = floatForm.run(Map.of(input, low), Set.of(output))) {
            OnnxTensor high = (OnnxTensor) result.get(0);
            requireSize(high);
            float[] floats = new float[upscaled.length];
            high.getFloatBuffer().get(floats);
            for (int i = 0; i < floats.length; i++) {
                int expected = Byte.toUnsignedInt(upscaled[i]);
                float limited = Math.max(0, Math.min(floats[i], 255));
                if (!(Math.abs(limited - expected) <= TOLERANCE)) {
                    throw new EngineException(
                            "without its ends it gives %f in place of %d"
                                    .formatted(floats[i], expected));
                }
            }
        }
    }

    private void requireReceptiveField(OrtSession session) throws OrtException {
        byte[] otherRows = frame.clone();
        byte[] otherColumns = frame.clone();
        for (int near = 0; near < changed; near++) {
            for (int along = 0; along < size; along++) {
                otherRows[near * size + along] ^= (byte) 0xff;
                otherColumns[along * size + near] ^= (byte) 0xff;
            }
        }
        byte[] ofRows = run(session, otherRows);
        byte[] ofColumns = run(session, otherColumns);
        int side = size * contract.scale();
        for (int far = (changed + contract.receptiveField()) * contract.scale();
                far < side;
                far++) {
            for (int along = 0; along < side; along++) {
                int inRow = far * side + along;
                int inColumn = along * side + far;
                if (upscaled[inRow] != ofRows[inRow] || upscaled[inColumn] != ofColumns[inColumn]) {
                    throw new EngineException(
                            "expected a receptive field of %d samples, but farther ones matter"
                                    .formatted(contract.receptiveField()));
                }
            }
        }
    }

    private byte[] run(OrtSession session, byte[] samples) throws OrtException {
        try (OnnxTensor low = tensor(Form.BYTES, newBuffer(samples.length).put(samples).flip());
                OrtSession.Result result = session.run(Map.of(input, low), Set.of(output))) {
            OnnxTensor high = (OnnxTensor) result.get(0);
            requireSize(high);
            byte[] bytes = new byte[size * contract.scale() * size * contract.scale()];
            high.getByteBuffer().get(bytes);
            return bytes;
        }
    }

    private OnnxTensor tensor(Form form, ByteBuffer samples) throws OrtException {
        return OnnxTensor.createTensor(
                OnnxEnvironment.get(), samples, new long[] {1, 1, size, size}, form.type());
    }

    private void requireSize(OnnxTensor high) {
        long side = (long) size * contract.scale();
        long[] expected = {1, 1, side, side};
        long[] actual = high.getInfo().getShape();
        if (!Arrays.equals(expected, actual)) {
            throw new EngineException(
                    "expected an output of %s for an input of %s and scale %d, got %s"
                            .formatted(
                                    describe(expected),
                                    describe(new long[] {1, 1, size, size}),
                                    contract.scale(),
                                    describe(actual)));
        }
    }

    /** For example {@code [1,1,?,?]}. */
    static String describe(long[] shape) {
        return LongStream.of(shape)
                .mapToObj(n -> n < 0 ? "?" : Long.toString(n))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static ByteBuffer newBuffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static int roundUp(int value, int multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }
}
