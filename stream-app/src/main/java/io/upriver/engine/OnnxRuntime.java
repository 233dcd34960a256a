package io.upriver.engine;

/** The ONNX Runtime that is loaded into this process. */
public final class OnnxRuntime {

    private OnnxRuntime() {}

    /**
     * Its version in its own words, such as {@code 1.26.0}.
     *
     * @throws EngineException if the native library cannot be loaded
     */
    public static String version() {
        return OnnxEnvironment.get().getVersion();
    }
}
