package io.upriver.model;

import io.upriver.engine.Device;
import io.upriver.engine.InterpolationUpscaler;
import io.upriver.schemas.ModelSignature;
import io.upriver.schemas.StreamSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The models of a worker: one per channel as the models topic says, and under them those that come
 * with the program.
 *
 * <p>A model is loaded, checked and tried before it takes the place of the one before; when that
 * fails, the one before stays. Thread-safe.
 */
public final class ModelRegistry implements AutoCloseable {

    private record Key(String name, int scale) {}

    /** The name that a stream has that asks for none. */
    private static final String DEFAULT = "default";

    private final Device device;
    private final ModelLimits limits;
    private final Trust trust;
    private final ConcurrentMap<Key, LoadedModel> builtIn = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, LoadedModel> channels = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, String> refusals = new ConcurrentHashMap<>();
    private volatile Consumer<String> catchUp = channel -> {};
    private volatile WarmUp warmUp = (upscaler, width, height) -> {};
    private volatile String defaultName = DEFAULT;
    private boolean isClosed; // guarded by this

    /** With {@link ModelLimits#DEFAULT}, of {@link Trust#EVERYBODY}. */
    public ModelRegistry(Device device) {
        this(device, ModelLimits.DEFAULT, Trust.EVERYBODY);
    }

    public ModelRegistry(Device device, ModelLimits limits, Trust trust) {
        this.device = device;
        this.limits = limits;
        this.trust = trust;
    }

    /**
     * What the registry calls, with a channel, before it says that this does not exist: to read the
     * topic to its end and load what is there.
     */
    public void beforeGivingUp(Consumer<String> catchUp) {
        this.catchUp = catchUp;
    }

    /**
     * How a new model is made ready for the frame sizes of the one before, see {@link #publish}.
     */
    public void warmUpBy(WarmUp warmUp) {
        this.warmUp = warmUp;
    }

    /** Which built-in model serves the name {@code default} while that channel has none. */
    public void serveDefaultBy(String builtInName) {
        defaultName = builtInName;
    }

    /**
     * Adds a model that comes with the program, under the name and scale that its metadata give.
     *
     * @throws ModelException if it is refused
     */
    public void addBuiltIn(byte[] onnx) {
        LoadedModel model = LoadedModel.load(onnx, device, limits);
        builtIn.put(new Key(model.metadata().name(), model.scale()), model);
    }

    /**
     * Makes a model current in its channel, once it was checked, tried, and warmed up with the
     * frame sizes that the model before is used for. Segments in work, and those that begin
     * meanwhile, keep the one before.
     *
     * @param signature what its record says of who published it, or null
     * @return its digest
     * @throws ModelException if it is refused; the channel's model stays
     */
    public String publish(String channel, byte[] onnx, @Nullable ModelSignature signature) {
        try {
            trust.require(channel, onnx, signature);
            LoadedModel model = LoadedModel.load(onnx, device, limits);
            warmUp(channel, model);
            refusals.remove(channel);
            swap(channel, model);
            return model.digest();
        } catch (ModelException e) {
            refusals.put(channel, e.getMessage());
            throw e;
        }
    }

    /** The same for a model that nobody signed. */
    public String publish(String channel, byte[] onnx) {
        return publish(channel, onnx, null);
    }

    private void warmUp(String channel, LoadedModel model) {
        Optional<LoadedModel> before;
        synchronized (this) {
            before = current(channel, model.scale());
        }
        try {
            before.ifPresent(used -> model.warmUp(used, warmUp));
        } catch (RuntimeException e) {
            model.retire();
            throw e;
        }
    }

    /**
     * Takes the channel's model away; the built-in one of that name serves again, if there is one.
     */
    public void withdraw(String channel) {
        refusals.remove(channel);
        swap(channel, null);
    }

    /** Under the same lock as {@link #tryLease}: nobody can lease a model that was just retired. */
    private synchronized void swap(String channel, @Nullable LoadedModel model) {
        LoadedModel before =
                model == null ? channels.remove(channel) : channels.put(channel, model);
        if (before != null) {
            before.retire();
        }
        if (isClosed && model != null) {
            channels.remove(channel);
            model.retire();
        }
    }

    /**
     * Takes the current model for one segment.
     *
     * @param name a channel, or {@link StreamSettings#NO_MODEL} for interpolation
     * @throws NoModelException if there is none of that name and scale
     */
    public ModelLease lease(String name, int scale) {
        if (name.equals(StreamSettings.NO_MODEL)) {
            InterpolationUpscaler upscaler = new InterpolationUpscaler(scale);
            return new ModelLease(upscaler, null, "asked for", upscaler::close);
        }
        Optional<ModelLease> lease = tryLease(name, scale);
        if (lease.isEmpty()) {
            catchUp.accept(name);
            lease = tryLease(name, scale);
        }
        return lease.orElseThrow(() -> new NoModelException(complain(name, scale)));
    }

    private synchronized Optional<ModelLease> tryLease(String name, int scale) {
        return current(name, scale).map(LoadedModel::lease);
    }

    /** The model that serves a name, under the lock: the channel's, or the built-in one. */
    private Optional<LoadedModel> current(String name, int scale) {
        LoadedModel model = channels.get(name);
        if (model == null || model.scale() != scale) {
            String known = name.equals(DEFAULT) ? defaultName : name;
            model = builtIn.get(new Key(known, scale));
        }
        return Optional.ofNullable(model);
    }

    private String complain(String name, int scale) {
        String refusal = refusals.get(name);
        return "expected a model %s for scale %d, there is %s%s"
                .formatted(name, scale, describe(), refusal == null ? "" : "; refused: " + refusal);
    }

    /** The models there are, such as {@code nano x2}. */
    public String describe() {
        List<String> words = new ArrayList<>();
        channels.forEach((channel, model) -> words.add(channel + " x" + model.scale()));
        builtIn.keySet().stream()
                .filter(key -> !channels.containsKey(key.name()))
                .sorted(Comparator.comparing(Key::name).thenComparing(Key::scale))
                .forEach(key -> words.add(key.name() + " x" + key.scale()));
        return words.isEmpty() ? "none" : String.join(", ", words);
    }

    /** The name under which a model file is known everywhere: its SHA-256 in hexadecimal digits. */
    public static String digestOf(byte[] onnx) {
        return LoadedModel.sha256(onnx);
    }

    /** The scale of the channel's model, or 0 where it has none. */
    public int scaleOf(String channel) {
        LoadedModel model = channels.get(channel);
        return model == null ? 0 : model.scale();
    }

    /** Digests of the current models by name, for health. */
    public Map<String, String> digests() {
        Map<String, String> digests = new ConcurrentHashMap<>();
        builtIn.forEach(
                (key, model) -> digests.put(key.name() + " x" + key.scale(), model.digest()));
        channels.forEach((name, model) -> digests.put(name + " x" + model.scale(), model.digest()));
        return digests;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        channels.values().forEach(LoadedModel::retire);
        builtIn.values().forEach(LoadedModel::retire);
        channels.clear();
        builtIn.clear();
    }
}
