package io.upriver.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks of a file's constant tensors: their shape, that their data is there, and finite. */
final class Tensors {

    private static final int MAX_RANK = 8;

    /** Bytes of a number, for the types that networks for pictures use. */
    private static final Map<DataType, Integer> BYTES =
            Map.of(
                    DataType.FLOAT, 4,
                    DataType.FLOAT16, 2,
                    DataType.BFLOAT16, 2,
                    DataType.UINT8, 1,
                    DataType.INT8, 1,
                    DataType.UINT16, 2,
                    DataType.INT16, 2,
                    DataType.INT32, 4,
                    DataType.INT64, 8);

    private static final int HALF_EXPONENT = 0x7c00;
    private static final int BFLOAT_EXPONENT = 0x7f80;

    private Tensors() {}

    /**
     * Checks a tensor of the file.
     *
     * @param name what a sentence calls it
     * @throws GraphException if it is not all there
     */
    static void check(String name, TensorProto tensor) {
        if (tensor.getExternalDataCount() > 0
                || tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            throw refusal(name, "its data in the file, got data in another file");
        }
        DataType type = DataType.forNumber(tensor.getDataType());
        Integer bytes = type == null ? null : BYTES.get(type);
        if (bytes == null) {
            throw refusal(
                    name,
                    "a type such as FLOAT or UINT8, got "
                            + (type == null ? tensor.getDataType() : type));
        }
        requireData(name, tensor, type, bytes);
        requireFinite(name, tensor, type);
    }

    /** The shape that a checked tensor has. */
    static Shape shape(TensorProto tensor) {
        return new Shape(tensor.getDimsList());
    }

    private static void requireData(String name, TensorProto tensor, DataType type, int bytes) {
        long elements = elements(name, tensor);
        long typed =
                (long) tensor.getFloatDataCount()
                        + tensor.getInt32DataCount()
                        + tensor.getInt64DataCount()
                        + tensor.getDoubleDataCount()
                        + tensor.getUint64DataCount()
                        + tensor.getStringDataCount();
        String shown = type + " " + shape(tensor);
        if (tensor.hasSegment()) {
            throw refusal(name, "one piece of data, got a segment");
        }
        if (tensor.hasRawData()) {
            if (typed > 0 || tensor.getRawData().size() / bytes != elements) {
                throw refusal(
                        name,
                        "%d numbers of %d bytes for %s, got %d bytes"
                                .formatted(elements, bytes, shown, tensor.getRawData().size()));
            }
            if (tensor.getRawData().size() % bytes != 0) {
                throw refusal(name, "whole numbers of %d bytes for %s".formatted(bytes, shown));
            }
            return;
        }
        long own =
                switch (type) {
                    case FLOAT -> tensor.getFloatDataCount();
                    case INT64 -> tensor.getInt64DataCount();
                    default -> tensor.getInt32DataCount();
                };
        if (own != elements || typed != elements) {
            throw refusal(name, "%d numbers for %s, got %d".formatted(elements, shown, own));
        }
    }

    private static long elements(String name, TensorProto tensor) {
        boolean isOdd = tensor.getDimsList().stream().anyMatch(extent -> extent < 0);
        if (tensor.getDimsCount() > MAX_RANK || isOdd) {
            throw refusal(
                    name,
                    "at most %d extents of at least 0, got %s".formatted(MAX_RANK, shape(tensor)));
        }
        try {
            return shape(tensor).elements();
        } catch (ArithmeticException e) {
            throw refusal(name, "a shape that can be, got " + shape(tensor));
        }
    }

    private static void requireFinite(String name, TensorProto tensor, DataType type) {
        ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        int count =
                switch (type) {
                    case FLOAT -> Math.max(raw.remaining() / 4, tensor.getFloatDataCount());
                    case FLOAT16, BFLOAT16 ->
                            Math.max(raw.remaining() / 2, tensor.getInt32DataCount());
                    default -> 0;
                };
        boolean isRaw = tensor.hasRawData();
        for (int i = 0; i < count; i++) {
            boolean isFinite;
            if (type == DataType.FLOAT) {
                isFinite = Float.isFinite(isRaw ? raw.getFloat(4 * i) : tensor.getFloatData(i));
            } else {
                int exponent = type == DataType.FLOAT16 ? HALF_EXPONENT : BFLOAT_EXPONENT;
                int bits = isRaw ? raw.getShort(2 * i) : tensor.getInt32Data(i);
                isFinite = (bits & exponent) != exponent;
            }
            if (!isFinite) {
                throw refusal(name, "finite numbers, got another at %d".formatted(i));
            }
        }
    }

    /** The value of a node without inputs, {@code Constant}; null if it has none that is known. */
    static @Nullable TensorProto valueOf(ai.onnx.proto.OnnxMl.NodeProtoOrBuilder constant) {
        TensorProto.Builder value = TensorProto.newBuilder();
        for (var attribute : constant.getAttributeList()) {
            switch (attribute.getName()) {
                case "value" -> {
                    return attribute.getT();
                }
                case "value_float" ->
                        value.setDataType(DataType.FLOAT.getNumber())
                                .addFloatData(attribute.getF());
                case "value_int" ->
                        value.setDataType(DataType.INT64.getNumber())
                                .addInt64Data(attribute.getI());
                case "value_floats" ->
                        value.setDataType(DataType.FLOAT.getNumber())
                                .addDims(attribute.getFloatsCount())
                                .addAllFloatData(attribute.getFloatsList());
                case "value_ints" ->
                        value.setDataType(DataType.INT64.getNumber())
                                .addDims(attribute.getIntsCount())
                                .addAllInt64Data(attribute.getIntsList());
                default -> {
                    return null;
                }
            }
        }
        return constant.getAttributeCount() == 1 ? value.build() : null;
    }

    private static GraphException refusal(String name, String expected) {
        return new GraphException("constant \"%s\": expected %s".formatted(name, expected));
    }
}
