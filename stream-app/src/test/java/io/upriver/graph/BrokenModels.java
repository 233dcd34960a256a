package io.upriver.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** Models that must be refused by their files alone, each made of a good one by one change. */
public final class BrokenModels {

    /**
     * A file and the words with which it is refused.
     *
     * @param file nobody changes it
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Broken(byte[] file, String words) {}

    private final byte[] good;
    private final Map<String, Broken> all = new LinkedHashMap<>();

    private BrokenModels(byte[] good) {
        this.good = good;
    }

    /**
     * By what is wrong with them.
     *
     * @param good a student of scale 2 with luma bytes in and out
     */
    public static Map<String, Broken> of(byte[] good) {
        BrokenModels models = new BrokenModels(good);
        models.addOtherFiles();
        models.addOtherVersions();
        models.addOtherOperators();
        models.addBadConstants();
        models.addBadGraphs();
        models.addOtherEnds();
        models.addGreedy();
        models.addBadMetadata();
        return models.all;
    }

    private void addOtherFiles() {
        byte[] noise = new byte[20_000];
        new Random(1).nextBytes(noise);
        add("empty", new byte[0], "expected an IR version of 4 to 10, got 0");
        add("text", "<html>404</html>".getBytes(StandardCharsets.UTF_8), "expected an ONNX file");
        add("random bytes", noise, "expected an ONNX file, got 20000 other bytes: ");
        add("truncated", Arrays.copyOf(good, good.length / 2), "expected an ONNX file, got ");
        add("too large", new byte[(64 << 20) + 1], "at most 67108864 bytes, got 67108865");
    }

    private void addOtherVersions() {
        change("IR of 1999", model -> model.setIrVersion(3), "expected an IR version of 4 to 10");
        change(
                "opset of the past",
                model -> model.getOpsetImportBuilder(0).setVersion(9),
                "expected an opset of 11 to 21, got 9");
        change(
                "opset of the future",
                model -> model.getOpsetImportBuilder(0).setVersion(99),
                "expected an opset of 11 to 21, got 99");
        change(
                "foreign operators",
                model ->
                        model.addOpsetImport(
                                OperatorSetIdProto.newBuilder()
                                        .setDomain("com.microsoft")
                                        .setVersion(1)),
                "expected ONNX's own operators alone, got those of [ai.onnx, com.microsoft]");
        change(
                "functions",
                model -> model.addFunctions(FunctionProto.newBuilder().setName("f")),
                "expected no functions, got 1");
    }

    private void addOtherOperators() {
        for (String operator : List.of("If", "Loop", "Scan")) {
            change(
                    operator,
                    model ->
                            before(
                                    model,
                                    node(operator)
                                            .addAttribute(
                                                    AttributeProto.newBuilder()
                                                            .setName("body")
                                                            .setType(
                                                                    AttributeProto.AttributeType
                                                                            .GRAPH)
                                                            .setG(GraphProto.newBuilder()))),
                    "expected an operator of networks for pictures, got " + operator);
        }
        for (String operator : List.of("ConstantOfShape", "Expand", "Tile", "Shape", "Resample")) {
            change(
                    operator,
                    model -> before(model, node(operator)),
                    "expected an operator of networks for pictures, got " + operator);
        }
        change(
                "custom domain",
                model -> before(model, node("Relu").setDomain("evil")),
                "expected an operator of networks for pictures, got evil.Relu");
        change(
                "hidden graph",
                model ->
                        model.getGraphBuilder()
                                .getNodeBuilder(3)
                                .addAttribute(
                                        AttributeProto.newBuilder()
                                                .setName("alpha")
                                                .setType(AttributeProto.AttributeType.FLOAT)
                                                .setG(GraphProto.newBuilder())),
                "expected numbers or a word as attribute alpha");
    }

    private void addBadConstants() {
        constant(
                "external data",
                tensor ->
                        tensor.clearRawData()
                                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                                .addExternalData(
                                        StringStringEntryProto.newBuilder()
                                                .setKey("location")
                                                .setValue("/etc/passwd")),
                "expected its data in the file, got data in another file");
        constant(
                "huge constant",
                tensor -> tensor.clearDims().addDims(1_000_000_000L),
                "expected 1000000000 numbers of 4 bytes for FLOAT [1000000000], got ");
        constant(
                "endless constant",
                tensor -> tensor.clearDims().addDims(1L << 40).addDims(1L << 40),
                "expected a shape that can be, got [1099511627776,1099511627776]");
        constant(
                "negative constant",
                tensor -> tensor.clearDims().addDims(-1).addDims(-1),
                "extents of at least 0, got [-1,-1]");
        constant(
                "constant without data",
                tensor -> tensor.clearRawData(),
                " numbers for FLOAT [16,");
        constant(
                "constant of strings",
                tensor -> tensor.setDataType(DataType.STRING.getNumber()),
                "expected a type such as FLOAT or UINT8, got STRING");
        constant("weight that is no number", withFirst(Float.NaN), "expected finite numbers");
        constant(
                "endless weight",
                withFirst(Float.NEGATIVE_INFINITY),
                "expected finite numbers, got another at 0");
        change(
                "sparse constant",
                model -> model.getGraphBuilder().addSparseInitializer(sparse()),
                "expected no sparse constants, got 1");
    }

    private void addBadGraphs() {
        change(
                "cycle",
                model -> {
                    NodeProto.Builder first = model.getGraphBuilder().getNodeBuilder(0);
                    first.setInput(0, model.getGraph().getNode(2).getOutput(0));
                },
                "expected the nodes before to make ");
        change(
                "duplicated names",
                model ->
                        model.getGraphBuilder()
                                .getNodeBuilder(2)
                                .setOutput(0, model.getGraph().getNode(1).getOutput(0)),
                "expected a name for every tensor, and no name twice");
        change(
                "constant in place of the input",
                model ->
                        model.getGraphBuilder()
                                .getInitializerBuilder(0)
                                .setName(model.getGraph().getInput(0).getName()),
                "and no name twice, got \"luma\"");
        change(
                "missing output",
                model -> model.getGraphBuilder().getOutputBuilder(0).setName("nothing"),
                "expected a node that makes the output \"nothing\", got none");
        change(
                "nothing inside",
                model -> model.getGraphBuilder().clearNode(),
                "expected a number of nodes of 1 to 4096, got 0");
        change(
                "too many nodes",
                model -> {
                    for (int i = 0; i < 5000; i++) {
                        model.getGraphBuilder().addNode(node("Relu").setOutput(0, "more" + i));
                    }
                },
                "expected a number of nodes of 1 to 4096, got ");
        change(
                "too many constants",
                model -> {
                    for (int i = 0; i < 5000; i++) {
                        model.getGraphBuilder()
                                .addInitializer(TensorProto.newBuilder().setName("more" + i));
                    }
                },
                "expected a number of constants of 0 to 4096, got ");
        change(
                "other channels inside",
                model -> {
                    NodeProto.Builder conv = firstConv(model);
                    conv.setInput(1, model.getGraph().getInitializer(10).getName());
                },
                "expected ");
        add("swollen", swollen(), "expected at most 200000 fields in the file, got more");
        add("nested", nested(), "expected at most 16 messages inside of each other, got more");
    }

    private void addOtherEnds() {
        change(
                "colour",
                model -> extent(model, 1).setDimValue(3),
                "expected input \"luma\" to be UINT8 [?,1,?,?], got UINT8 [?,3,?,?]");
        change(
                "one size",
                model -> extent(model, 2).setDimValue(360),
                "expected a network for any frame size, got input \"luma\" [?,1,360,?]");
        change(
                "another rank",
                model ->
                        model.getGraphBuilder()
                                .getInputBuilder(0)
                                .getTypeBuilder()
                                .getTensorTypeBuilder()
                                .getShapeBuilder()
                                .removeDim(0),
                "to be UINT8 [?,1,?,?], got UINT8 [1,?,?]");
        change(
                "floats",
                model ->
                        model.getGraphBuilder()
                                .getInputBuilder(0)
                                .getTypeBuilder()
                                .getTensorTypeBuilder()
                                .setElemType(DataType.FLOAT.getNumber()),
                "to be UINT8 [?,1,?,?], got FLOAT [?,1,?,?]");
        change(
                "two inputs",
                model ->
                        model.getGraphBuilder()
                                .addInput(
                                        model.getGraph().getInput(0).toBuilder()
                                                .setName("previous")),
                "expected a network with one input, got [luma, previous]");
        change(
                "two outputs",
                model -> model.getGraphBuilder().addOutput(model.getGraph().getInput(0)),
                "expected a network with one output, got [upscaled, luma]");
    }

    private void addGreedy() {
        change(
                "100 000 channels",
                model -> {
                    floats(model, "wide", 100_000, 1, 1, 1);
                    after(model, "Conv", "wide");
                },
                "bytes of memory for a frame of 1920x1080, got ");
        change(
                "a larger and larger one",
                model -> {
                    for (int i = 0; i < 40; i++) {
                        String from = i == 0 ? "luma" : "double" + (i - 1);
                        before(
                                model,
                                node("Concat")
                                        .clearInput()
                                        .addInput(from)
                                        .addInput(from)
                                        .setOutput(0, "double" + i)
                                        .addAttribute(number("axis", 1)));
                    }
                },
                "bytes of memory for a frame of 1920x1080, got ");
        change(
                "constants spread over each other",
                model -> {
                    floats(model, "tall", 1, 1, 100_000, 1);
                    floats(model, "broad", 1, 1, 1, 100_000);
                    before(model, node("Mul").setInput(0, "tall").addInput("broad"));
                },
                "bytes of memory for a frame of 1920x1080, got 40");
        change(
                "padding by a million",
                model -> {
                    longs(model, "pads", 0, 0, 0, 0, 0, 0, 1_000_000, 1_000_000);
                    before(model, node("Pad").addInput("pads"));
                },
                "bytes of memory for a frame of 1920x1080, got ");
        change(
                "padding beyond all numbers",
                model -> {
                    longs(model, "pads", 0, 0, Long.MAX_VALUE, 0, 0, 0, 1, 1);
                    before(model, node("Pad").addInput("pads"));
                },
                "expected shapes that can be, got some beyond 2^63");
        change(
                "blocks of a million",
                model -> before(model, node("DepthToSpace").addAttribute(number("blocksize", 9))),
                "expected a number of channels that 81 divides, got 1");
        change(
                "all blocks in channels",
                model ->
                        before(
                                model,
                                node("SpaceToDepth")
                                        .addAttribute(number("blocksize", 4_000_000_000L))),
                "expected blocksize of 1 to 2147483647, got 4000000000");
        change(
                "a thousand times larger",
                model -> {
                    floats(model, "scales", 1, 1, 1000, 1000);
                    model.getGraphBuilder()
                            .getInitializerBuilder(
                                    model.getGraphBuilder().getInitializerCount() - 1)
                            .clearDims()
                            .addDims(4)
                            .setRawData(raw(1, 1, 1000, 1000));
                    before(model, node("Resize").addInput("").addInput("scales"));
                },
                "bytes of memory for a frame of 1920x1080, got ");
        change(
                "a kernel over everything",
                model ->
                        before(
                                model,
                                node("AveragePool")
                                        .addAttribute(numbers("kernel_shape", 2001, 2001))
                                        .addAttribute(numbers("pads", 1000, 1000, 1000, 1000))),
                "multiply-adds for a frame of 1920x1080, got ");
    }

    private void addBadMetadata() {
        change(
                "key twice",
                model -> model.addMetadataProps(model.getMetadataProps(0)),
                "expected every key of the metadata once, got upriver.");
    }

    /** Sound by its shapes; which operator takes which type is for ONNX Runtime to say. */
    public static byte[] withActivationOfBytes(byte[] good) {
        return ChangedModels.changed(good, model -> before(model, node("Sigmoid")));
    }

    /** Sound, as large as before, and black whatever comes in: every weight is 0. */
    public static byte[] withoutWeights(byte[] good) {
        return ChangedModels.changed(
                good,
                model ->
                        model.getGraphBuilder().getInitializerBuilderList().stream()
                                .filter(tensor -> tensor.getDimsCount() == 4)
                                .forEach(
                                        tensor ->
                                                tensor.setRawData(
                                                        ByteString.copyFrom(
                                                                new byte
                                                                        [tensor.getRawData()
                                                                                .size()]))));
    }

    /** A node in front of the others that looks at the input; nobody looks at it. */
    private static void before(ModelProto.Builder model, NodeProto.Builder node) {
        GraphProto.Builder graph = model.getGraphBuilder();
        int at = 0;
        while (graph.getNode(at).getOutput(0).startsWith("double")) {
            at++;
        }
        graph.addNode(at, node);
    }

    /** A node with a constant as its second input, on what the first node makes of the input. */
    private static void after(ModelProto.Builder model, String operator, String constant) {
        GraphProto.Builder graph = model.getGraphBuilder();
        graph.addNode(
                1, node(operator).setInput(0, graph.getNode(0).getOutput(0)).addInput(constant));
    }

    private static NodeProto.Builder node(String operator) {
        return NodeProto.newBuilder()
                .setName("added")
                .setOpType(operator)
                .addInput("luma")
                .addOutput("added.out");
    }

    private static AttributeProto.Builder number(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value);
    }

    private static AttributeProto.Builder numbers(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(Arrays.stream(values).boxed().toList());
    }

    private static void floats(ModelProto.Builder model, String name, long... shape) {
        int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        model.getGraphBuilder()
                .addInitializer(
                        TensorProto.newBuilder()
                                .setName(name)
                                .setDataType(DataType.FLOAT.getNumber())
                                .addAllDims(Arrays.stream(shape).boxed().toList())
                                .setRawData(ByteString.copyFrom(new byte[4 * count])));
    }

    private static void longs(ModelProto.Builder model, String name, Long... values) {
        model.getGraphBuilder()
                .addInitializer(
                        TensorProto.newBuilder()
                                .setName(name)
                                .setDataType(DataType.INT64.getNumber())
                                .addDims(values.length)
                                .addAllInt64Data(Arrays.asList(values)));
    }

    private static void longs(ModelProto.Builder model, String name, long... values) {
        longs(model, name, Arrays.stream(values).boxed().toArray(Long[]::new));
    }

    private static ByteString raw(float... values) {
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return ByteString.copyFrom(raw);
    }

    private static Consumer<TensorProto.Builder> withFirst(float value) {
        return tensor -> {
            byte[] data = tensor.getRawData().toByteArray();
            ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, value);
            tensor.setRawData(ByteString.copyFrom(data));
        };
    }

    private static SparseTensorProto sparse() {
        return SparseTensorProto.newBuilder()
                .addDims(1_000_000_000L)
                .setValues(TensorProto.newBuilder().setName("sparse"))
                .build();
    }

    private static Dimension.Builder extent(ModelProto.Builder model, int axis) {
        return model.getGraphBuilder()
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .getShapeBuilder()
                .getDimBuilder(axis);
    }

    private static NodeProto.Builder firstConv(ModelProto.Builder model) {
        return model.getGraphBuilder().getNodeBuilderList().stream()
                .filter(node -> node.getOpType().equals("Conv"))
                .findFirst()
                .orElseThrow();
    }

    /** A graph of ten million empty nodes, of two bytes each. */
    private static byte[] swollen() {
        int nodes = 10_000_000;
        byte[] graph = new byte[2 * nodes];
        for (int i = 0; i < nodes; i++) {
            graph[2 * i] = (1 << 3) | 2;
        }
        return ModelProto.newBuilder().build().toByteString().concat(field(7, graph)).toByteArray();
    }

    /** A graph in an attribute of a node of a graph in an attribute... */
    private static byte[] nested() {
        byte[] graph = new byte[0];
        for (int depth = 0; depth < 40; depth++) {
            graph = field(1, field(5, field(6, graph).toByteArray()).toByteArray()).toByteArray();
        }
        return field(7, graph).toByteArray();
    }

    private static ByteString field(int number, byte[] value) {
        ByteString.Output out = ByteString.newOutput();
        out.write((number << 3) | 2);
        int rest = value.length;
        while (rest > 0x7f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
        out.write(value, 0, value.length);
        return out.toByteString();
    }

    private void constant(String name, Consumer<TensorProto.Builder> change, String words) {
        change(
                name,
                model -> {
                    String weight = firstConv(model).getInput(1);
                    model.getGraphBuilder().getInitializerBuilderList().stream()
                            .filter(tensor -> tensor.getName().equals(weight))
                            .forEach(change);
                },
                words);
    }

    private void change(String name, Consumer<ModelProto.Builder> change, String words) {
        add(name, ChangedModels.changed(good, change), words);
    }

    private void add(String name, byte[] file, String words) {
        all.put(name, new Broken(file, words));
    }
}
