package io.upriver.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks what can be said of a file without following its shapes: versions, operators, names, that
 * every tensor is made before it is used, constants, and the tensor contract, {@code uint8
 * [N,1,H,W]} to {@code uint8 [N,1,?,?]} with H and W free.
 */
final class Structure {

    static final long LEAST_OPSET = 11;
    static final long MOST_OPSET = 21;

    private static final long LEAST_IR = 4;
    private static final long MOST_IR = 10;

    /** Of nodes, and of constants: the deepest networks have a quarter of it. */
    private static final int MOST_PARTS = 4096;

    private final GraphProto graph;

    /** Tensors that are there, in the order of the nodes. */
    private final Set<String> names = new HashSet<>();

    private Structure(GraphProto graph) {
        this.graph = graph;
    }

    /**
     * @throws GraphException for the first thing that is otherwise
     */
    static void check(ModelProto model) {
        requireBetween("an IR version", model.getIrVersion(), LEAST_IR, MOST_IR);
        List<OperatorSetIdProto> sets = model.getOpsetImportList();
        if (sets.size() != 1 || !isStandard(sets.get(0).getDomain())) {
            throw new GraphException(
                    "expected ONNX's own operators alone, got those of "
                            + sets.stream().map(set -> shown(set.getDomain())).toList());
        }
        requireBetween("an opset", sets.get(0).getVersion(), LEAST_OPSET, MOST_OPSET);
        requireNone("functions", model.getFunctionsCount());
        requireNone("instructions for training", model.getTrainingInfoCount());
        new Structure(model.getGraph()).check();
    }

    /** Whether frames may come more than one at a time, in a checked graph. */
    static boolean isBatchable(GraphProto graph) {
        Dimension frames = graph.getInput(0).getType().getTensorType().getShape().getDim(0);
        return !frames.hasDimValue();
    }

    private void check() {
        requireBetween("a number of nodes", graph.getNodeCount(), 1, MOST_PARTS);
        requireBetween("a number of constants", graph.getInitializerCount(), 0, MOST_PARTS);
        requireNone("sparse constants", graph.getSparseInitializerCount());
        requirePlanes("input", graph.getInputList(), true);
        requirePlanes("output", graph.getOutputList(), false);
        define(graph.getInput(0).getName());
        for (TensorProto tensor : graph.getInitializerList()) {
            define(tensor.getName());
            Tensors.check(tensor.getName(), tensor);
        }
        graph.getNodeList().forEach(this::check);
        if (!names.contains(graph.getOutput(0).getName())) {
            throw new GraphException(
                    "expected a node that makes the output \"%s\", got none"
                            .formatted(graph.getOutput(0).getName()));
        }
    }

    private void check(NodeProto node) {
        String what = Step.describe(node);
        if (!isStandard(node.getDomain()) || !Operators.isKnown(node.getOpType())) {
            if (!isConstant(node)) {
                throw new GraphException(
                        "%s: expected an operator of networks for pictures, got %s%s"
                                .formatted(
                                        what,
                                        node.getDomain().isEmpty() ? "" : node.getDomain() + ".",
                                        node.getOpType()));
            }
            TensorProto value = Tensors.valueOf(node);
            if (value == null) {
                throw new GraphException(what + ": expected numbers as its value, got others");
            }
            Tensors.check(node.getOutput(0), value);
        }
        requireBetween(what + ": a number of outputs", node.getOutputCount(), 1, MOST_PARTS);
        node.getAttributeList().forEach(attribute -> check(what, node, attribute));
        for (String input : node.getInputList()) {
            if (!input.isEmpty() && !names.contains(input)) {
                throw new GraphException(
                        "%s: expected the nodes before to make \"%s\", none does"
                                .formatted(what, input));
            }
        }
        node.getOutputList().forEach(this::define);
    }

    static boolean isConstant(NodeProto node) {
        return isStandard(node.getDomain())
                && node.getOpType().equals("Constant")
                && node.getOutputCount() == 1;
    }

    private static void check(String what, NodeProto node, AttributeProto attribute) {
        boolean isPlain =
                switch (attribute.getType()) {
                    case INT, INTS, FLOAT, FLOATS, STRING -> true;
                    case TENSOR -> isConstant(node);
                    default -> false;
                };
        // whatever it says it is, nothing else may be there
        boolean isEmpty =
                !attribute.hasG()
                        && attribute.getGraphsCount() == 0
                        && !attribute.hasSparseTensor()
                        && attribute.getSparseTensorsCount() == 0
                        && attribute.getTensorsCount() == 0
                        && (isConstant(node) || !attribute.hasT())
                        && attribute.getRefAttrName().isEmpty();
        if (!isPlain || !isEmpty) {
            throw new GraphException(
                    "%s: expected numbers or a word as attribute %s, got %s"
                            .formatted(what, attribute.getName(), attribute.getType()));
        }
    }

    private void define(String name) {
        if (name.isEmpty() || !names.add(name)) {
            throw new GraphException(
                    "expected a name for every tensor, and no name twice, got \"%s\""
                            .formatted(name));
        }
    }

    private static void requirePlanes(
            String what, List<ValueInfoProto> ends, boolean mustHaveShape) {
        if (ends.size() != 1) {
            throw new GraphException(
                    "expected a network with one %s, got %s"
                            .formatted(what, ends.stream().map(ValueInfoProto::getName).toList()));
        }
        ValueInfoProto end = ends.get(0);
        if (!end.getType().hasTensorType()) {
            throw new GraphException(
                    "expected %s \"%s\" to be a tensor".formatted(what, end.getName()));
        }
        TypeProto.Tensor tensor = end.getType().getTensorType();
        List<Dimension> extents = tensor.getShape().getDimList();
        boolean isByte = tensor.getElemType() == TensorProto.DataType.UINT8.getNumber();
        boolean hasShape = tensor.hasShape() || mustHaveShape;
        if (!isByte || (hasShape && !isPlane(extents))) {
            throw new GraphException(
                    "expected %s \"%s\" to be UINT8 [?,1,?,?], got %s %s"
                            .formatted(
                                    what,
                                    end.getName(),
                                    TensorProto.DataType.forNumber(tensor.getElemType()),
                                    shown(extents)));
        }
        boolean isOneSize =
                mustHaveShape
                        && (isOther(extents.get(0), 1)
                                || extents.get(2).hasDimValue()
                                || extents.get(3).hasDimValue());
        if (isOneSize) {
            throw new GraphException(
                    "expected a network for any frame size, got %s \"%s\" %s"
                            .formatted(what, end.getName(), shown(extents)));
        }
    }

    private static boolean isPlane(List<Dimension> extents) {
        return extents.size() == 4
                && (!extents.get(1).hasDimValue() || extents.get(1).getDimValue() == 1);
    }

    private static boolean isOther(Dimension extent, long than) {
        return extent.hasDimValue() && extent.getDimValue() != than;
    }

    private static boolean isStandard(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    private static String shown(String domain) {
        return domain.isEmpty() ? "ai.onnx" : domain;
    }

    /** For example {@code [?,1,?,?]}. */
    private static String shown(List<Dimension> extents) {
        return extents.stream()
                .map(extent -> extent.hasDimValue() ? Long.toString(extent.getDimValue()) : "?")
                .toList()
                .toString()
                .replace(" ", "");
    }

    private static void requireNone(String what, int count) {
        if (count > 0) {
            throw new GraphException("expected no %s, got %d".formatted(what, count));
        }
    }

    private static void requireBetween(String what, long actual, long least, long most) {
        if (actual < least || actual > most) {
            throw new GraphException(
                    "expected %s of %d to %d, got %d".formatted(what, least, most, actual));
        }
    }
}
