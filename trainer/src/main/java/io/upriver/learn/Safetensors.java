package io.upriver.learn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.upriver.learn.Weights.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Float32 tensors and some text in one file of the safetensors format: eight bytes with the length
 * of a JSON header, the header, then the raw values, all little-endian.
 *
 * @param tensors by name, in the order in which they are written
 * @param metadata free text by name
 */
public record Safetensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METADATA = "__metadata__";
    private static final int LONGEST_HEADER = 100_000_000;

    public Safetensors {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * Writes beside {@code file} and then renames, so that a reader sees the old file or the new
     * one.
     */
    public void write(Path file) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        ObjectNode texts = header.putObject(METADATA);
        metadata.forEach(texts::put);
        long end = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            ObjectNode description = header.putObject(entry.getKey());
            description.put("dtype", "F32");
            ArrayNode shape = description.putArray("shape");
            for (long size : entry.getValue().shape()) {
                shape.add(size);
            }
            ArrayNode offsets = description.putArray("data_offsets");
            offsets.add(end);
            end += (long) Float.BYTES * entry.getValue().values().length;
            offsets.add(end);
        }
        byte[] json = JSON.writeValueAsBytes(header);
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(Long.BYTES + json.length + end))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        for (Tensor tensor : tensors.values()) {
            for (float value : tensor.values()) {
                bytes.putFloat(value);
            }
        }
        WholeFile.write(file, bytes.array());
    }

    /** Reads a whole file; other element types than float32 are refused. */
    public static Safetensors read(Path file) throws IOException {
        ByteBuffer bytes;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            bytes =
                    ByteBuffer.allocate(Math.toIntExact(channel.size()))
                            .order(ByteOrder.LITTLE_ENDIAN);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until the end
            }
        }
        bytes.flip();
        if (bytes.remaining() < Long.BYTES) {
            throw new IOException(
                    file + ": " + bytes.remaining() + " bytes are too short for safetensors");
        }
        long length = bytes.getLong();
        if (length < 2 || length > LONGEST_HEADER || length > bytes.remaining()) {
            throw new IOException(
                    file
                            + ": not safetensors: header of "
                            + length
                            + " bytes in a file of "
                            + bytes.limit());
        }
        byte[] json = new byte[(int) length];
        bytes.get(json);
        JsonNode header = header(file, new String(json, StandardCharsets.UTF_8));
        ByteBuffer values = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            if (entry.getKey().equals(METADATA)) {
                entry.getValue()
                        .properties()
                        .forEach(text -> metadata.put(text.getKey(), text.getValue().asText()));
            } else {
                tensors.put(entry.getKey(), tensor(file, entry.getKey(), entry.getValue(), values));
            }
        }
        return new Safetensors(tensors, metadata);
    }

    private static JsonNode header(Path file, String text) throws IOException {
        try {
            JsonNode header = JSON.readTree(text);
            if (header.isObject()) {
                return header;
            }
            throw new IOException(file + ": not safetensors: expected a JSON object, got " + text);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + ": not safetensors: the header is no JSON: " + e.getOriginalMessage(),
                    e);
        }
    }

    private static Tensor tensor(Path file, String name, JsonNode description, ByteBuffer values)
            throws IOException {
        String type = description.path("dtype").asText();
        if (!type.equals("F32")) {
            throw new IOException(file + ": " + name + ": expected F32, got " + type);
        }
        JsonNode sizes = description.path("shape");
        long[] shape = new long[sizes.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = sizes.get(i).asLong();
        }
        long from = description.path("data_offsets").path(0).asLong(-1);
        long to = description.path("data_offsets").path(1).asLong(-1);
        if (from < 0 || to < from || to > values.limit()) {
            throw new IOException(
                    file
                            + ": "
                            + name
                            + ": offsets "
                            + from
                            + " to "
                            + to
                            + " lie outside the "
                            + values.limit()
                            + " bytes of values");
        }
        float[] floats = new float[(int) ((to - from) / Float.BYTES)];
        values.slice((int) from, (int) (to - from))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(floats);
        try {
            return new Tensor(shape, floats);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + name + ": " + e.getMessage(), e);
        }
    }
}
