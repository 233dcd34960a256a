package io.upriver.distil;

import io.upriver.data.Batch;
import io.upriver.data.Picture;
import io.upriver.distil.DistillationSettings.FeatureTerm;
import io.upriver.distil.DistillationSettings.Pairing;
import io.upriver.learn.Learner;
import io.upriver.learn.Parameters;
import io.upriver.learn.Parameters.Entry;
import io.upriver.learn.SpecText;
import io.upriver.student.StudentNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A student that learns from the truth and from a teacher at several depths: {@link
 * DistillationSettings} says by which loss. Its parameters are the student's and, behind them, the
 * adapters' of the feature terms. Teacher's values come with the batch: the teacher is never run
 * and gets no gradient here.
 */
public final class DistillingStudent implements Learner {
    private final StudentNetwork student;
    private final DistillationSettings settings;
    private final List<Pairing> pairings;
    private final List<Integer> teacherWidths;
    private final Parameters adapters;
    private final long steps;

    /**
     * @param pairings which value learns from which feature; the batch's features are in this order
     * @param teacherWidths channels of those features
     * @param steps steps of the whole run
     * @throws IllegalArgumentException if features are pooled over less than one position of the
     *     student's
     */
    public DistillingStudent(
            StudentNetwork student,
            DistillationSettings settings,
            List<Pairing> pairings,
            List<Integer> teacherWidths,
            long steps) {
        this.student = student;
        this.settings = settings;
        this.pairings = List.copyOf(pairings);
        this.teacherWidths = List.copyOf(teacherWidths);
        this.steps = steps;
        int fold = student.spec().fold();
        SpecText.require(
                "distillation",
                "pool",
                settings.pool(),
                pairings.isEmpty() || settings.pool() % fold == 0,
                "a multiple of " + fold + ", the pixels that share a position of this student");
        boolean adapted =
                settings.featureTerm() == FeatureTerm.L1
                        || settings.featureTerm() == FeatureTerm.L2;
        int width = student.spec().width();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; adapted && i < pairings.size(); i++) {
            entries.add(
                    Entry.around0(
                            adapter(i), 1 / Math.sqrt(width), teacherWidths.get(i), width, 1, 1));
        }
        adapters = new Parameters(entries);
    }

    private static String adapter(int pairing) {
        return "adapter" + pairing + ".weight";
    }

    @Override
    public Parameters parameters() {
        return student.parameters().and(adapters);
    }

    @Override
    public int scale() {
        return student.scale();
    }

    @Override
    public boolean correctsAnInterpolation() {
        return student.correctsAnInterpolation();
    }

    @Override
    public Picture upscale(float[] vector, Picture low) {
        return student.upscale(Arrays.copyOf(vector, student.parameters().count()), low);
    }

    @Override
    public float lossAndGradient(float[] vector, Batch batch, float[] gradient) {
        return student.lossAndGradient(vector, batch, gradient, this::loss);
    }

    private Tensor loss(
            Tensor output, Tensor truth, Map<String, Tensor> taps, Tensor flat, Batch batch) {
        Tensor loss = torch.l1_loss(output, truth);
        double outputWeight = settings.outputWeight() * settings.teaching(batch.step(), steps);
        if (outputWeight > 0 && batch.label() != null) {
            Tensor label = Tensor.create(batch.label(), shape(output));
            loss = loss.add(FeatureLoss.scaled(torch.l1_loss(output, label), outputWeight));
        }
        double featureWeight = settings.featureWeight() * settings.features(batch.step(), steps);
        if (featureWeight > 0 && !batch.features().isEmpty()) {
            for (int i = 0; i < pairings.size(); i++) {
                Tensor term = feature(i, taps.get(pairings.get(i).student()), flat, batch);
                double weight = featureWeight * pairings.get(i).weight() / pairings.size();
                loss = loss.add(FeatureLoss.scaled(term, weight));
            }
        }
        return loss;
    }

    private Tensor feature(int i, Tensor tap, Tensor flat, Batch batch) {
        long side = batch.side() / settings.pool();
        int width = teacherWidths.get(i);
        Tensor taught = Tensor.create(batch.features().get(i), batch.count(), width, side, side);
        Tensor pooled = FeatureLoss.pooled(tap, settings.pool() / student.spec().fold());
        if (settings.featureTerm() == FeatureTerm.AFFINITY) {
            return FeatureLoss.affinity(pooled, taught);
        }
        Tensor weight =
                flat.narrow(
                                0,
                                student.parameters().count() + adapters.offset(adapter(i)),
                                (long) width * student.spec().width())
                        .reshape(width, student.spec().width(), 1, 1);
        Tensor adapted = FeatureLoss.adapted(pooled, weight);
        return settings.featureTerm() == FeatureTerm.L1
                ? FeatureLoss.absolute(adapted, taught)
                : FeatureLoss.squared(adapted, taught);
    }

    private static long[] shape(Tensor tensor) {
        return new long[] {tensor.size(0), tensor.size(1), tensor.size(2), tensor.size(3)};
    }
}
