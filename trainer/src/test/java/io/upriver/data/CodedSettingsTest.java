package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.upriver.data.CodedSettings.Codec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class CodedSettingsTest {
    private static final List<Codec> BOTH = List.of(Codec.values());
    private static final List<String> MEDIUM = List.of("medium");

    @Test
    void areFixedForMeasuring() {
        CodedSettings fixed = CodedSettings.defaults().fixed(Codec.HEVC, 30);
        assertEquals(List.of(Codec.HEVC), fixed.codecs());
        assertEquals(30, fixed.crfMin());
        assertEquals(30, fixed.crfMax());
        assertEquals(CodedSettings.defaults().presets(), fixed.presets());
    }

    @Test
    void refuseWhatCannotBeWithWhatIsAllowed() {
        refuses(
                "coded settings: codecs is [], allowed is one or more of H264 and HEVC",
                () -> new CodedSettings(List.of(), 18, 34, MEDIUM, 2, 8, 3, 384));
        refuses(
                "coded settings: crfMin is -1, allowed is 0 to 51",
                () -> new CodedSettings(BOTH, -1, 34, MEDIUM, 2, 8, 3, 384));
        refuses(
                "coded settings: crfMax is 17, allowed is 18 (crfMin) to 51",
                () -> new CodedSettings(BOTH, 18, 17, MEDIUM, 2, 8, 3, 384));
        refuses(
                "coded settings: presets is [leisurely], allowed is one or more of [fast, faster,"
                        + " medium, placebo, slow, slower, superfast, ultrafast, veryfast, veryslow]",
                () -> new CodedSettings(BOTH, 18, 34, List.of("leisurely"), 2, 8, 3, 384));
        refuses(
                "coded settings: clipsPerPicture is 0, allowed is 1 or more",
                () -> new CodedSettings(BOTH, 18, 34, MEDIUM, 0, 8, 3, 384));
        refuses(
                "coded settings: framesPerClip is 1, allowed is 2 or more",
                () -> new CodedSettings(BOTH, 18, 34, MEDIUM, 2, 1, 1, 384));
        refuses(
                "coded settings: framesKept is 9, allowed is 1 to 8 (framesPerClip)",
                () -> new CodedSettings(BOTH, 18, 34, MEDIUM, 2, 8, 9, 384));
        refuses(
                "coded settings: windowSide is 127, allowed is 128 or more",
                () -> new CodedSettings(BOTH, 18, 34, MEDIUM, 2, 8, 3, 127));
    }

    private static void refuses(String message, Executable settings) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, settings).getMessage());
    }
}
