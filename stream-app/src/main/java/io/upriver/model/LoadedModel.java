package io.upriver.model;

import io.upriver.engine.Device;
import io.upriver.engine.EngineException;
import io.upriver.engine.FrameSize;
import io.upriver.engine.ModelContract;
import io.upriver.engine.OnnxUpscaler;
import io.upriver.engine.RunLimit;
import io.upriver.graph.GraphException;
import io.upriver.graph.OnnxFile;
import io.upriver.schemas.ModelMetadata;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A verified network in memory, counted by those who use it: its session closes when it is retired
 * and the last lease has been given back.
 */
final class LoadedModel {

    private final String digest;
    private final ModelMetadata metadata;
    private final OnnxUpscaler upscaler;
    private final long multiplyAdds;
    private int users;
    private boolean retired;

    private LoadedModel(
            String digest, ModelMetadata metadata, OnnxUpscaler upscaler, long multiplyAdds) {
        this.digest = digest;
        this.metadata = metadata;
        this.upscaler = upscaler;
        this.multiplyAdds = multiplyAdds;
    }

    /**
     * Loads a model file: checks it, reads what it says of itself, opens a session and tries it on
     * pictures.
     *
     * @throws ModelException if it is not a model that this service can use
     */
    static LoadedModel load(byte[] onnx, Device device, ModelLimits limits) {
        try (RunLimit limit = new RunLimit(limits.trial())) {
            OnnxFile file = OnnxFile.read(onnx, limits.file());
            ModelMetadata metadata = ModelMetadata.from(file.metadata());
            OnnxUpscaler upscaler =
                    new OnnxUpscaler(
                            file,
                            new ModelContract(
                                    metadata.scale(),
                                    metadata.multiple(),
                                    metadata.receptiveField()),
                            device,
                            limit);
            return tried(
                    new LoadedModel(sha256(onnx), metadata, upscaler, file.multiplyAddsPerSample()),
                    limit);
        } catch (GraphException | EngineException | IllegalArgumentException e) {
            throw new ModelException(e.getMessage(), e);
        }
    }

    private static LoadedModel tried(LoadedModel model, RunLimit limit) {
        try {
            Probe.check(model.upscaler, limit);
            return model;
        } catch (RuntimeException e) {
            model.upscaler.close();
            throw e;
        }
    }

    /**
     * Runs the frame sizes that another model was used for, so that the first segments do not wait
     * for what a device builds for each.
     *
     * @throws ModelException if the network cannot run one of them
     */
    void warmUp(LoadedModel before, WarmUp warmUp) {
        for (FrameSize size : before.upscaler.sizesInUse()) {
            try {
                warmUp.run(upscaler, size.width(), size.height());
            } catch (EngineException e) {
                throw new ModelException(
                        "expected frames of %dx%d as the model before takes them: %s"
                                .formatted(size.width(), size.height(), e.getMessage()),
                        e);
            }
        }
    }

    String digest() {
        return digest;
    }

    ModelMetadata metadata() {
        return metadata;
    }

    int scale() {
        return metadata.scale();
    }

    /** For a sample that comes in, to compare networks. */
    long multiplyAdds() {
        return multiplyAdds;
    }

    synchronized ModelLease lease() {
        users++;
        return ModelLease.ofModel(upscaler, digest, multiplyAdds, this::giveBack);
    }

    private synchronized void giveBack() {
        users--;
        closeWhenUnused();
    }

    synchronized void retire() {
        retired = true;
        closeWhenUnused();
    }

    private void closeWhenUnused() {
        if (retired && users == 0) {
            upscaler.close();
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
