package io.upriver.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Copies of a good model's file with one change each, to show with them what a service does: others
 * that are good, whose pictures differ by a known amount, and some that are bad.
 *
 * <p>A file that cannot be changed in the way asked for is an {@link IllegalArgumentException}.
 */
public final class ChangedModels {

    private static final int NOISE_BYTES = 20_000;

    private ChangedModels() {}

    /** The same network; what it makes is so many code values brighter, or darker below 0. */
    public static byte[] brighter(byte[] good, float codeValues) {
        return changed(
                good,
                model -> {
                    GraphProto.Builder graph = model.getGraphBuilder();
                    int last = lastOf(graph, "QuantizeLinear");
                    NodeProto.Builder bytes = graph.getNodeBuilder(last);
                    Float scale = new GraphConstants(graph).scalar(bytes.getInput(1));
                    if (scale == null) {
                        throw new IllegalArgumentException(
                                "expected one scale for all samples at the network's end");
                    }
                    graph.addInitializer(scalar("brighter.by", codeValues * scale));
                    NodeProto.Builder add =
                            NodeProto.newBuilder()
                                    .setOpType("Add")
                                    .addInput(bytes.getInput(0))
                                    .addInput("brighter.by")
                                    .addOutput("brighter");
                    bytes.setInput(0, "brighter");
                    graph.addNode(last, add);
                });
    }

    /** The same network with an entry of its metadata that says something else, or is new. */
    public static byte[] withMetadata(byte[] good, String key, String value) {
        return changed(
                good,
                model -> {
                    for (int i = model.getMetadataPropsCount() - 1; i >= 0; i--) {
                        if (model.getMetadataProps(i).getKey().equals(key)) {
                            model.removeMetadataProps(i);
                        }
                    }
                    model.addMetadataProps(
                            StringStringEntryProto.newBuilder().setKey(key).setValue(value));
                });
    }

    /** Files that no service may take, by what is wrong with them. */
    public static Map<String, byte[]> bad(byte[] good) {
        byte[] noise = new byte[NOISE_BYTES];
        new Random(1).nextBytes(noise);
        Map<String, byte[]> bad = new LinkedHashMap<>();
        bad.put("empty", new byte[0]);
        bad.put("random bytes", noise);
        bad.put("truncated", Arrays.copyOf(good, good.length / 2));
        bad.put("weight that is no number", weight(good, ChangedModels::makeNoNumber));
        bad.put("weights of 10^18 numbers", weight(good, ChangedModels::makeHuge));
        bad.put("weights in another file", weight(good, ChangedModels::makeExternal));
        bad.put(
                "unknown operator",
                changed(
                        good,
                        model -> model.getGraphBuilder().getNodeBuilder(0).setOpType("Eval")));
        bad.put(
                "output that nothing makes",
                changed(
                        good,
                        model -> model.getGraphBuilder().getOutputBuilder(0).setName("nothing")));
        bad.put("picture much too bright", brighter(good, 40));
        return bad;
    }

    /**
     * @throws IllegalArgumentException if it is no model
     */
    static byte[] changed(byte[] good, Consumer<ModelProto.Builder> change) {
        try {
            ModelProto.Builder model = ModelProto.parseFrom(good).toBuilder();
            change.accept(model);
            return model.build().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("expected an ONNX file: " + e.getMessage(), e);
        }
    }

    private static byte[] weight(byte[] good, Consumer<TensorProto.Builder> change) {
        return changed(
                good,
                model -> {
                    GraphProto.Builder graph = model.getGraphBuilder();
                    String weight = graph.getNode(lastOf(graph, "Conv")).getInput(1);
                    graph.getInitializerBuilderList().stream()
                            .filter(tensor -> tensor.getName().equals(weight))
                            .forEach(change);
                });
    }

    private static void makeNoNumber(TensorProto.Builder weight) {
        byte[] data = weight.getRawData().toByteArray();
        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, Float.NaN);
        weight.setRawData(ByteString.copyFrom(data));
    }

    private static void makeHuge(TensorProto.Builder weight) {
        weight.clearDims().addDims(1_000_000_000).addDims(1_000_000_000);
    }

    private static void makeExternal(TensorProto.Builder weight) {
        weight.clearRawData()
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder()
                                .setKey("location")
                                .setValue("/etc/passwd"));
    }

    private static TensorProto scalar(String name, float value) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addFloatData(value)
                .build();
    }

    private static int lastOf(GraphProto.Builder graph, String operator) {
        for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
            if (graph.getNode(i).getOpType().equals(operator)) {
                return i;
            }
        }
        throw new IllegalArgumentException("expected a network with %s".formatted(operator));
    }
}
