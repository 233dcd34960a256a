package io.upriver.model;

import io.upriver.engine.EngineSettings;
import io.upriver.engine.ExecutionProviders;
import io.upriver.engine.ProviderPreference;
import io.upriver.schemas.ModelSignature;
import org.jspecify.annotations.Nullable;

/**
 * Tries a model as a worker would, on this machine's CPU, before anything is done with it.
 *
 * @param limits what a model may ask for
 * @param trust whose models are taken
 */
public record ModelTrial(ModelLimits limits, Trust trust) {

    /** As a worker with the default settings does. */
    public static final ModelTrial DEFAULT = new ModelTrial(ModelLimits.DEFAULT, Trust.EVERYBODY);

    /**
     * The scale of a model file that a worker would take as a channel's model.
     *
     * @param signature what says who published it, or null
     * @throws ModelException if it would be refused
     */
    public int scaleOf(String channel, byte[] onnx, @Nullable ModelSignature signature) {
        try (ModelRegistry registry =
                new ModelRegistry(
                        ExecutionProviders.choose(
                                EngineSettings.defaults().with(ProviderPreference.CPU)),
                        limits,
                        trust)) {
            registry.publish(channel, onnx, signature);
            return registry.scaleOf(channel);
        }
    }
}
