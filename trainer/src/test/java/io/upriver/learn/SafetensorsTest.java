package io.upriver.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.learn.Weights.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {

    @TempDir Path temporary;

    @Test
    void readsBackWhatItWrites() throws IOException {
        // Given
        Path file = temporary.resolve("a.safetensors");
        Tensor one = Tensor.of(new float[] {1, -2, Float.MIN_VALUE, 3.5f, 0, 7}, 2, 3);
        Tensor other = Tensor.of(new float[] {9}, 1);

        // When
        new Safetensors(Map.of("one", one, "other", other), Map.of("step", "12")).write(file);
        Safetensors read = Safetensors.read(file);

        // Then
        assertEquals(Map.of("step", "12"), read.metadata());
        assertArrayEquals(one.values(), read.tensors().get("one").values());
        assertArrayEquals(new long[] {2, 3}, read.tensors().get("one").shape());
        assertArrayEquals(other.values(), read.tensors().get("other").values());
    }

    @Test
    void readsAFileWrittenByHand() throws IOException {
        // Given a header with another order of keys and padding, as other programs write it
        Path file =
                file(
                        "{\"w\":{\"data_offsets\":[0,8],\"shape\":[2],\"dtype\":\"F32\"}}   ",
                        1.5f,
                        -1f);

        // Then
        assertArrayEquals(
                new float[] {1.5f, -1f}, Safetensors.read(file).tensors().get("w").values());
    }

    @Test
    void refusesWhatIsDamagedAndSaysHow() throws IOException {
        Path half =
                file("{\"w\":{\"data_offsets\":[0,8],\"shape\":[2],\"dtype\":\"F16\"}}", 1f, 1f);
        Path outside =
                file("{\"w\":{\"data_offsets\":[0,80],\"shape\":[20],\"dtype\":\"F32\"}}", 1f, 1f);
        Path other =
                Files.writeString(temporary.resolve("text"), "this is a text and nothing else");

        var refusal = assertThrows(IOException.class, () -> Safetensors.read(half));
        assertTrue(refusal.getMessage().endsWith("w: expected F32, got F16"), refusal.getMessage());
        refusal = assertThrows(IOException.class, () -> Safetensors.read(outside));
        assertTrue(
                refusal.getMessage().contains("offsets 0 to 80 lie outside the 8 bytes"),
                refusal.getMessage());
        refusal = assertThrows(IOException.class, () -> Safetensors.read(other));
        assertTrue(refusal.getMessage().contains("not safetensors"), refusal.getMessage());
    }

    @Test
    void namesFileAndTensorWhateverIsWrong() throws IOException {
        Path noJson = file("{not json at all");
        Path noObject = file("[1, 2]");
        Path otherShape =
                file("{\"w\":{\"data_offsets\":[0,8],\"shape\":[3],\"dtype\":\"F32\"}}", 1f, 1f);

        refuses(noJson, "not safetensors: the header is no JSON");
        refuses(noObject, "not safetensors: expected a JSON object, got [1, 2]");
        refuses(otherShape, "w: tensor of shape [3]: expected 3 values, got 2");
    }

    private static void refuses(Path file, String reason) {
        var refusal = assertThrows(IOException.class, () -> Safetensors.read(file));
        assertTrue(refusal.getMessage().startsWith(file + ": " + reason), refusal.getMessage());
    }

    @Test
    void keepsTheOrderOfItsTensors() throws IOException {
        // Given
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            tensors.put("t" + i, Tensor.of(new float[] {i}, 1));
        }
        Path file = temporary.resolve("ordered.safetensors");

        // When
        new Safetensors(tensors, Map.of()).write(file);

        // Then the same tensors give the same bytes in every process
        assertEquals(
                List.copyOf(tensors.keySet()),
                List.copyOf(Safetensors.read(file).tensors().keySet()));
    }

    private Path file(String header, float... values) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + json.length + 4 * values.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        for (float value : values) {
            bytes.putFloat(value);
        }
        Path file = Files.createTempFile(temporary, "hand", ".safetensors");
        return Files.write(file, bytes.array());
    }
}
