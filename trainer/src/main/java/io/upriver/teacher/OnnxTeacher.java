package io.upriver.teacher;

import io.upriver.evaluate.OnnxFeatures;
import io.upriver.evaluate.OnnxFeatures.Maps;
import io.upriver.learn.Sha256;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Any network in an ONNX model as a teacher: float red, green and blue [N,3,H,W] from 0 to 1 in, an
 * enlarged picture of the same kind and any number of feature maps [N,C,H,W] out. The picture is
 * the only output with three planes that is larger than the input; a small probe finds it.
 */
final class OnnxTeacher implements Teacher {
    private static final int PROBE_SIDE = 16;

    private final String name;
    private final String digest;
    private final OnnxFeatures network;
    private final String image;
    private final int scale;
    private final Map<String, Integer> featureWidths = new LinkedHashMap<>();

    /**
     * Takes a model's bytes.
     *
     * @throws IllegalArgumentException if it cannot be loaded or has no picture among its outputs
     */
    OnnxTeacher(String name, byte[] model) {
        this.name = name;
        this.digest = Sha256.of(model);
        this.network = new OnnxFeatures(model);
        try {
            Map<String, Maps> probe =
                    network.run(
                            new float[3 * PROBE_SIDE * PROBE_SIDE],
                            PROBE_SIDE,
                            PROBE_SIDE,
                            Set.copyOf(network.outputs()));
            image = image(probe);
            scale = probe.get(image).height() / PROBE_SIDE;
            for (String output : network.outputs()) {
                if (!output.equals(image)) {
                    featureWidths.put(output, probe.get(output).channels());
                }
            }
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private static String image(Map<String, Maps> outputs) {
        List<String> pictures = new ArrayList<>();
        List<String> shapes = new ArrayList<>();
        outputs.forEach(
                (output, maps) -> {
                    shapes.add(
                            output
                                    + " "
                                    + maps.channels()
                                    + "x"
                                    + maps.height()
                                    + "x"
                                    + maps.width());
                    if (maps.channels() == 3
                            && maps.height() == maps.width()
                            && maps.height() > PROBE_SIDE
                            && maps.height() % PROBE_SIDE == 0) {
                        pictures.add(output);
                    }
                });
        if (pictures.size() != 1) {
            throw new IllegalArgumentException(
                    "expected one output that is the enlarged picture of a 3x16x16 input, got "
                            + shapes);
        }
        return pictures.get(0);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int scale() {
        return scale;
    }

    @Override
    public long parameters() {
        return -1;
    }

    @Override
    public long multiplyAdds(int outputWidth, int outputHeight) {
        return -1;
    }

    @Override
    public List<String> featureNames() {
        return List.copyOf(featureWidths.keySet());
    }

    @Override
    public int featureWidth(String feature) {
        Integer width = featureWidths.get(feature);
        if (width == null) {
            throw new IllegalArgumentException(
                    "no feature named " + feature + ", there are " + featureNames());
        }
        return width;
    }

    @Override
    public String digest() {
        return digest;
    }

    @Override
    public Computed compute(float[] rgb, int height, int width, List<String> features) {
        features.forEach(this::featureWidth);
        Set<String> wanted = new HashSet<>(features);
        wanted.add(image);
        Map<String, FeatureMap> maps = new LinkedHashMap<>();
        network.run(rgb, height, width, wanted)
                .forEach(
                        (output, found) ->
                                maps.put(
                                        output,
                                        new FeatureMap(
                                                found.channels(),
                                                found.height(),
                                                found.width(),
                                                found.values())));
        FeatureMap enlarged = maps.remove(image);
        if (enlarged.height() != scale * height || enlarged.width() != scale * width) {
            throw new IllegalStateException(
                    name
                            + ": expected "
                            + scale * width
                            + "x"
                            + scale * height
                            + ", the model gave "
                            + enlarged.width()
                            + "x"
                            + enlarged.height());
        }
        return new Computed(enlarged, maps);
    }

    @Override
    public void close() {
        network.close();
    }
}
