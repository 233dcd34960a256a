package io.upriver.media;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FfmpegProgramTest {

    @ParameterizedTest
    @ValueSource(strings = {"ffmpeg", "ffprobe"})
    void needsNoLibraryForSoundCardsAndScreens(String program) throws IOException {
        ProcessBuilder process = FfmpegProgram.process(program, List.of());
        // Instead of running it, the loader tells which libraries it takes (ld.so(8)).
        process.environment().put("LD_TRACE_LOADED_OBJECTS", "1");

        List<String> taken = lines(process);

        List<String> devices =
                taken.stream().filter(line -> line.matches(".*(xcb|asound|pulse).*")).toList();
        Path folder = Path.of(process.environment().get("LD_LIBRARY_PATH"));
        // All four names are one file, which the loader takes once.
        assertFalse(devices.isEmpty(), () -> "of " + taken);
        assertTrue(
                devices.stream().allMatch(line -> line.contains(folder.toString())),
                () -> "" + devices);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffmpeg", "ffprobe"})
    void runs(String program) throws IOException {
        ProcessBuilder process = FfmpegProgram.process(program, List.of("-version"));

        assertTrue(lines(process).get(0).startsWith(program + " version "));
    }

    private static List<String> lines(ProcessBuilder process) throws IOException {
        byte[] words = process.redirectErrorStream(true).start().getInputStream().readAllBytes();
        return FfmpegProgram.ownWords(new String(words, StandardCharsets.UTF_8)).lines().toList();
    }
}
