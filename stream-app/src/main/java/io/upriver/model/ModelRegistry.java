package io.upriver.model;

import io.upriver.engine.Device;
import io.upriver.schemas.CanarySettings;
import io.upriver.schemas.ModelSignature;
import io.upriver.schemas.StreamSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
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

    private record Canary(LoadedModel model, CanarySettings settings) {}

    /** The name that a stream has that asks for none. */
    private static final String DEFAULT = "default";

    private static final int MOST_PINNED = 8;

    private final Device device;
    private final ModelLimits limits;
    private final Trust trust;
    private final ConcurrentMap<Key, LoadedModel> builtIn = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, LoadedModel> channels = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Canary> canaries = new ConcurrentHashMap<>();
    private final Map<String, LoadedModel> pinned = // guarded by this
            new LinkedHashMap<>(16, 0.75f, true);
    private final ConcurrentMap<Key, String> missing = new ConcurrentHashMap<>();
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
     * meanwhile, keep the one before. The model that the channel has on trial is not loaded again.
     *
     * @param signature what its record says of who published it, or null
     * @return its digest
     * @throws ModelException if it is refused; the channel's model stays
     */
    public String publish(String channel, byte[] onnx, @Nullable ModelSignature signature) {
        try {
            trust.require(channel, onnx, signature);
            String digest = digestOf(onnx);
            if (!promote(channel, digest)) {
                swap(channel, loaded(channel, onnx));
            }
            refusals.remove(channel);
            return digest;
        } catch (ModelException e) {
            refusals.put(channel, e.getMessage());
            throw e;
        }
    }

    private LoadedModel loaded(String channel, byte[] onnx) {
        LoadedModel model = LoadedModel.load(onnx, device, limits);
        warmUp(channel, model);
        return model;
    }

    /** Makes the model on trial the channel's own, if it is this one. */
    private synchronized boolean promote(String channel, String digest) {
        Canary canary = canaries.get(channel);
        if (canary == null || !canary.model().digest().equals(digest)) {
            return false;
        }
        canaries.remove(channel);
        swap(channel, canary.model());
        return true;
    }

    /**
     * Lets some streams of a channel try a model, once it was checked and tried as {@link #publish}
     * does. It takes the place of the one that was on trial there.
     *
     * @param settings which streams; of the model that is on trial already they are just changed
     * @return its digest
     * @throws ModelException if it is refused; the trial before goes on
     */
    public String tryOut(
            String channel,
            byte[] onnx,
            @Nullable ModelSignature signature,
            CanarySettings settings) {
        trust.require(channel, onnx, signature);
        String digest = digestOf(onnx);
        if (!changeTrial(channel, digest, settings)) {
            setTrial(channel, new Canary(loaded(channel, onnx), settings));
        }
        return digest;
    }

    private synchronized boolean changeTrial(
            String channel, String digest, CanarySettings settings) {
        Canary canary = canaries.get(channel);
        if (canary == null || !canary.model().digest().equals(digest)) {
            return false;
        }
        canaries.put(channel, new Canary(canary.model(), settings));
        return true;
    }

    /** Ends the trial of a channel, if there is one: all its streams get the current model. */
    public void endTrial(String channel) {
        setTrial(channel, null);
    }

    private synchronized void setTrial(String channel, @Nullable Canary canary) {
        Canary before = canary == null ? canaries.remove(channel) : canaries.put(channel, canary);
        if (before != null) {
            before.model().retire();
        }
        if (isClosed && canary != null) {
            canaries.remove(channel);
            canary.model().retire();
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
     * Takes the current model for one segment, or the one on trial where the stream is among those
     * that try it.
     *
     * @param name a channel, or {@link StreamSettings#NO_MODEL} for interpolation
     * @throws NoModelException if there is none of that name and scale
     */
    public ModelLease lease(String name, int scale, String streamId) {
        if (name.equals(StreamSettings.NO_MODEL)) {
            return interpolation(scale, "asked for");
        }
        Optional<ModelLease> lease = tryLease(name, scale, streamId);
        if (lease.isEmpty()) {
            catchUp.accept(name);
            lease = tryLease(name, scale, streamId);
        }
        if (lease.isEmpty()) {
            String complaint = complain(name, scale);
            missing.put(new Key(name, scale), complaint);
            throw new NoModelException(complaint);
        }
        missing.remove(new Key(name, scale));
        return lease.get();
    }

    /**
     * Takes the built-in model that serves the name {@code default} for one segment, if it needs
     * less than half as many multiplications as another model.
     *
     * @param dearer a lease of that other model
     */
    public Optional<ModelLease> cheaperThan(ModelLease dearer) {
        Key key = new Key(defaultName, dearer.upscaler().scale());
        synchronized (this) {
            return Optional.ofNullable(builtIn.get(key))
                    .filter(model -> 2 * model.multiplyAdds() < dearer.multiplyAdds())
                    .map(LoadedModel::lease);
        }
    }

    /** What enlarges without a model. */
    public ModelLease interpolation(int scale, String because) {
        return ModelLease.ofInterpolation(scale, because);
    }

    private synchronized Optional<ModelLease> tryLease(String name, int scale, String streamId) {
        return current(name, scale)
                .map(
                        model -> {
                            ModelLease current = model.lease();
                            return onTrial(name, model, streamId)
                                    .map(trial -> trial.lease().onTrialBeside(current))
                                    .orElse(current);
                        });
    }

    /** The model that this stream tries in place of another, under the lock. */
    private Optional<LoadedModel> onTrial(String name, LoadedModel current, String streamId) {
        return Optional.ofNullable(canaries.get(name))
                .filter(canary -> canary.model().scale() == current.scale())
                .filter(canary -> !canary.model().digest().equals(current.digest()))
                .filter(canary -> canary.settings().covers(streamId, canary.model().digest()))
                .map(Canary::model);
    }

    /** The model that serves a name, under the lock: the channel's, or the built-in one. */
    private Optional<LoadedModel> current(String name, int scale) {
        if (name.startsWith(StreamSettings.DIGEST)) {
            return byDigest(name.substring(StreamSettings.DIGEST.length()), scale);
        }
        LoadedModel model = channels.get(name);
        if (model == null || model.scale() != scale) {
            String known = name.equals(DEFAULT) ? defaultName : name;
            model = builtIn.get(new Key(known, scale));
        }
        return Optional.ofNullable(model);
    }

    private Optional<LoadedModel> byDigest(String digest, int scale) {
        LoadedModel before = pinned.get(digest);
        return Stream.concat(
                        before == null ? channels.values().stream() : Stream.of(before),
                        builtIn.values().stream())
                .filter(model -> model.digest().equals(digest) && model.scale() == scale)
                .findFirst();
    }

    /**
     * Makes a model ready for the streams that ask for it by its digest. Of these models, {@value
     * #MOST_PINNED} are held: the one not used for longest goes.
     *
     * @param channel whose model it is or was: what its signature is for
     * @throws ModelException if it is refused
     */
    public void pin(String channel, byte[] onnx, @Nullable ModelSignature signature) {
        trust.require(channel, onnx, signature);
        hold(LoadedModel.load(onnx, device, limits));
    }

    /** Whether a model is ready for the streams that ask for it by its digest. */
    public synchronized boolean holds(String digest) {
        return pinned.containsKey(digest);
    }

    private synchronized void hold(LoadedModel model) {
        LoadedModel before = pinned.put(model.digest(), model);
        if (before != null) {
            before.retire();
        }
        while (pinned.size() > (isClosed ? 0 : MOST_PINNED)) {
            pinned.remove(pinned.keySet().iterator().next()).retire();
        }
    }

    /** Why streams are interpolated that asked for a model, by model, for health. */
    public Map<String, String> missing() {
        Map<String, String> words = new TreeMap<>();
        missing.forEach((key, why) -> words.put(key.name() + " x" + key.scale(), why));
        return words;
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
        canaries.forEach(
                (name, canary) ->
                        digests.put(
                                name + " x" + canary.model().scale() + " on trial",
                                canary.model().digest()));
        return digests;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        channels.values().forEach(LoadedModel::retire);
        canaries.values().forEach(canary -> canary.model().retire());
        builtIn.values().forEach(LoadedModel::retire);
        pinned.values().forEach(LoadedModel::retire);
        pinned.clear();
        channels.clear();
        canaries.clear();
        builtIn.clear();
    }
}
