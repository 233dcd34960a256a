package io.upriver.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;

/** The one ONNX Runtime environment of the process, and its words. */
final class OnnxEnvironment {

    /** A directory that cannot be, so that a network's weights come from its own file alone. */
    private static final String NO_DIRECTORY = "/dev/null/none";

    private OnnxEnvironment() {}

    /**
     * The environment, made at the first call. It lives as long as the process.
     *
     * @throws EngineException if the native library cannot be loaded
     */
    static OrtEnvironment get() {
        try {
            return OrtEnvironment.getEnvironment(
                    OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "upriver");
        } catch (LinkageError | RuntimeException e) {
            throw new EngineException(
                    "the native library of ONNX Runtime cannot be loaded: " + words(e), e);
        }
    }

    /**
     * Options for sessions whose calls run on the calling thread alone.
     *
     * <p>With one intra-op thread a session has no threads of its own, so several callers share one
     * session and use one processor each. Memory patterns are off because sizes vary from call to
     * call. Networks come from anywhere, so they may not name other files of this machine.
     */
    static SessionOptions newOptions(OptLevel level) throws OrtException {
        SessionOptions options = new SessionOptions();
        try {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            options.addConfigEntry(
                    "session.model_external_initializers_file_folder_path", NO_DIRECTORY);
            // Bytes become floats and back by operators that would be taken for quantisation.
            options.addConfigEntry("session.disable_quant_qdq", "1");
            options.setExecutionMode(ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(level);
            options.setMemoryPatternOptimization(false);
            return options;
        } catch (OrtException e) {
            options.close();
            throw e;
        }
    }

    /** What went wrong, in one line. */
    static String words(Throwable e) {
        String message = e.getMessage();
        if (message == null) {
            return e.getCause() == null ? e.toString() : words(e.getCause());
        }
        return message.strip().replaceAll("\\s+", " ");
    }
}
