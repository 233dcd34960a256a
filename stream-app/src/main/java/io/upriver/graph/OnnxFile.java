package io.upriver.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A network from outside whose file was checked: nothing in it is unknown, and it may be given to
 * ONNX Runtime once its shapes were followed too, by {@link #requireScale}.
 *
 * <p><b>What is checked, in this order.</b>
 *
 * <ol>
 *   <li>The file's size, and how many fields it has, before anything is made of it.
 *   <li>Versions, operators, names, constants, the tensor contract: {@link Structure}.
 *   <li>Shapes, memory and work, from the input to the output: {@link Course}.
 * </ol>
 *
 * <p>What ONNX Runtime gets is not the file but what was read from it, written anew: fields that
 * this program does not know are gone, and there is no second way to read it. Immutable.
 */
public final class OnnxFile {

    private static final int MAX_NESTING = 32;

    /** A frame for shapes alone, in multiples: odd, so that a larger multiple does not fit. */
    private static final int SMALL_HEIGHT = 17;

    private static final int SMALL_WIDTH = 13;

    private final ModelProto model;
    private final GraphConstants constants;
    private final GraphLimits limits;
    private final Map<String, String> metadata;

    private OnnxFile(ModelProto model, GraphLimits limits, Map<String, String> metadata) {
        this.model = model;
        this.constants = new GraphConstants(model.getGraph());
        this.limits = limits;
        this.metadata = metadata;
    }

    /**
     * Reads a file and checks what can be checked without following its shapes.
     *
     * @throws GraphException if it is refused
     */
    public static OnnxFile read(byte[] onnx, GraphLimits limits) {
        if (onnx.length > limits.maxBytes()) {
            throw new GraphException(
                    "expected a model file of at most %d bytes, got %d"
                            .formatted(limits.maxBytes(), onnx.length));
        }
        ModelProto model;
        try {
            WireScan.check(onnx);
            CodedInputStream in = CodedInputStream.newInstance(onnx);
            in.setRecursionLimit(MAX_NESTING);
            model = DiscardUnknownFieldsParser.wrap(ModelProto.parser()).parseFrom(in);
        } catch (IOException e) {
            throw new GraphException(
                    "expected an ONNX file, got %d other bytes: %s"
                            .formatted(onnx.length, e.getMessage().strip()),
                    e);
        }
        Structure.check(model);
        return new OnnxFile(model, limits, readMetadata(model));
    }

    private static Map<String, String> readMetadata(ModelProto model) {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (StringStringEntryProto entry : model.getMetadataPropsList()) {
            if (metadata.put(entry.getKey(), entry.getValue()) != null) {
                throw new GraphException(
                        "expected every key of the metadata once, got %s twice"
                                .formatted(entry.getKey()));
            }
        }
        return Collections.unmodifiableMap(metadata);
    }

    /**
     * Follows shapes through the network: the output is so many times wider and higher than the
     * input, and what is between stays within the limits.
     *
     * @param multiple what width and height are multiples of, at least 1
     * @throws GraphException if not
     */
    public void requireScale(int scale, int multiple) {
        Shape small =
                Shape.of(
                        isBatchable() ? 2 : 1,
                        1,
                        (long) SMALL_HEIGHT * multiple,
                        (long) SMALL_WIDTH * multiple);
        Shape expected = small.with(2, scale * small.at(2)).with(3, scale * small.at(3));
        Shape actual = Course.follow(model.getGraph(), constants, limits, small);
        if (!actual.equals(expected)) {
            throw new GraphException(
                    "expected an output of %s for an input of %s and scale %d, got %s"
                            .formatted(expected, small, scale, actual));
        }
        Shape frame =
                Shape.of(
                        1,
                        1,
                        roundUp(GraphLimits.FRAME_HEIGHT, multiple),
                        roundUp(GraphLimits.FRAME_WIDTH, multiple));
        Course.follow(model.getGraph(), constants, limits, frame);
    }

    private static long roundUp(int value, int multiple) {
        return (value + multiple - 1L) / multiple * multiple;
    }

    /**
     * How many multiplications, each with an addition, a convolution makes for a value that it
     * writes: the mean over all values that convolutions write for a sample. 0 without
     * convolutions.
     */
    public double multiplyAddsPerValue() {
        long values = 0;
        long multiplyAdds = 0;
        for (NodeProto node : graph().getNodeList()) {
            TensorProto weight =
                    node.getOpType().equals("Conv") ? constants.get(node.getInput(1)) : null;
            if (weight != null) {
                values += weight.getDims(0);
                multiplyAdds += Tensors.shape(weight).elements();
            }
        }
        return values == 0 ? 0 : (double) multiplyAdds / values;
    }

    /**
     * How many multiplications, each with an addition, the convolutions make for a sample that
     * comes in, where all of them work on as many positions as there are samples. To compare
     * networks.
     */
    public long multiplyAddsPerSample() {
        long multiplyAdds = 0;
        for (NodeProto node : graph().getNodeList()) {
            TensorProto weight =
                    node.getOpType().equals("Conv") ? constants.get(node.getInput(1)) : null;
            multiplyAdds += weight == null ? 0 : Tensors.shape(weight).elements();
        }
        return multiplyAdds;
    }

    /** What the file says of itself. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The name of the only input. */
    public String input() {
        return graph().getInput(0).getName();
    }

    /** The name of the only output. */
    public String output() {
        return graph().getOutput(0).getName();
    }

    /** Whether one call takes more than one frame. */
    public boolean isBatchable() {
        return Structure.isBatchable(graph());
    }

    /** The model, written anew. */
    public byte[] bytes() {
        return model.toByteArray();
    }

    /**
     * The model without the nodes at its ends that turn bytes into floats and back, written anew:
     * {@link FloatForm}.
     *
     * @throws GraphException if the ends are not known, saying which
     */
    public byte[] floatForm() {
        return FloatForm.of(model, input(), output());
    }

    private GraphProto graph() {
        return model.getGraph();
    }
}
