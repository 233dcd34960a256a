package io.upriver.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Chooses the execution provider, once, at start: TensorRT, then CUDA, then the CPU.
 *
 * <p>A provider counts as working when a session with it can be made, because some failures, such
 * as a missing GPU behind a present library, show only then. Why a provider was passed over is
 * logged here and stays in {@link Provider#fallThroughs()}.
 */
public final class ExecutionProviders {

    private static final Logger LOG = System.getLogger(ExecutionProviders.class.getName());

    /** A network of one Identity node on float vectors, IR 8, opset 17. */
    static final byte[] IDENTITY =
            HexFormat.of()
                    .parseHex(
                            "08083a3e12086964656e746974795a0f0a0178120a0a08"
                                    + "080112040a020801620f0a0179120a0a08080112040a02"
                                    + "08010a100a017812017922084964656e74697479420210"
                                    + "11");

    private ExecutionProviders() {}

    /**
     * Tries the providers that the settings ask for, fastest first, and takes the first that works.
     *
     * @throws EngineException if the settings name a provider that cannot be used, or if none can
     */
    public static Device choose(EngineSettings settings) {
        List<Provider.FallThrough> fallThroughs = new ArrayList<>();
        for (Device.Kind kind : chain(settings.preference())) {
            Device device = new Device(kind, settings, fallThroughs);
            try {
                requireLibrary(kind);
                device.open(IDENTITY, "identity", "x", null).close();
                LOG.log(Level.INFO, "networks run on {0}", device.provider().device());
                return device;
            } catch (OrtException | EngineException e) {
                String reason = OnnxEnvironment.words(e);
                LOG.log(Level.INFO, "{0} cannot be used: {1}", kind, reason);
                fallThroughs.add(new Provider.FallThrough(kind.toString(), reason));
            }
        }
        Provider.FallThrough last = fallThroughs.get(fallThroughs.size() - 1);
        throw new EngineException(
                "execution provider %s cannot be used: %s"
                        .formatted(last.provider(), last.reason()));
    }

    /** ONNX Runtime would only say that it does not find it, and knows nothing of builds. */
    private static void requireLibrary(Device.Kind kind) {
        String name = "libonnxruntime_providers_" + kind + ".so";
        boolean isInBuild =
                OrtEnvironment.class.getResource("/ai/onnxruntime/native/linux-x64/" + name)
                        != null;
        boolean isElsewhere = System.getProperty("onnxruntime.native.path") != null;
        if (kind != Device.Kind.CPU && !isInBuild && !isElsewhere) {
            throw new EngineException(
                    "expected %s in this build, it has none; one by the Maven profile gpu does"
                            .formatted(name));
        }
    }

    private static List<Device.Kind> chain(ProviderPreference preference) {
        return switch (preference) {
            case AUTO -> List.of(Device.Kind.TENSORRT, Device.Kind.CUDA, Device.Kind.CPU);
            case TENSORRT -> List.of(Device.Kind.TENSORRT);
            case CUDA -> List.of(Device.Kind.CUDA);
            case CPU -> List.of(Device.Kind.CPU);
        };
    }
}
