package io.upriver.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Small frames of noise that show whether a network keeps what its file promises: a wrong receptive
 * field would never fail, it would show as seams in the picture.
 */
final class Trial {

    private static final int MARGIN = 8;

    /** How far a float may lie from its byte: half for the rounding, the rest for arithmetic. */
    private static final float TOLERANCE = 0.51f;

    private final ModelContract contract;
    private final String input;
    private final String output;
    private final RunLimit limit;
    private final int changed;
    private final int size;
    private final byte[] frame;
    private final byte[] upscaled;

    /**
     * Runs a network and checks its promises.
     *
     * @throws EngineException if it does not keep them
     */
    Trial(OrtSession session, ModelContract contract, String input, String output, RunLimit limit)
            throws OrtException {
        this.contract = contract;
        this.input = input;
        this.output = output;
        this.limit = limit;
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
        ByteBuffer made = run(floatForm, Form.FLOATS, samples);
        for (byte sample : upscaled) {
            int expected = Byte.toUnsignedInt(sample);
            float actual = made.getFloat();
            float limited = Math.max(0, Math.min(actual, 255));
            if (!(Math.abs(limited - expected) <= TOLERANCE)) {
                throw new EngineException(
                        "without its ends it gives %f in place of %d".formatted(actual, expected));
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
        ByteBuffer made = run(session, Form.BYTES, newBuffer(samples.length).put(samples));
        byte[] bytes = new byte[made.remaining()];
        made.get(bytes);
        return bytes;
    }

    /** Runs the network on what was put into a buffer; what comes out begins where it should. */
    private ByteBuffer run(OrtSession session, Form form, ByteBuffer samples) throws OrtException {
        int side = size * contract.scale();
        ByteBuffer made = newBuffer(form.bytesOf(side * side));
        try (OnnxTensor low = tensor(form, samples.flip(), size);
                OnnxTensor high = tensor(form, made, side)) {
            session.run(Map.of(input, low), Set.of(), Map.of(output, high), limit.options())
                    .close();
        }
        return made;
    }

    private static OnnxTensor tensor(Form form, ByteBuffer samples, int side) throws OrtException {
        return OnnxTensor.createTensor(
                OnnxEnvironment.get(), samples, new long[] {1, 1, side, side}, form.type());
    }

    private static ByteBuffer newBuffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static int roundUp(int value, int multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }
}
