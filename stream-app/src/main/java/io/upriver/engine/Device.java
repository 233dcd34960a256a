package io.upriver.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the networks run on. Immutable; made once per process by {@link ExecutionProviders}. */
public class Device {

    private static final Path NVIDIA_GPUS = Path.of("/proc/driver/nvidia/gpus");

    private final Kind kind;
    private final EngineSettings settings;
    private final Provider provider;

    Device(Kind kind, EngineSettings settings, List<Provider.FallThrough> fallThroughs) {
        this.kind = kind;
        this.settings = settings;
        this.provider = new Provider(kind.toString(), describe(kind, settings), fallThroughs);
    }

    /** The execution provider, and why it was not a faster one. */
    public Provider provider() {
        return provider;
    }

    /** The most patches in one call: 1 on the CPU, where a batch is slower than its frames. */
    public int maxBatch() {
        return kind == Kind.CPU ? 1 : settings.maxBatch();
    }

    /**
     * How many threads keep this device busy: the processors of a CPU; 2 on a GPU, so that one
     * copies while the other computes.
     */
    public int lanes() {
        return kind == Kind.CPU ? Runtime.getRuntime().availableProcessors() : 2;
    }

    /** Whether a frame size that is new costs nothing. On a GPU it costs sessions, and minutes. */
    public boolean takesAnySize() {
        return !isSessionPerShape();
    }

    /** Whether a session serves one frame size only. On the CPU one session serves all. */
    boolean isSessionPerShape() {
        return kind != Kind.CPU;
    }

    /** The most frame sizes with sessions. */
    int maxShapes() {
        return kind == Kind.CPU ? 1 : settings.maxShapes();
    }

    /** Sessions side by side for one frame size. One of TensorRT runs one call at a time. */
    int sessionsPerShape() {
        return kind == Kind.TENSORRT ? 2 : 1;
    }

    /**
     * A new session.
     *
     * @param digest names the network in the cache of built engines
     * @param input the name of the network's input
     * @param shape the size of its frames; null when it is not known, which no cache is used for
     */
    OrtSession open(byte[] onnx, String digest, String input, @Nullable Shape shape)
            throws OrtException {
        try (SessionOptions options = OnnxEnvironment.newOptions(OptLevel.ALL_OPT)) {
            if (kind == Kind.TENSORRT) {
                addTensorRt(options, digest, input, shape);
            }
            if (kind != Kind.CPU) {
                addCuda(options);
            }
            return OnnxEnvironment.get().createSession(onnx, options);
        }
    }

    /**
     * TensorRT builds an engine, for a minute or more, whenever a size leaves the range of its
     * profile; so the profile is given: height and width fixed, 1 to {@link #maxBatch()} frames,
     * best for full batches. The library puts its own version and that of the GPU into the file
     * names of the cache; the directory says the rest of what an engine depends on.
     */
    private void addTensorRt(
            SessionOptions options, String digest, String input, @Nullable Shape shape)
            throws OrtException {
        try (OrtTensorRTProviderOptions tensorRt =
                new OrtTensorRTProviderOptions(settings.deviceId())) {
            tensorRt.add("trt_fp16_enable", settings.halfPrecision() ? "1" : "0");
            tensorRt.add("trt_context_memory_sharing_enable", "1");
            if (shape != null) {
                String size = "x1x" + shape.height() + "x" + shape.width();
                tensorRt.add("trt_profile_min_shapes", input + ":1" + size);
                tensorRt.add("trt_profile_opt_shapes", input + ":" + maxBatch() + size);
                tensorRt.add("trt_profile_max_shapes", input + ":" + maxBatch() + size);
                tensorRt.add("trt_engine_cache_enable", "1");
                tensorRt.add("trt_engine_cache_path", engineDirectory(digest, shape).toString());
                tensorRt.add("trt_timing_cache_enable", "1");
                tensorRt.add("trt_timing_cache_path", settings.engineCache().toString());
            }
            options.addTensorrt(tensorRt);
        }
    }

    private void addCuda(SessionOptions options) throws OrtException {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(settings.deviceId())) {
            cuda.add("cudnn_conv_algo_search", "HEURISTIC");
            cuda.add("arena_extend_strategy", "kSameAsRequested");
            options.addCUDA(cuda);
        }
    }

    /** For example {@code 5f0c3b7a9e21d846-fp16-360x640-n8-ort1.26.0}. */
    private Path engineDirectory(String digest, Shape shape) {
        String name =
                "%s-%s-%dx%d-n%d-ort%s"
                        .formatted(
                                digest,
                                settings.halfPrecision() ? "fp16" : "fp32",
                                shape.height(),
                                shape.width(),
                                maxBatch(),
                                OnnxEnvironment.get().getVersion());
        Path directory = settings.engineCache().resolve(name);
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new EngineException("the engine cache cannot be made: " + e, e);
        }
    }

    private static String describe(Kind kind, EngineSettings settings) {
        if (kind == Kind.CPU) {
            return "cpu (%s, %d processors)"
                    .formatted(
                            System.getProperty("os.arch"),
                            Runtime.getRuntime().availableProcessors());
        }
        List<String> models = gpuModels();
        String device = "cuda:" + settings.deviceId();
        return models.size() == 1 ? device + " (" + models.get(0) + ")" : device;
    }

    /** The names of the machine's GPU models, as its driver gives them; empty without one. */
    private static List<String> gpuModels() {
        if (!Files.isDirectory(NVIDIA_GPUS)) {
            return List.of();
        }
        try (Stream<Path> gpus = Files.list(NVIDIA_GPUS)) {
            List<String> models = new ArrayList<>();
            for (Path gpu : gpus.toList()) {
                for (String line : Files.readAllLines(gpu.resolve("information"))) {
                    if (line.startsWith("Model:")) {
                        models.add(line.substring("Model:".length()).strip());
                    }
                }
            }
            return models.stream().distinct().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The execution providers, fastest first. */
    enum Kind {
        TENSORRT,
        CUDA,
        CPU;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The size of the frames a session is made for, as given to the network. */
    record Shape(int height, int width) {}
}
