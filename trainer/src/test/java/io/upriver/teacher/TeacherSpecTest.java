package io.upriver.teacher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.upriver.teacher.TeacherSpec.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TeacherSpecTest {
    private static final String SMALL =
            "{\"architecture\":\"EDSR\",\"scale\":2,\"width\":16,\"blocks\":3}";

    @TempDir Path temporary;

    /** The counts are the published ones of SMFANet and SMFANet+. */
    @ParameterizedTest
    @CsvSource({"smfanet, 185628", "smfanet-plus, 480300", "edsr-small, 195971"})
    void hasPresets(String preset, int parameters) throws IOException {
        TeacherNetwork network = TeacherNetwork.of(TeacherSpec.load(preset));
        assertEquals(parameters, network.parameters().count());
        assertEquals(2, network.scale());
    }

    @Test
    void comesFromAFileAndReadsBackWhatItWrites() throws IOException {
        Path file = Files.writeString(temporary.resolve("small.json"), SMALL);
        TeacherSpec spec = TeacherSpec.load(file.toString());
        assertEquals(new TeacherSpec(Architecture.EDSR, 2, 16, 3), spec);
        assertEquals(SMALL, spec.toJson());

        var refusal =
                assertThrows(IllegalArgumentException.class, () -> TeacherSpec.load("nothing"));
        assertEquals(
                "spec: nothing is neither a preset (smfanet, smfanet-plus, edsr-small) nor a"
                        + " readable file",
                refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"EDSR\" | \"RCAN\" | spec: architecture is RCAN, allowed are [SMFANET, EDSR]",
                "\"EDSR\" | null | spec: architecture is null, allowed is [SMFANET, EDSR]",
                "\"scale\":2 | \"scale\":1 | spec: scale is 1, allowed is 2, 3 or 4",
                "\"width\":16 | \"width\":18 | spec: width is 18, allowed is a multiple of 4 from 8 to 256",
                "\"blocks\":3 | \"blocks\":0 | spec: blocks is 0, allowed is 1 to 64",
                "\"blocks\":3 | \"blocks\":3,\"depth\":1 | spec: unknown key depth, allowed are [architecture, scale,"
                        + " width, blocks]",
                "\"scale\":2, | '' | spec: scale is missing"
            })
    void refusesWhatCannotBeBuiltWithKeyValueAndWhatIsAllowed(
            String right, String wrong, String sentence) {
        String json = SMALL.replace(right, wrong);
        var refusal = assertThrows(IllegalArgumentException.class, () -> TeacherSpec.parse(json));
        assertEquals(sentence, refusal.getMessage());
    }
}
