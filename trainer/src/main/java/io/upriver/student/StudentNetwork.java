package io.upriver.student;

import io.upriver.data.Batch;
import io.upriver.data.Picture;
import io.upriver.learn.Learner;
import io.upriver.learn.Parameters;
import io.upriver.learn.Weights;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A student on libtorch: computes outputs, and gradients of the loss, for a parameter vector held
 * by the caller. Keeps no native memory between calls; not for use by several threads at once.
 */
@SuppressWarnings("try") // native scopes are only there to be closed
public final class StudentNetwork implements Learner {

    /** The libtorch that networks run on, such as {@code 2.10.0-1.5.13}; it is not loaded yet. */
    public static final String LIBTORCH = Tensor.class.getPackage().getImplementationVersion();

    private final StudentSpec spec;
    private final Parameters parameters;
    private final long frozenFrom;

    /** A network whose statistics stand still. */
    public StudentNetwork(StudentSpec spec) {
        this(spec, 0);
    }

    /**
     * A network to train.
     *
     * @param frozenFrom the first step at which statistics of batch normalisation stand still
     */
    public StudentNetwork(StudentSpec spec, long frozenFrom) {
        this.frozenFrom = frozenFrom;
        this.spec = spec;
        this.parameters = StudentParameters.of(spec);
    }

    static {
        // convolves no faster here, and complains on standard error for every operator where it
        // cannot run
        torch.globalContext().setUserEnabledNNPACK(false);
        useThreads(1);
    }

    /**
     * Sets how many threads libtorch uses inside one operator, for the whole process; one if never
     * called. OpenBLAS, which does its matrix products, would take all processors otherwise, and
     * its threads wait for each other by spinning.
     */
    public static void useThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ", allowed is 1 or more");
        }
        torch.set_num_threads(threads);
        openblas_nolapack.blas_set_num_threads(threads);
    }

    public StudentSpec spec() {
        return spec;
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    /**
     * Enlarges {@code count} pictures.
     *
     * @param pixels [count, channels, height, width], 0 to 1
     * @return [count, channels, scale * height, scale * width], neither clipped nor rounded
     */
    public float[] upscale(float[] vector, float[] pixels, int count, int height, int width) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGradient = new NoGradGuard()) {
            Tensor flat = Tensor.create(vector);
            Tensor input = Tensor.create(pixels, count, spec.channels(), height, width);
            return floats(
                    StudentGraph.apply(
                            spec, input, new LibtorchOperators(parameters, flat, false)));
        }
    }

    /**
     * What a student computes for one picture.
     *
     * @param output [channels, scale * height, scale * width], neither clipped nor rounded
     * @param taps values on the way by name, each [1, channels, height, width]
     */
    @SuppressWarnings("ArrayRecordComponent") // compared and hashed nowhere
    public record Computed(float[] output, Map<String, Weights.Tensor> taps) {}

    /**
     * Enlarges one picture of any size and keeps some of the values on the way. Sides that are not
     * a multiple of {@link StudentSpec#multiple()} are filled up by repeating the edge; the values
     * on the way keep what comes of that, the output does not.
     *
     * @param pixels [channels, height, width], 0 to 1
     * @param taps which values to keep
     * @throws IllegalArgumentException for an unknown one
     */
    public Computed compute(
            float[] vector, float[] pixels, int height, int width, List<String> taps) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGradient = new NoGradGuard()) {
            int right = Math.floorMod(-width, spec.multiple());
            int below = Math.floorMod(-height, spec.multiple());
            Tensor input =
                    torch.replication_pad2d(
                            Tensor.create(pixels, 1, spec.channels(), height, width),
                            0,
                            right,
                            0,
                            below);
            LibtorchOperators ops = new LibtorchOperators(parameters, Tensor.create(vector), false);
            Tensor whole = StudentGraph.apply(spec, input, ops);
            float[] output =
                    floats(
                            whole.narrow(2, 0, (long) height * spec.scale())
                                    .narrow(3, 0, (long) width * spec.scale()));
            Map<String, Weights.Tensor> kept = new LinkedHashMap<>();
            for (String tap : taps) {
                Tensor value = ops.taps().get(tap);
                if (value == null) {
                    throw new IllegalArgumentException(
                            "no value named " + tap + ", there are " + tapNames());
                }
                kept.put(
                        tap,
                        Weights.Tensor.of(
                                floats(value),
                                value.size(0),
                                value.size(1),
                                value.size(2),
                                value.size(3)));
            }
            return new Computed(output, kept);
        }
    }

    /** Mean absolute error against the truth. */
    @Override
    public float lossAndGradient(float[] vector, Batch batch, float[] gradient) {
        return lossAndGradient(
                vector,
                batch,
                gradient,
                (output, truth, taps, flat, same) -> torch.l1_loss(output, truth));
    }

    /**
     * The same with another loss.
     *
     * @param vector the student's parameters, and the loss's own behind them
     */
    public float lossAndGradient(float[] vector, Batch batch, float[] gradient, StudentLoss loss) {
        long side = batch.side();
        long highSide = side * spec.scale();
        try (PointerScope scope = new PointerScope()) {
            Tensor flat = Tensor.create(vector);
            flat.set_requires_grad(true);
            Tensor input = Tensor.create(batch.low(), batch.count(), batch.channels(), side, side);
            Tensor truth =
                    Tensor.create(
                            batch.high(), batch.count(), batch.channels(), highSide, highSide);
            LibtorchOperators ops =
                    new LibtorchOperators(parameters, flat, batch.step() < frozenFrom);
            Tensor output = StudentGraph.apply(spec, input, ops);
            Tensor value = loss.of(output, truth, ops.taps(), flat, batch);
            value.backward();
            FloatBuffer buffer = flat.grad().contiguous().createBuffer();
            buffer.get(gradient);
            float number = value.item_float();
            if (Float.isFinite(number)) { // what a broken batch has spoilt is not kept
                keepStatistics(ops, vector);
            }
            return number;
        }
    }

    /** Names of the values that a teacher may look at, from the input to the output. */
    public List<String> tapNames() {
        return StudentParameters.taps(spec);
    }

    @Override
    public Picture upscale(float[] vector, Picture low) {
        Picture padded = low.padToMultiple(spec.multiple());
        float[] output = upscale(vector, padded.fractions(), 1, padded.height(), padded.width());
        return Picture.ofFractions(
                        padded.width() * spec.scale(),
                        padded.height() * spec.scale(),
                        low.channels(),
                        output)
                .crop(0, 0, low.width() * spec.scale(), low.height() * spec.scale());
    }

    @Override
    public boolean correctsAnInterpolation() {
        return spec.skip() != StudentSpec.Interpolation.NONE;
    }

    @Override
    public int scale() {
        return spec.scale();
    }

    private void keepStatistics(LibtorchOperators ops, float[] vector) {
        ops.statistics()
                .forEach(
                        (name, values) -> {
                            float[] updated = floats(values);
                            System.arraycopy(
                                    updated, 0, vector, parameters.offset(name), updated.length);
                        });
    }

    private static float[] floats(Tensor tensor) {
        FloatBuffer buffer = tensor.contiguous().createBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }
}
