package io.upriver.distil;

import io.upriver.data.Batch;
import io.upriver.distil.DistillationSettings.FeatureTerm;
import io.upriver.distil.DistillationSettings.Pairing;
import io.upriver.learn.Weights;
import io.upriver.student.PlainOperators;
import io.upriver.student.PlainOperators.Maps;
import io.upriver.student.StudentGraph;
import io.upriver.student.StudentSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The parts of a distillation's loss as loops in double precision: the tests' reference. */
final class PlainLoss {
    private final StudentSpec spec;
    private final Batch batch;
    private final Weights weights;
    private final List<Maps> outputs = new ArrayList<>();
    private final List<Map<String, Maps>> taps = new ArrayList<>();

    /** Runs the student on every crop. */
    PlainLoss(StudentSpec spec, Weights weights, Batch batch) {
        this.spec = spec;
        this.batch = batch;
        this.weights = weights;
        for (int crop = 0; crop < batch.count(); crop++) {
            PlainOperators plain = new PlainOperators(weights);
            Maps low = maps(batch.low(), crop, batch.channels(), batch.side());
            outputs.add(StudentGraph.apply(spec, low, plain));
            taps.add(plain.taps());
        }
    }

    /** Mean absolute difference of the output to pictures of the batch. */
    double output(float[] pictures) {
        double sum = 0;
        int highSide = batch.side() * spec.scale();
        for (int crop = 0; crop < batch.count(); crop++) {
            Maps wanted = maps(pictures, crop, batch.channels(), highSide);
            for (int i = 0; i < wanted.values().length; i++) {
                sum += Math.abs(outputs.get(crop).values()[i] - wanted.values()[i]);
            }
        }
        return sum / pictures.length;
    }

    /** Mean over the pairings of one kind of feature term. */
    double features(FeatureTerm term, List<Pairing> pairings, List<Integer> widths, int pool) {
        double sum = 0;
        for (int i = 0; i < pairings.size(); i++) {
            double ofThese = 0;
            for (int crop = 0; crop < batch.count(); crop++) {
                Maps tap = taps.get(crop).get(pairings.get(i).student());
                Maps student = pooled(tap, pool / spec.fold());
                Maps teacher =
                        maps(batch.features().get(i), crop, widths.get(i), batch.side() / pool);
                if (term == FeatureTerm.AFFINITY) {
                    ofThese += affinity(student, teacher);
                } else {
                    Maps adapted = adapted(student, i, widths.get(i));
                    ofThese += difference(adapted, teacher, term == FeatureTerm.L2);
                }
            }
            sum += pairings.get(i).weight() * ofThese / batch.count();
        }
        return sum / pairings.size();
    }

    private Maps adapted(Maps input, int pairing, int width) {
        float[] weight = weights.get("adapter" + pairing + ".weight").values();
        double[] values = new double[width * input.height() * input.width()];
        int plane = input.height() * input.width();
        for (int i = 0; i < values.length; i++) {
            for (int c = 0; c < input.channels(); c++) {
                values[i] +=
                        weight[i / plane * input.channels() + c]
                                * input.values()[c * plane + i % plane];
            }
        }
        return new Maps(width, input.height(), input.width(), values);
    }

    private static Maps pooled(Maps input, int pool) {
        int height = input.height() / pool;
        int width = input.width() / pool;
        double[] values = new double[input.channels() * height * width];
        for (int i = 0; i < values.length; i++) {
            for (int k = 0; k < pool * pool; k++) {
                int y = i / width % height * pool + k / pool;
                values[i] += input.at(i / width / height, y, i % width * pool + k % pool);
            }
            values[i] /= pool * pool;
        }
        return new Maps(input.channels(), height, width, values);
    }

    private static double difference(Maps student, Maps teacher, boolean squared) {
        double sum = 0;
        for (int y = 0; y < student.height(); y++) {
            for (int x = 0; x < student.width(); x++) {
                double[] left = direction(student, y, x);
                double[] right = direction(teacher, y, x);
                for (int c = 0; c < left.length; c++) {
                    double apart = Math.abs(left[c] - right[c]);
                    sum += squared ? apart * apart : apart;
                }
            }
        }
        return sum / student.values().length;
    }

    /** Mean over all pairs of pixels of how differently alike the two networks find them. */
    private static double affinity(Maps student, Maps teacher) {
        int pixels = student.height() * student.width();
        double sum = 0;
        for (int i = 0; i < pixels; i++) {
            for (int j = 0; j < pixels; j++) {
                sum += Math.abs(cosine(student, i, j) - cosine(teacher, i, j));
            }
        }
        return sum / pixels / pixels;
    }

    private static double cosine(Maps maps, int i, int j) {
        double[] left = direction(maps, i / maps.width(), i % maps.width());
        double[] right = direction(maps, j / maps.width(), j % maps.width());
        double sum = 0;
        for (int c = 0; c < left.length; c++) {
            sum += left[c] * right[c];
        }
        return sum;
    }

    private static double[] direction(Maps maps, int y, int x) {
        double[] vector = new double[maps.channels()];
        double square = 1e-6;
        for (int c = 0; c < vector.length; c++) {
            vector[c] = maps.at(c, y, x);
            square += vector[c] * vector[c];
        }
        for (int c = 0; c < vector.length; c++) {
            vector[c] /= Math.sqrt(square);
        }
        return vector;
    }

    private static Maps maps(float[] batch, int crop, int channels, int side) {
        double[] values = new double[channels * side * side];
        for (int i = 0; i < values.length; i++) {
            values[i] = batch[crop * values.length + i];
        }
        return new Maps(channels, side, side, values);
    }
}
