package io.upriver.graph;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes small ONNX files for tests, in the format's own encoding (protocol buffers; field numbers
 * from onnx.proto3), so that what is read was not made by a library that it uses.
 */
public final class OnnxWriter {

    public static final int FLOAT = 1;
    public static final int UINT8 = 2;
    public static final int INT64 = 7;

    private final Message graph = new Message();
    private final Message metadata = new Message();
    private final List<Node> nodes = new ArrayList<>();

    private record Node(List<String> inputs, String output, Message message) {}

    public OnnxWriter(String name) {
        graph.text(2, name);
    }

    /** An input; dimensions below zero are free. */
    public OnnxWriter input(String name, int type, long... shape) {
        graph.message(11, value(name, type, shape));
        return this;
    }

    /** An output; dimensions below zero are free. */
    public OnnxWriter output(String name, int type, long... shape) {
        graph.message(12, value(name, type, shape));
        return this;
    }

    /** A node; attributes come in pairs of a name and a Long, Float, String or long[]. */
    public OnnxWriter node(
            String operator, List<String> inputs, String output, Object... attributes) {
        Message node = new Message();
        inputs.forEach(input -> node.text(1, input));
        node.text(2, output).text(4, operator);
        for (int i = 0; i < attributes.length; i += 2) {
            node.message(5, attribute((String) attributes[i], attributes[i + 1]));
        }
        nodes.add(new Node(List.copyOf(inputs), output, node));
        return this;
    }

    public OnnxWriter floats(String name, float[] values, long... shape) {
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return tensor(name, FLOAT, raw.array(), shape);
    }

    /** A row of whole numbers. */
    public OnnxWriter longs(String name, long... values) {
        ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asLongBuffer().put(values);
        return tensor(name, INT64, raw.array(), values.length);
    }

    public OnnxWriter bytes(String name, byte[] values, long... shape) {
        return tensor(name, UINT8, values, shape);
    }

    public OnnxWriter metadata(String key, String value) {
        metadata.message(14, new Message().text(1, key).text(2, value));
        return this;
    }

    public byte[] toByteArray() {
        writeNodes();
        Message opset = new Message().number(2, 17);
        return new Message()
                .number(1, 8)
                .message(7, graph)
                .message(8, opset)
                .append(metadata)
                .toByteArray();
    }

    /** In the order that the format wants: each behind those whose outputs it takes. */
    private void writeNodes() {
        List<Node> left = new ArrayList<>(nodes);
        while (!left.isEmpty()) {
            Node next =
                    left.stream()
                            .filter(
                                    node ->
                                            left.stream()
                                                    .noneMatch(
                                                            other ->
                                                                    node.inputs()
                                                                            .contains(
                                                                                    other
                                                                                            .output())))
                            .findFirst()
                            .orElseThrow();
            graph.message(1, next.message());
            left.remove(next);
        }
        nodes.clear();
    }

    private OnnxWriter tensor(String name, int type, byte[] raw, long... shape) {
        Message tensor = new Message();
        for (long extent : shape) {
            tensor.number(1, extent);
        }
        graph.message(5, tensor.number(2, type).text(8, name).bytes(9, raw));
        return this;
    }

    private static Message value(String name, int type, long... shape) {
        Message dimensions = new Message();
        for (int i = 0; i < shape.length; i++) {
            Message dimension = new Message();
            if (shape[i] < 0) {
                dimension.text(2, name + i);
            } else {
                dimension.number(1, shape[i]);
            }
            dimensions.message(1, dimension);
        }
        Message tensor = new Message().number(1, type).message(2, dimensions);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    private static Message attribute(String name, Object value) {
        Message attribute = new Message().text(1, name);
        if (value instanceof Long number) {
            return attribute.number(3, number).number(20, 2);
        } else if (value instanceof Float number) {
            return attribute.fixed(2, number).number(20, 1);
        } else if (value instanceof String text) {
            return attribute.text(4, text).number(20, 3);
        }
        for (long number : (long[]) value) {
            attribute.number(8, number);
        }
        return attribute.number(20, 7);
    }

    /** One protocol buffers message. */
    private static final class Message {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint(field << 3);
            varint(value);
            return this;
        }

        Message fixed(int field, float value) {
            varint((field << 3) | 5);
            int bits = Float.floatToIntBits(value);
            for (int shift = 0; shift < 32; shift += 8) {
                out.write(bits >> shift);
            }
            return this;
        }

        Message bytes(int field, byte[] value) {
            varint((field << 3) | 2);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return bytes(field, value.toByteArray());
        }

        Message append(Message other) {
            out.writeBytes(other.toByteArray());
            return this;
        }

        byte[] toByteArray() {
            return out.toByteArray();
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) (rest & 0x7f) | 0x80);
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
