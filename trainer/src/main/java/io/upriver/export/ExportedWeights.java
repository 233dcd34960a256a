package io.upriver.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.upriver.learn.Weights;
import io.upriver.learn.Weights.Tensor;
import io.upriver.student.StudentGraph;
import io.upriver.student.StudentSpec;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights inside an exported student, as they were trained: what {@link StudentOnnx} folds into
 * its ends is taken out again. Filters that were merged or whose rows were repeated at export are
 * not among them.
 */
public final class ExportedWeights {
    private static final String ARCHITECTURE = "upriver.architecture";

    private ExportedWeights() {}

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException if the bytes are no model of this trainer
     */
    public static Weights of(byte[] model) {
        ModelProto parsed;
        try {
            parsed = ModelProto.parseFrom(model);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not an ONNX model: " + e.getMessage(), e);
        }
        String spec =
                parsed.getMetadataPropsList().stream()
                        .filter(entry -> entry.getKey().equals(ARCHITECTURE))
                        .map(entry -> entry.getValue())
                        .findAny()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "expected "
                                                        + ARCHITECTURE
                                                        + " in the model's metadata, got nothing"));
        StudentSpec student = StudentSpec.parse(spec);
        String first = StudentGraph.firstFilter(student) + ".weight";
        String last = StudentGraph.lastFilter(student) + ".";
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (TensorProto tensor : parsed.getGraph().getInitializerList()) {
            if (tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber()
                    && tensor.getName().contains(".")) {
                float factor = 1;
                if (tensor.getName().equals(first)) {
                    factor = StudentOnnx.PEAK;
                } else if (tensor.getName().startsWith(last)) {
                    factor = 1 / StudentOnnx.PEAK;
                }
                tensors.put(tensor.getName(), values(tensor, factor));
            }
        }
        return new Weights(tensors);
    }

    private static Tensor values(TensorProto tensor, float factor) {
        List<Long> sizes = tensor.getDimsList();
        long[] shape = sizes.stream().mapToLong(Long::longValue).toArray();
        float[] values = new float[tensor.getRawData().size() / Float.BYTES];
        tensor.getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        return new Tensor(shape, values);
    }
}
