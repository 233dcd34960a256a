package io.upriver.graph;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * Counts the fields of an ONNX file without making anything of them. In Java an empty message of
 * two bytes takes a hundred, so that a file of 64 MiB could otherwise fill the heap when it is
 * parsed.
 */
final class WireScan {

    /** A network with a thousand layers has a tenth of it. Data of weights is one field each. */
    private static final int MAX_FIELDS = 200_000;

    /** The deepest that a network needs is an extent of a shape: seven. */
    private static final int MAX_DEPTH = 16;

    private int fields;

    private WireScan() {}

    /**
     * @throws GraphException if there are too many fields, or too deep
     * @throws IOException if it is not the format
     */
    static void check(byte[] onnx) throws IOException {
        new WireScan().scan(CodedInputStream.newInstance(onnx), ModelProto.getDescriptor(), 1);
    }

    private void scan(CodedInputStream in, Descriptor type, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new GraphException(
                    "expected at most %d messages inside of each other, got more"
                            .formatted(MAX_DEPTH));
        }
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            count(1);
            FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
            boolean hasLength =
                    WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
            if (field == null || !hasLength) {
                in.skipField(tag);
            } else if (field.getJavaType() == JavaType.MESSAGE) {
                int outer = in.pushLimit(in.readRawVarint32());
                scan(in, field.getMessageType(), depth + 1);
                in.popLimit(outer);
            } else {
                int bytes = in.readRawVarint32();
                in.skipRawBytes(bytes);
                count(field.isPackable() && !isFixed(field) ? bytes : 0);
            }
        }
    }

    /** Whether a number takes as much in the file as in memory. */
    private static boolean isFixed(FieldDescriptor field) {
        return field.getJavaType() == JavaType.FLOAT || field.getJavaType() == JavaType.DOUBLE;
    }

    private void count(int more) {
        fields += more;
        if (fields > MAX_FIELDS) {
            throw new GraphException(
                    "expected at most %d fields in the file, got more".formatted(MAX_FIELDS));
        }
    }
}
