package io.upriver.teacher;

import java.util.List;

/** A network with the weights that it keeps. */
final class FrozenTeacher implements Teacher {
    private final String name;
    private final TeacherNetwork network;
    private final float[] vector;
    private final String digest;

    FrozenTeacher(String name, TeacherNetwork network, float[] vector, String digest) {
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
    public long parameters() {
        return network.parameters().count();
    }

    @Override
    public long multiplyAdds(int outputWidth, int outputHeight) {
        return network.multiplyAdds(outputWidth, outputHeight);
    }

    @Override
    public List<String> featureNames() {
        return network.featureNames();
    }

    @Override
    public int featureWidth(String feature) {
        return network.featureWidth(feature);
    }

    @Override
    public String digest() {
        return digest;
    }

    @Override
    public Computed compute(float[] rgb, int height, int width, List<String> features) {
        return network.compute(vector, rgb, height, width, features);
    }

    @Override
    public void close() {
        // nothing native is kept between calls
    }
}
