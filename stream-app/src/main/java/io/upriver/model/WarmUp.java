package io.upriver.model;

import io.upriver.engine.Upscaler;

/** Gets an upscaler that is not in use yet ready for a frame size; may take minutes on a GPU. */
@FunctionalInterface
public interface WarmUp {

    /**
     * @throws io.upriver.engine.EngineException if frames of this size cannot be run
     */
    void run(Upscaler upscaler, int width, int height);
}
