package io.upriver.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.InvalidProtocolBufferException;

/** The metadata of a finished ONNX model. */
public final class OnnxMetadata {
    private OnnxMetadata() {}

    /**
     * A copy of a model with one more key, or another value for one that it has; graph, weights and
     * other keys stay.
     *
     * @throws IllegalArgumentException if it is no ONNX model
     */
    public static byte[] with(byte[] model, String key, String value) {
        ModelProto.Builder edited;
        try {
            edited = ModelProto.parseFrom(model).toBuilder();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(
                    "expected an ONNX model, got none: " + e.getMessage(), e);
        }
        for (int i = edited.getMetadataPropsCount() - 1; i >= 0; i--) {
            if (edited.getMetadataProps(i).getKey().equals(key)) {
                edited.removeMetadataProps(i);
            }
        }
        return edited.addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value))
                .build()
                .toByteArray();
    }
}
