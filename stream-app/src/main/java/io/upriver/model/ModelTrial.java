package io.upriver.model;

import io.upriver.engine.EngineSettings;
import io.upriver.engine.ExecutionProviders;
import io.upriver.engine.ProviderPreference;

/** Tries a model as a worker would, on this machine's CPU, before anything is done with it. */
public final class ModelTrial {

    private static final String CHANNEL = "trial";

    private ModelTrial() {}

    /**
     * The scale of a model file, if a worker with the default limits would take it. Who signed it
     * is not asked.
     *
     * @throws ModelException if it would be refused
     */
    public static int scaleOf(byte[] onnx) {
        try (ModelRegistry registry =
                new ModelRegistry(
                        ExecutionProviders.choose(
                                EngineSettings.defaults().with(ProviderPreference.CPU)))) {
            registry.publish(CHANNEL, onnx);
            return registry.scaleOf(CHANNEL);
        }
    }
}
