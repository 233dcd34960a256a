package io.upriver.engine;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import io.upriver.frame.Plane;
import io.upriver.graph.GraphException;
import io.upriver.graph.OnnxFile;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * An upscaler that runs a network from an ONNX file.
 *
 * <p>The network reads and writes luma planes of code values: {@code uint8 [N,1,H,W]} in, {@code
 * uint8 [N,1,sH,sW]} out. A patch is read with a halo of the network's receptive field, so that the
 * result is, bit for bit, the same as for the whole frame. On the CPU a patch runs in the parts
 * that {@link CacheTiles} names.
 *
 * <p><b>More than 8 bits</b> go through the network's form for floats, with sessions of its own
 * that are made for the first such patch, and through {@link DeepSamples} on both sides.
 *
 * <p><b>Copies.</b> ONNX Runtime works on direct buffers in place. A window that is one run of
 * bytes is read where it lies, and a whole packed frame of bytes is written where it belongs; all
 * else goes through the scratch's buffers. Outputs are always bound beforehand, so a call allocates
 * nothing large.
 */
public final class OnnxUpscaler implements Upscaler {

    private final ModelContract contract;
    private final Device device;
    private final OnnxModel model;
    private final CacheTiles tiles;
    private final Map<Form, OnnxSessions> sessions = new EnumMap<>(Form.class);
    private final AtomicInteger scratches = new AtomicInteger();

    /** Frame sizes, the one not used for longest first; guarded by itself. Empty on a CPU. */
    private final Set<FrameSize> sizes = new LinkedHashSet<>();

    /** Held for reading by calls in progress, for writing by {@link #close}. */
    private final ReadWriteLock lifetime = new ReentrantReadWriteLock();

    private boolean isClosed;

    /**
     * Loads a network, checks that it keeps the contract, and on the CPU gets it ready to run. On a
     * GPU that takes much longer, depends on the frame size, and is done by {@link
     * FrameBatcher#warmUp} or else by the first call.
     *
     * @param contract what the file says about itself
     * @param limit how long trying it may take
     * @throws GraphException if its shapes are not as promised, or it asks for too much
     * @throws EngineException if it is not a network that this engine can run
     */
    public OnnxUpscaler(OnnxFile file, ModelContract contract, Device device, RunLimit limit) {
        this.contract = contract;
        this.device = device;
        this.model = OnnxModel.checked(file, contract, limit);
        this.tiles = new CacheTiles(file.multiplyAddsPerValue(), contract);
        for (Form form : Form.values()) {
            sessions.put(
                    form,
                    new OnnxSessions(
                            device.maxShapes() * device.sessionsPerShape(),
                            key -> model.open(form, device, key.shape())));
        }
        if (!device.isSessionPerShape()) {
            runOnce(limit);
        }
    }

    /** What the network's file said about itself. */
    public ModelContract contract() {
        return contract;
    }

    /** What the network runs on. */
    public Device device() {
        return device;
    }

    /**
     * The sizes of the latest frames, as many as the device keeps ready for. Empty where every size
     * is ready at once, see {@link Device#takesAnySize}.
     */
    public List<FrameSize> sizesInUse() {
        synchronized (sizes) {
            return List.copyOf(sizes);
        }
    }

    private void noteSize(Plane low) {
        FrameSize size = new FrameSize(low.width(), low.height());
        synchronized (sizes) {
            sizes.remove(size);
            sizes.add(size);
            if (sizes.size() > device.maxShapes()) {
                sizes.remove(sizes.iterator().next());
            }
        }
    }

    @Override
    public int scale() {
        return contract.scale();
    }

    @Override
    public int maxBatch() {
        return model.isBatchable() ? device.maxBatch() : 1;
    }

    @Override
    public @Nullable String refusalOf(int bitDepth) {
        return model.refusalOf(Form.ofDepth(bitDepth));
    }

    @Override
    public Scratch newScratch() {
        return new Buffers(scratches.getAndIncrement() % device.sessionsPerShape());
    }

    @Override
    public void upscale(List<Patch> patches, Scratch scratch) {
        upscale(patches, scratch, null);
    }

    /**
     * The same as a trial, within a time.
     *
     * @param limit null for none
     * @throws EngineException also if the time is over
     */
    public void upscale(List<Patch> patches, Scratch scratch, @Nullable RunLimit limit) {
        Patch.requireFit(patches, this);
        if (!(scratch instanceof Buffers buffers)) {
            throw new IllegalArgumentException("expected scratch memory of an ONNX upscaler");
        }
        lifetime.readLock().lock();
        try {
            if (isClosed) {
                throw new EngineException("the network is closed");
            }
            RunOptions options = limit == null ? null : limit.options();
            if (device.isSessionPerShape()) {
                run(patches, buffers, options);
            } else {
                for (Patch patch : patches) {
                    for (Region tile : tiles.cut(patch.region())) {
                        Patch part = new Patch(patch.low(), tile, patch.high());
                        run(List.of(part), buffers, options);
                    }
                }
            }
        } catch (OrtException e) {
            if (limit != null) {
                limit.requireTime();
            }
            throw new EngineException(
                    "the network failed on %s with %s: %s"
                            .formatted(
                                    patches.get(0),
                                    device.provider().name(),
                                    OnnxEnvironment.words(e)),
                    e);
        } finally {
            lifetime.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lifetime.writeLock().lock();
        try {
            isClosed = true;
            sessions.values().forEach(OnnxSessions::close);
        } finally {
            lifetime.writeLock().unlock();
        }
    }

    private void runOnce(RunLimit limit) {
        int side = 8 * contract.multiple();
        Plane low = Plane.allocate(side, side);
        Plane high = Plane.allocate(side * scale(), side * scale());
        try {
            upscale(List.of(Patch.whole(low, high)), newScratch(), limit);
        } catch (EngineException e) {
            close();
            throw e;
        }
    }

    private void run(List<Patch> patches, Buffers buffers, @Nullable RunOptions options)
            throws OrtException {
        List<Window> windows = patches.stream().map(this::window).toList();
        int frames = patches.size();
        int width = windows.get(0).width();
        int height = windows.get(0).height();
        Device.@Nullable Shape shape =
                device.isSessionPerShape() ? new Device.Shape(height, width) : null;
        Form form = Form.ofDepth(patches.get(0).bitDepth());
        ByteBuffer lowSamples = gather(patches, windows, form, buffers);
        boolean isInPlace = frames == 1 && isInPlace(patches.get(0), windows.get(0));
        int highSize = windows.get(0).samples() * scale() * scale();
        ByteBuffer highSamples =
                isInPlace
                        ? runOfRows(
                                patches.get(0).high(),
                                scale() * windows.get(0).y(),
                                scale() * height)
                        : buffers.high(form.bytesOf(frames * highSize));
        try (OnnxSessions.Lease lease =
                        sessions.get(form).lease(new OnnxSessions.Key(shape, buffers.session));
                OnnxTensor low = tensor(lowSamples, form, frames, height, width);
                OnnxTensor high =
                        tensor(highSamples, form, frames, scale() * height, scale() * width)) {
            lease.session()
                    .run(
                            Map.of(model.input(), low),
                            Set.of(),
                            Map.of(model.output(), high),
                            options)
                    .close();
        }
        for (int i = 0; i < frames && !isInPlace; i++) {
            Patch patch = patches.get(i);
            windows.get(i).copyTo(patch.high(), patch.region(), scale(), highSamples, i * highSize);
        }
        if (device.isSessionPerShape()) {
            noteSize(patches.get(0).low());
        }
    }

    private Window window(Patch patch) {
        return device.isSessionPerShape()
                ? Window.ofEqualSize(patch.region(), patch.low(), contract)
                : Window.around(patch.region(), patch.low(), contract);
    }

    private static ByteBuffer gather(
            List<Patch> patches, List<Window> windows, Form form, Buffers buffers) {
        Window first = windows.get(0);
        if (patches.size() == 1 && first.isRunOf(patches.get(0).low())) {
            return runOfRows(patches.get(0).low(), first.y(), first.height());
        }
        ByteBuffer to = buffers.low(form.bytesOf(patches.size() * first.samples()));
        for (int i = 0; i < patches.size(); i++) {
            windows.get(i).copyFrom(patches.get(i).low(), to, i * first.samples());
        }
        return to;
    }

    /** Whether the network can write where the samples belong: whole rows and nothing besides. */
    private static boolean isInPlace(Patch patch, Window window) {
        return Form.ofDepth(patch.bitDepth()) == Form.BYTES
                && window.isExactly(patch.region())
                && window.width() == patch.low().width()
                && patch.high().isPacked();
    }

    private static ByteBuffer runOfRows(Plane plane, int firstRow, int rows) {
        int start = firstRow * plane.strideBytes();
        return plane.data().duplicate().clear().slice(start, rows * plane.strideBytes());
    }

    private static OnnxTensor tensor(
            ByteBuffer samples, Form form, int frames, int height, int width) throws OrtException {
        long[] shape = {frames, 1, height, width};
        return OnnxTensor.createTensor(OnnxEnvironment.get(), samples, shape, form.type());
    }

    /** Direct buffers for what cannot be read or written in place; they grow and never shrink. */
    private static final class Buffers implements Scratch {

        final int session;
        private ByteBuffer low = ByteBuffer.allocateDirect(0);
        private ByteBuffer high = low;

        /**
         * @param session which of the sessions side by side to use
         */
        Buffers(int session) {
            this.session = session;
        }

        ByteBuffer low(int bytes) {
            if (low.capacity() < bytes) {
                low = ByteBuffer.allocateDirect(bytes);
            }
            return low.slice(0, bytes);
        }

        ByteBuffer high(int bytes) {
            if (high.capacity() < bytes) {
                high = ByteBuffer.allocateDirect(bytes);
            }
            return high.slice(0, bytes);
        }
    }
}
