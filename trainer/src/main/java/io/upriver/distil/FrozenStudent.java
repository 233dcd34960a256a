package io.upriver.distil;

import io.upriver.data.Picture;
import io.upriver.learn.Weights;
import io.upriver.student.StudentNetwork;
import io.upriver.teacher.Teacher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A student with the weights that it keeps, to be measured or to teach. Its features are {@code
 * feat_0} after the first convolution, then {@code feat_k} for the k-th value that it shows.
 */
final class FrozenStudent implements Teacher {
    private static final String FEATURE = "feat_";

    private final String name;
    private final StudentNetwork network;
    private final float[] vector;
    private final String digest;

    FrozenStudent(String name, StudentNetwork network, float[] vector, String digest) {
        this.name = name;
        this.network = network;
        this.vector = vector.clone();
        this.digest = digest;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int scale() {
        return network.scale();
    }

    @Override
    public int channels() {
        return network.spec().channels();
    }

    @Override
    public long parameters() {
        return network.parameters().learnedCount();
    }

    /** Counted on exported models only. */
    @Override
    public long multiplyAdds(int outputWidth, int outputHeight) {
        return -1;
    }

    @Override
    public List<String> featureNames() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < network.tapNames().size(); i++) {
            names.add(FEATURE + i);
        }
        return names;
    }

    @Override
    public int featureWidth(String feature) {
        tap(feature);
        return network.spec().width();
    }

    private String tap(String feature) {
        int index = featureNames().indexOf(feature);
        if (index < 0) {
            throw new IllegalArgumentException(
                    name + ": no feature named " + feature + ", there are " + featureNames());
        }
        return network.tapNames().get(index);
    }

    @Override
    public String digest() {
        return digest;
    }

    @Override
    public Computed compute(float[] pixels, int height, int width, List<String> features) {
        List<String> taps = features.stream().map(this::tap).toList();
        StudentNetwork.Computed computed = network.compute(vector, pixels, height, width, taps);
        Map<String, FeatureMap> maps = new LinkedHashMap<>();
        for (int i = 0; i < taps.size(); i++) {
            Weights.Tensor value = computed.taps().get(taps.get(i));
            maps.put(
                    features.get(i),
                    new FeatureMap(
                            (int) value.shape()[1],
                            (int) value.shape()[2],
                            (int) value.shape()[3],
                            value.values()));
        }
        FeatureMap enlarged =
                new FeatureMap(channels(), height * scale(), width * scale(), computed.output());
        return new Computed(enlarged, maps);
    }

    @Override
    public Picture upscale(Picture low) {
        return network.upscale(vector, low);
    }

    @Override
    public void close() {
        // nothing native is kept between calls
    }
}
