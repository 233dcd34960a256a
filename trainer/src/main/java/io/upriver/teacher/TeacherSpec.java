package io.upriver.teacher;

import static io.upriver.learn.SpecText.require;

import io.upriver.learn.SpecText;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The shape of a teacher that can be trained, as it stands in a JSON file. A spec that cannot be
 * built is refused here, with the key, its value and what is allowed.
 *
 * @param architecture what is computed
 * @param scale enlargement of both sides, 2 to 4
 * @param width channels of the features, a multiple of 4
 * @param blocks residual blocks one after the other
 */
public record TeacherSpec(Architecture architecture, int scale, int width, int blocks) {

    /** The families of networks; each class says what it computes. */
    public enum Architecture {
        /** {@link SmfaNet}. */
        SMFANET,
        /** {@link Edsr}. */
        EDSR
    }

    private static final List<String> PRESETS = List.of("smfanet", "smfanet-plus", "edsr-small");

    public TeacherSpec {
        require(
                "architecture",
                architecture,
                architecture != null,
                Arrays.toString(Architecture.values()));
        require("scale", scale, scale >= 2 && scale <= 4, "2, 3 or 4");
        require(
                "width",
                width,
                width >= 8 && width <= 256 && width % 4 == 0,
                "a multiple of 4 from 8 to 256");
        require("blocks", blocks, blocks >= 1 && blocks <= 64, "1 to 64");
    }

    /** Planes that go in and come out: red, green and blue. */
    public int channels() {
        return 3;
    }

    /** Reads a preset by name or a JSON file. */
    public static TeacherSpec load(String presetOrFile) throws IOException {
        return parse(SpecText.load("teachers", PRESETS, presetOrFile));
    }

    /** Reads a spec; what is wrong is named by key. */
    public static TeacherSpec parse(String json) {
        return SpecText.parse(TeacherSpec.class, json);
    }

    public String toJson() {
        return SpecText.write(this);
    }
}
