package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

class CommandsPageTest {

    private static final int COLUMNS = 110;

    @Test
    void hasTheUsageOfEveryCommand() throws IOException {
        StringBuilder page = new StringBuilder("# Commands\n\n");
        page.append("What `--help` of each command prints, as it is in this version.\n");
        add(Main.commandLine().setUsageHelpWidth(COLUMNS), page);

        assertFalse(page.indexOf(System.getProperty("user.home")) >= 0, "a path of this machine");
        GeneratedPage.assertCurrent("commands.md", page.toString());
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
}
