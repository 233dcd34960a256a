package io.upriver.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.evaluate.OnnxNetwork;
import io.upriver.evaluate.Quality;
import io.upriver.evaluate.TestSet;
import io.upriver.export.OnnxMetadata;
import io.upriver.export.Parity;
import io.upriver.export.StudentExport;
import io.upriver.learn.Sha256;
import io.upriver.schemas.ModelMetadata;
import io.upriver.schemas.ModelMetadata.Planes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model that ONNX Runtime can read and that says what serving must know.
 *
 * @param origin what sentences call it
 * @param bytes the ONNX file; nobody changes them
 * @param metadata what it says of itself
 */
@SuppressWarnings("ArrayRecordComponent") // compared by their digests
record ModelFile(String origin, byte[] bytes, ModelMetadata metadata) {

    /**
     * @throws IllegalStateException if it cannot be read or its metadata are not complete
     */
    static ModelFile of(String origin, byte[] bytes) {
        try (OnnxNetwork network = new OnnxNetwork(bytes)) {
            return new ModelFile(origin, bytes, ModelMetadata.from(network.metadata()));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(origin + ": " + e.getMessage(), e);
        }
    }

    /** The same from a file. */
    static ModelFile read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": expected an ONNX file, got none");
        }
        return of(file.toString(), Files.readAllBytes(file));
    }

    /** The name under which workers know it: its SHA-256 in hexadecimal digits. */
    String digest() {
        return Sha256.of(bytes);
    }

    /**
     * What is wrong with the largest difference between libtorch and ONNX Runtime that the export
     * found and wrote into the scores.
     */
    Optional<String> parityObjection() {
        JsonNode parity = scores().path(StudentExport.PARITY);
        if (!parity.isNumber()) {
            return Optional.of(
                    "expected the parity of libtorch and ONNX Runtime in "
                            + ModelMetadata.SCORES
                            + ", got none: export it with this trainer");
        }
        boolean agrees = parity.asDouble() >= 0 && parity.asDouble() <= Parity.TOLERANCE;
        return agrees
                ? Optional.empty()
                : Optional.of(
                        "expected libtorch and ONNX Runtime to differ by at most "
                                + Parity.TOLERANCE
                                + ", got "
                                + parity);
    }

    private JsonNode scores() {
        ObjectMapper json = new ObjectMapper();
        try {
            return metadata.scores() == null
                    ? json.missingNode()
                    : json.readTree(metadata.scores());
        } catch (JsonProcessingException e) {
            return json.missingNode(); // models from elsewhere may say it in other words
        }
    }

    /** The held-out sets as this network needs them. */
    List<TestSet> read(List<Path> folders) throws IOException {
        int channels = metadata.planes() == Planes.LUMA ? 1 : 3;
        Map<String, TestSet> sets = new LinkedHashMap<>();
        for (Path folder : folders) {
            TestSet set = TestSet.read(folder, metadata.scale(), channels);
            if (sets.put(set.name(), set) != null) {
                throw new IllegalArgumentException(
                        "sets: expected folders of different names, got two called " + set.name());
            }
        }
        return List.copyOf(sets.values());
    }

    /** Luma PSNR in dB by set, in their order. */
    Map<String, Double> psnr(List<TestSet> sets) {
        Map<String, Double> figures = new LinkedHashMap<>();
        try (OnnxNetwork network = new OnnxNetwork(bytes)) {
            for (TestSet set : sets) {
                figures.put(set.name(), Quality.mean(set.measure(network::upscale)).psnr());
            }
        }
        return figures;
    }

    /** The same network with one more key in its metadata. */
    ModelFile with(String key, String value) {
        return of(origin, OnnxMetadata.with(bytes, key, value));
    }
}
