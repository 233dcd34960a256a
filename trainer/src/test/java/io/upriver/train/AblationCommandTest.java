package io.upriver.train;

import static io.upriver.train.Ran.run;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.SyntheticPictures;
import io.upriver.learn.TrainingRun;
import io.upriver.student.Specs;
import io.upriver.student.StudentSpec.Operator;
import io.upriver.teacher.OnnxModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AblationCommandTest {
    private static final String FIGURE = " [0-9.]+ ± [0-9.]+ \\([+-][0-9.]+\\) \\|";

    @TempDir Path temporary;

    private Path runs;
    private Path report;

    @BeforeEach
    void prepare() throws IOException {
        SyntheticPictures.folder(temporary.resolve("pictures"), 4, 64, 64);
        SyntheticPictures.folder(temporary.resolve("Set2"), 2, 40, 36);
        Files.writeString(temporary.resolve("spec.json"), Specs.of(Operator.BSCONV_U).toJson());
        Files.write(temporary.resolve("teacher.onnx"), OnnxModels.repeating(3, 0));
        runs = temporary.resolve("runs");
        report = temporary.resolve("reports").resolve("ablation.md");
    }

    @Test
    void trainsEveryVariantReportsItAndFindsItAgain() throws IOException {
        // When
        Ran first = ablation("--steps", "3", "--parallel", "2");
        Map<Path, byte[]> checkpoints = checkpoints();
        String written = Files.readString(report);
        Files.delete(report);
        Ran again = ablation("--steps", "3");

        // Then there is a line for each variant, with validation and the set
        assertEquals(0, first.code(), first.errors());
        List<String> table = written.lines().filter(line -> line.startsWith("|")).toList();
        assertEquals("| learned from | seeds | validation | Set2 |", table.get(0));
        List<String> words =
                List.of(
                        "truth",
                        "truth, the teacher's picture",
                        "truth, the teacher's picture, features at three depths \\(l1\\)",
                        "truth, the teacher's picture, pictures without truth");
        assertEquals(2 + words.size(), table.size(), written);
        for (int i = 0; i < words.size(); i++) {
            String line = table.get(2 + i);
            assertTrue(line.matches("\\| " + words.get(i) + " \\| 2 \\|" + FIGURE + FIGURE), line);
        }
        assertTrue(written.contains("3 pictures, 3 steps of 2 crops of 16x16, 2 seeds"), written);

        // And what was trained is taken as it is
        assertEquals(0, again.code(), again.errors());
        assertEquals(written, Files.readString(report));
        assertEquals(8, checkpoints.size());
        checkpoints().forEach((file, bytes) -> assertArrayEquals(checkpoints.get(file), bytes));
        for (Path folder : checkpoints.keySet()) {
            TrainingRun run = TrainingRun.open(folder);
            assertEquals(3, run.stepsTaken());
            assertTrue(folder.toString().endsWith("-" + run.settings().seed()), folder.toString());
        }
    }

    @Test
    void doesNotReportAnotherAblationsRunsAsItsOwn() throws IOException {
        // Given
        assertEquals(0, ablation("--steps", "2").code());

        // Then
        Ran longer = ablation("--steps", "3");
        assertRefused(longer, runs.resolve("truth-1") + ": holds another ablation's run: expected");
        Ran otherTerm = ablation("--steps", "2", "--feature-term", "L2");
        assertRefused(
                otherTerm,
                runs.resolve("depths-1")
                        + ": holds another ablation's run: expected distillation {");
        Files.write(temporary.resolve("teacher.onnx"), OnnxModels.repeating(3, 0.1f));
        assertRefused(ablation("--steps", "2"), "expected teacher teacher.onnx sha256:");
    }

    @Test
    void needsALengthInStepsAndCleanPictures() {
        Ran timed = ablation("--minutes", "1");
        assertEquals(2, timed.code());
        assertTrue(timed.errors().contains("ablation needs --steps"), timed.errors());
        Ran coded = ablation("--steps", "1", "--set", "codedShare=0.5");
        assertEquals(2, coded.code());
        assertTrue(
                coded.errors().contains("settings: codedShare is 0.5, allowed is 0 in an ablation"),
                coded.errors());
    }

    private Ran ablation(String... further) {
        List<String> term =
                List.of(further).contains("--feature-term")
                        ? List.of()
                        : List.of("--feature-term", "L1");
        return run(
                "ablation",
                "--teacher",
                temporary.resolve("teacher.onnx"),
                "--labels",
                temporary.resolve("labels"),
                "--data",
                temporary.resolve("pictures"),
                "--spec",
                temporary.resolve("spec.json"),
                "--sets",
                temporary.resolve("Set2"),
                "--out",
                runs,
                "-o",
                report,
                "--seeds",
                "2",
                "--set",
                "batch=2",
                "--set",
                "patch=16",
                "--set",
                "validationPictures=1",
                term,
                List.of(further));
    }

    private static void assertRefused(Ran ran, String sentence) {
        assertEquals(1, ran.code(), ran.errors());
        assertTrue(ran.errors().contains(sentence), ran.errors());
    }

    private Map<Path, byte[]> checkpoints() throws IOException {
        Map<Path, byte[]> found = new TreeMap<>();
        try (Stream<Path> folders = Files.list(runs)) {
            for (Path folder : folders.toList()) {
                found.put(folder, Files.readAllBytes(folder.resolve("checkpoint.safetensors")));
            }
        }
        return found;
    }
}
