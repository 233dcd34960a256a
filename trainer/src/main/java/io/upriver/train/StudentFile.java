package io.upriver.train;

import io.upriver.evaluate.OnnxNetwork;
import io.upriver.export.ExportedWeights;
import io.upriver.learn.Sha256;
import io.upriver.publish.ModelTopic;
import io.upriver.schemas.ModelMetadata;
import io.upriver.schemas.ModelMetadata.Planes;
import io.upriver.schemas.StreamSettings;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A student as an ONNX file.
 *
 * @param origin what sentences call it
 * @param bytes the file
 */
@SuppressWarnings("ArrayRecordComponent") // compared by digest
record StudentFile(String origin, byte[] bytes) {
    /** What the service calls the shipped model that serves the channel {@code default}. */
    private static final String SHIPPED_DEFAULT = "nano";

    /** The student's shape and weights, to be trained on. */
    record Opened(StudentSpec spec, float[] vector) {}

    static StudentFile read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": expected an ONNX file to start from, got none");
        }
        return new StudentFile(file.toString(), Files.readAllBytes(file));
    }

    /**
     * The model that a stream has now, as the service chooses it: its channel's, if that has one of
     * the stream's scale, or the shipped one of that name; empty if it has none.
     */
    static Optional<StudentFile> inUse(StreamSettings settings, ModelTopic models)
            throws IOException {
        if (settings.isInterpolation()) {
            return Optional.empty();
        }
        Optional<StudentFile> current =
                models.current(settings.model())
                        .map(bytes -> new StudentFile("channel " + settings.model(), bytes))
                        .filter(file -> file.hasScale(settings.scale()));
        return current.isPresent() ? current : shipped(settings.model(), settings.scale());
    }

    private static Optional<StudentFile> shipped(String channel, int scale) throws IOException {
        String name = channel.equals(StreamSettings.DEFAULT.model()) ? SHIPPED_DEFAULT : channel;
        if (!name.matches("[a-z]+")) {
            return Optional.empty();
        }
        String file = String.format(Locale.ROOT, "%s-x%d.onnx", name, scale);
        try (InputStream found = StudentFile.class.getResourceAsStream("/models/" + file)) {
            return found == null
                    ? Optional.empty()
                    : Optional.of(new StudentFile("shipped " + file, found.readAllBytes()));
        }
    }

    private boolean hasScale(int scale) {
        try (OnnxNetwork network = new OnnxNetwork(bytes)) {
            return network.scale() == scale;
        } catch (IllegalArgumentException e) {
            return false; // no worker takes it either
        }
    }

    String digest() {
        return Sha256.of(bytes);
    }

    /**
     * Takes the weights out.
     *
     * @throws IllegalStateException if it is no student of luma of this scale from this trainer,
     *     with all its weights
     */
    Opened open(int scale) {
        ModelMetadata metadata;
        try (OnnxNetwork network = new OnnxNetwork(bytes)) {
            metadata = ModelMetadata.from(network.metadata());
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(origin + ": " + e.getMessage(), e);
        }
        require(
                "scale " + scale + " as the stream's",
                metadata.scale() == scale,
                "scale " + metadata.scale());
        require("a model of luma", metadata.planes() == Planes.LUMA, "one of colour");
        require(
                "a student of this trainer",
                metadata.architecture() != null,
                "a model from elsewhere");
        try {
            StudentSpec spec = StudentSpec.parse(metadata.architecture());
            return new Opened(
                    spec, new StudentNetwork(spec).parameters().vector(ExportedWeights.of(bytes)));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(origin + " cannot be trained on: " + e.getMessage(), e);
        }
    }

    private void require(String expected, boolean holds, String got) {
        if (!holds) {
            throw new IllegalStateException(
                    "%s: expected %s, got %s".formatted(origin, expected, got));
        }
    }
}
