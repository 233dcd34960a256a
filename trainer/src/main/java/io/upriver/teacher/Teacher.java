package io.upriver.teacher;

import io.upriver.data.Picture;
import io.upriver.evaluate.Enlarger;
import java.util.List;
import java.util.Map;

/**
 * A trained network that students learn from: enlarges colour pictures and shows what it computes
 * on the way. Frozen: nothing changes it, no gradient is ever kept. Used by one thread at a time.
 */
public interface Teacher extends Enlarger {

    /**
     * Feature maps of one picture, or a picture in fractions.
     *
     * @param channels maps
     * @param height rows of each
     * @param width values in a row
     * @param values [channels, height, width], row-major
     */
    @SuppressWarnings("ArrayRecordComponent") // compared and hashed nowhere
    record FeatureMap(int channels, int height, int width, float[] values) {
        public FeatureMap {
            boolean possible = channels >= 1 && height >= 1 && width >= 1;
            if (!possible || values.length != channels * height * width) {
                throw new IllegalArgumentException(
                        "feature map of "
                                + channels
                                + " channels "
                                + width
                                + "x"
                                + height
                                + ": got "
                                + values.length
                                + " values");
            }
        }
    }

    /**
     * What a teacher computes, exactly.
     *
     * @param enlarged three planes, 0 to 1 for what a picture can show, neither clipped nor rounded
     * @param features by name
     */
    record Computed(FeatureMap enlarged, Map<String, FeatureMap> features) {
        public Computed {
            features = Map.copyOf(features);
        }
    }

    /**
     * What a student is to learn for one picture.
     *
     * @param enlarged the teacher's picture, rounded and clipped
     * @param features by name
     */
    record Labels(Picture enlarged, Map<String, FeatureMap> features) {
        public Labels {
            features = Map.copyOf(features);
        }
    }

    /** The feature maps that can be asked for, from the input to the output. */
    List<String> featureNames();

    /**
     * Channels of a feature map.
     *
     * @throws IllegalArgumentException for an unknown name, with those there are
     */
    int featureWidth(String name);

    /**
     * SHA-256 of what the teacher came from, its file or its weights, hexadecimal: the same digest,
     * the same labels.
     */
    String digest();

    /**
     * Runs the network on one picture of any size.
     *
     * @param rgb [3, height, width], 0 to 1
     * @param features which to keep
     * @throws IllegalArgumentException for an unknown feature
     */
    Computed compute(float[] rgb, int height, int width, List<String> features);

    /** Labels a colour picture of any size. */
    default Labels label(Picture low, List<String> features) {
        if (low.channels() != channels()) {
            throw new IllegalArgumentException(
                    name()
                            + ": expected a picture of "
                            + channels()
                            + " channels, got "
                            + low.channels());
        }
        Computed computed = compute(low.fractions(), low.height(), low.width(), features);
        FeatureMap enlarged = computed.enlarged();
        return new Labels(
                Picture.ofFractions(
                        enlarged.width(),
                        enlarged.height(),
                        enlarged.channels(),
                        enlarged.values()),
                computed.features());
    }

    @Override
    default Picture upscale(Picture low) {
        return label(low, List.of()).enlarged();
    }

    @Override
    default int channels() {
        return 3;
    }
}
