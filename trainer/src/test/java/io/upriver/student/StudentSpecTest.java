package io.upriver.student;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.student.StudentSpec.Interpolation;
import io.upriver.student.StudentSpec.InvolutionSpec;
import io.upriver.student.StudentSpec.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentSpecTest {
    private static final String SMALL =
            "{\"scale\":2,\"planes\":\"LUMA\",\"topology\":\"STREAMLINED\",\"width\":16,\"distilledWidth\":16,"
                    + "\"blocks\":[[\"BSCONV_U\",\"INVOLUTION\"]],"
                    + "\"involution\":{\"kernel\":3,\"groups\":4,\"hidden\":2},\"attention\":\"NONE\","
                    + "\"spaceToDepth\":true,\"leakySlope\":0.05,\"skip\":\"BICUBIC\",\"skipBases\":0}";

    @TempDir Path temporary;

    @Test
    void readsBackWhatItWrites() {
        StudentSpec spec = StudentSpec.parse(SMALL);
        assertEquals(SMALL, spec.toJson());
        assertEquals(spec, StudentSpec.parse(spec.toJson()));
    }

    @Test
    void comesFromAPresetOrAFile() throws IOException {
        Path file = Files.writeString(temporary.resolve("small.json"), SMALL);
        assertEquals(StudentSpec.parse(SMALL), StudentSpec.load(file.toString()));
        assertEquals(32, StudentSpec.load("base-x2").width());

        var refusal =
                assertThrows(IllegalArgumentException.class, () -> StudentSpec.load("nothing"));
        assertEquals(
                "spec: nothing is neither a preset (nano-x2, nano-x3, nano-x4, base-x2, ibmdn-x2,"
                        + " ibmdn-x4) nor a readable file",
                refusal.getMessage());
    }

    @Test
    void comesWithPresetsThatCanBeBuilt() throws IOException {
        for (String preset : StudentSpec.PRESETS) {
            StudentSpec spec = StudentSpec.load(preset);
            assertEquals(Integer.parseInt(preset.substring(preset.length() - 1)), spec.scale());
            assertEquals(spec, StudentSpec.parse(spec.toJson()));
        }
    }

    /** Counted by the authors: 121 116 for x4 and 105 528 for x2. */
    @ParameterizedTest
    @CsvSource({"ibmdn-x4, 121116", "ibmdn-x2, 105528"})
    void hasTheAuthorsNetworkWithTheirNumberOfParameters(String preset, int expected)
            throws IOException {
        StudentSpec spec = StudentSpec.load(preset);
        assertEquals(expected, new StudentNetwork(spec).parameters().learnedCount());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"scale\":2 | \"scale\":5 | spec: scale is 5, allowed is 2, 3 or 4",
                "\"width\":16 | \"width\":24 | spec: width is 24, allowed is a multiple of 16 from 16 to 256",
                "\"distilledWidth\":16 | \"distilledWidth\":32 | spec: distilledWidth is 32, allowed is 0 or a"
                        + " multiple of 8 up to the width, 16",
                "[[\"BSCONV_U\",\"INVOLUTION\"]] | [] | spec: blocks is [], allowed is at least one block",
                "[[\"BSCONV_U\",\"INVOLUTION\"]] | [[]] | spec: blocks is [[]], allowed is at least one operator in every"
                        + " block",
                "\"BSCONV_U\" | \"DENSE\" | spec: blocks.[0].[0] is DENSE, allowed are [BSCONV_U, CONV, BSCONV_S, BOTTLENECK,"
                        + " INVOLUTION]",
                "\"BSCONV_U\" | 0 | spec: blocks.[0].[0] is 0, allowed are [BSCONV_U, CONV, BSCONV_S, BOTTLENECK,"
                        + " INVOLUTION]",
                "\"kernel\":3 | \"kernel\":4 | spec: involution.kernel is 4, allowed is 3, 5 or 7",
                "\"groups\":4 | \"groups\":5 | spec: involution.groups is 5, allowed is a divisor of the width, 16",
                "\"hidden\":2 | \"hidden\":9 | spec: involution.hidden is 9, allowed is 1 to 8 in STREAMLINED",
                "\"leakySlope\":0.05 | \"leakySlope\":1 | spec: leakySlope is 1.0, allowed is 0 to 1",
                "\"BICUBIC\" | \"LANCZOS\" | spec: skip is LANCZOS, allowed are [NONE, NEAREST, BILINEAR, BICUBIC]",
                "\"scale\":2 | \"scale\":\"two\" | spec: scale is two, allowed is a whole number",
                "\"scale\":2 | \"scale\":2.5 | spec: scale is 2.5, allowed is a whole number",
                "\"scale\":2 | \"scale\":99999999999 | spec: scale is 99999999999, allowed is a whole number",
                "\"scale\":2 | \"scale\":null | spec: scale is null, allowed is a whole number",
                "\"scale\":2 | \"scale\":2,\"scale\":3 | spec: not JSON: Duplicate field 'scale'",
                "[[\"BSCONV_U\",\"INVOLUTION\"]] | \"BSCONV_U\" | spec: blocks is BSCONV_U, allowed is a list",
                "[[\"BSCONV_U\",\"INVOLUTION\"]] | [null] | spec: blocks is [null], allowed is at least one operator in"
                        + " every block",
                "[[\"BSCONV_U\",\"INVOLUTION\"]] | [[null]] | spec: blocks is [[null]], allowed is at least one operator"
                        + " in every block",
                "\"spaceToDepth\":true | \"spaceToDepth\":\"no\" | spec: spaceToDepth is no, allowed are true and false",
                "\"scale\":2 | \"scale\":2,\"depth\":3 | spec: unknown key depth, allowed are [scale, planes, topology,"
                        + " width, distilledWidth, blocks, involution, attention, spaceToDepth, leakySlope, skip,"
                        + " skipBases]",
                "\"hidden\":2 | \"hidden\":2,\"rank\":1 | spec: unknown key involution.rank, allowed are [kernel, groups,"
                        + " hidden]",
                "\"STREAMLINED\" | \"IBMDN\" | spec: spaceToDepth is true, allowed is false in IBMDN",
                "\"scale\":2, | '' | spec: scale is missing",
                "{\"scale | scale | spec: not JSON: Unrecognized token 'scale': was expecting (JSON String, Number, Array,"
                        + " Object or token 'null', 'true' or 'false')"
            })
    void refusesWhatCannotBeBuiltWithKeyValueAndWhatIsAllowed(
            String right, String wrong, String sentence) {
        String json = SMALL.replace(right, wrong);
        var refusal = assertThrows(IllegalArgumentException.class, () -> StudentSpec.parse(json));
        assertEquals(sentence, refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"null | null", "[1] | [1]", "'' | nothing"})
    void refusesWhatIsNoObject(String json, String got) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> StudentSpec.parse(json));
        assertTrue(
                refusal.getMessage().startsWith("spec: expected a JSON object with the keys [sc"),
                refusal.getMessage());
        assertTrue(refusal.getMessage().endsWith("], got " + got), refusal.getMessage());
    }

    @Test
    void refusesANetworkThatNoModelCouldDescribe() {
        String many = "\"BSCONV_U\"" + ",\"BSCONV_U\"".repeat(600);
        String json = SMALL.replace("\"BSCONV_U\",\"INVOLUTION\"", many);
        var refusal = assertThrows(IllegalArgumentException.class, () -> StudentSpec.parse(json));
        assertEquals(
                "spec: blocks is so deep that an output pixel looks at 1204 pixels on each side, allowed is at most 1024,"
                        + " which the service can tile",
                refusal.getMessage());
    }

    @Test
    void refusesWhatComesBehindTheObject() {
        String json = SMALL + " {}";
        var refusal = assertThrows(IllegalArgumentException.class, () -> StudentSpec.parse(json));
        assertTrue(
                refusal.getMessage().startsWith("spec: not JSON: Trailing token"),
                refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"true, 3, 10", "true, 5, 14", "false, 3, 6", "false, 7, 10"})
    void knowsHowFarItSees(boolean spaceToDepth, int kernel, int expected) {
        // Given an involution with a kernel of that size, twice, and two depthwise filters of 3
        StudentSpec spec =
                Specs.of(
                        2,
                        spaceToDepth,
                        Interpolation.BICUBIC,
                        new InvolutionSpec(kernel, 4, 1),
                        Operator.INVOLUTION,
                        Operator.INVOLUTION,
                        Operator.BSCONV_U,
                        Operator.BSCONV_U);
        assertEquals(expected, spec.receptiveField());
    }
}
