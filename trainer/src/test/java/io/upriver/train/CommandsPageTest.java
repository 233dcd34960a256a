package io.upriver.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** With {@code -Ddocs.update=true} it writes the page. */
class CommandsPageTest {

    private static final Path PAGE = Path.of("..", "docs", "trainer-commands.md");
    private static final int COLUMNS = 110;

    @Test
    void hasTheUsageOfEveryCommand() throws IOException {
        StringBuilder page = new StringBuilder("# Commands of the trainer\n\n");
        page.append("What `--help` of each prints, as `./upriver train` or `upriver-train`.\n");
        add(TrainMain.commandLine().setUsageHelpWidth(COLUMNS), page);

        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(PAGE, page);
        }
        assertEquals(page.toString(), Files.readString(PAGE), "-Ddocs.update=true writes it");
    }

    private static void add(CommandLine command, StringBuilder page) {
        page.append("\n## ").append(command.getCommandSpec().qualifiedName()).append("\n\n```\n");
        command.getUsageMessage(Ansi.OFF)
                .lines()
                .forEach(line -> page.append(line.stripTrailing()).append('\n'));
        page.append("```\n");
        command.getSubcommands().values().stream()
                .distinct()
                .forEach(subcommand -> add(subcommand, page));
    }

    @Test
    void saysWhichLibrariesItWorksWith() {
        Ran ran = Ran.run("--version");

        assertEquals(0, ran.code(), ran.errors());
        assertTrue(
                ran.out().matches("(?s)upriver-trainer .*, libtorch 2\\..*, ONNX Runtime 1\\..*"),
                ran.out());
    }
}
