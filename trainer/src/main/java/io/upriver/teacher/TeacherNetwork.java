package io.upriver.teacher;

import io.upriver.data.Batch;
import io.upriver.data.Picture;
import io.upriver.learn.Learner;
import io.upriver.learn.Parameters;
import io.upriver.teacher.Teacher.Computed;
import io.upriver.teacher.Teacher.FeatureMap;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A teacher's architecture on libtorch: computes enlarged pictures and gradients of the loss for a
 * parameter vector held by the caller. Red, green and blue go in and come out, 0 to 1, as they are.
 * All features have the same width and the picture's size: {@code feat_0} after the first
 * convolution, {@code feat_k} after the k-th block. Keeps no native memory between calls; not for
 * use by several threads at once.
 */
@SuppressWarnings("try") // native scopes are only there to be closed
public abstract class TeacherNetwork implements Learner {
    private static final int CHANNELS = 3;
    private static final int PROBE_SIDE = 16;
    private static final String FEATURE = "feat_";

    private final Parameters parameters;
    private final int scale;
    private final int width;
    private final int blocks;

    static {
        // convolves no faster here, and complains on standard error for every operator where it
        // cannot run
        torch.globalContext().setUserEnabledNNPACK(false);
        useThreads(1);
    }

    /** Hears of features while they are computed. */
    interface Features {
        /** After the first convolution (0) and after each block (from 1): [N, width, H, W]. */
        void after(int block, Tensor features);
    }

    TeacherNetwork(Parameters parameters, int scale, int width, int blocks) {
        this.parameters = parameters;
        this.scale = scale;
        this.width = width;
        this.blocks = blocks;
    }

    /** The network that a spec describes. */
    public static TeacherNetwork of(TeacherSpec spec) {
        return switch (spec.architecture()) {
            case SMFANET -> new SmfaNet(spec);
            case EDSR -> new Edsr(spec);
        };
    }

    /**
     * Sets how many threads libtorch uses inside one operator, for the whole process; one if never
     * called. OpenBLAS, which does its matrix products, would take all processors otherwise, and
     * its threads wait for each other by spinning.
     */
    public static void useThreads(int threads) {
        torch.set_num_threads(threads);
        openblas_nolapack.blas_set_num_threads(threads);
    }

    /** The enlarged pictures [N, 3, scale * H, scale * W] for {@code rgb} [N, 3, H, W]. */
    abstract Tensor forward(TorchWeights weights, Tensor rgb, Features features);

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public int scale() {
        return scale;
    }

    /** Nothing is interpolated: in its first thousands of steps it may be worse than bicubic. */
    @Override
    public boolean correctsAnInterpolation() {
        return false;
    }

    List<String> featureNames() {
        return IntStream.rangeClosed(0, blocks).mapToObj(block -> FEATURE + block).toList();
    }

    int featureWidth(String name) {
        if (!featureNames().contains(name)) {
            throw new IllegalArgumentException(
                    "no feature named " + name + ", there are " + featureNames());
        }
        return width;
    }

    /** Mean absolute error against the truth. */
    @Override
    public float lossAndGradient(float[] vector, Batch batch, float[] gradient) {
        if (batch.channels() != CHANNELS) {
            throw new IllegalArgumentException(
                    "expected a batch of 3 channels, got " + batch.channels());
        }
        long side = batch.side();
        long highSide = side * scale;
        try (PointerScope scope = new PointerScope()) {
            TorchWeights weights = new TorchWeights(parameters, vector, true);
            Tensor rgb = Tensor.create(batch.low(), batch.count(), CHANNELS, side, side);
            Tensor truth = Tensor.create(batch.high(), batch.count(), CHANNELS, highSide, highSide);
            Tensor loss = torch.l1_loss(forward(weights, rgb, (block, features) -> {}), truth);
            loss.backward();
            FloatBuffer buffer = weights.flat().grad().contiguous().createBuffer();
            buffer.get(gradient);
            return loss.item_float();
        }
    }

    @Override
    public Picture upscale(float[] vector, Picture low) {
        FeatureMap enlarged =
                compute(vector, low.fractions(), low.height(), low.width(), List.of()).enlarged();
        return Picture.ofFractions(
                enlarged.width(), enlarged.height(), enlarged.channels(), enlarged.values());
    }

    /** One picture, as {@link Teacher#compute} says, without gradients. */
    Computed compute(
            float[] vector, float[] rgb, int pictureHeight, int pictureWidth, List<String> names) {
        names.forEach(this::featureWidth);
        if (rgb.length != CHANNELS * pictureHeight * pictureWidth) {
            throw new IllegalArgumentException(
                    "expected "
                            + CHANNELS * pictureHeight * pictureWidth
                            + " values for a picture of 3 channels "
                            + pictureWidth
                            + "x"
                            + pictureHeight
                            + ", got "
                            + rgb.length);
        }
        Map<String, FeatureMap> kept = new LinkedHashMap<>();
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGradient = new NoGradGuard()) {
            Tensor input = Tensor.create(rgb, 1, CHANNELS, pictureHeight, pictureWidth);
            Tensor enlarged =
                    forward(
                            new TorchWeights(parameters, vector, false),
                            input,
                            (block, features) -> {
                                if (names.contains(FEATURE + block)) {
                                    kept.put(FEATURE + block, map(features));
                                }
                            });
            return new Computed(map(enlarged), kept);
        }
    }

    /** Counted on a small picture that divides into what the network pools together. */
    long multiplyAdds(int outputWidth, int outputHeight) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGradient = new NoGradGuard()) {
            TorchWeights weights =
                    new TorchWeights(parameters, new float[parameters.count()], false);
            float[] black = new float[CHANNELS * PROBE_SIDE * PROBE_SIDE];
            forward(
                    weights,
                    Tensor.create(black, 1, CHANNELS, PROBE_SIDE, PROBE_SIDE),
                    (block, features) -> {});
            double probes = (double) outputWidth * outputHeight / scale / scale;
            return Math.round(weights.multiplyAdds() * probes / (PROBE_SIDE * PROBE_SIDE));
        }
    }

    private static FeatureMap map(Tensor tensor) {
        FloatBuffer buffer = tensor.contiguous().createBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return new FeatureMap(
                (int) tensor.size(1), (int) tensor.size(2), (int) tensor.size(3), values);
    }
}
