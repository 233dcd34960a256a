package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

    private static final String BEGIN = "<!-- made from Settings.java -->\n";
    private static final String END = "<!-- end -->\n";

    @Test
    void hasEverySettingAsTheServiceReadsIt() throws IOException {
        Set<String> names = new TreeSet<>();
        for (SettingsSource.Group group : SettingsSource.read()) {
            group.settings().forEach(setting -> names.add(setting.name()));
        }
        assertEquals(SettingNames.ALL, names);
    }

    @Test
    void saysOfEverySettingWhenToChangeItAndOfNumbersWhatTheyCount() throws IOException {
        for (SettingsSource.Group group : SettingsSource.read()) {
            assertTrue(group.meaning().endsWith("."), group.toString());
            for (SettingsSource.Setting setting : group.settings()) {
                assertTrue(setting.meaning().endsWith("."), setting.name() + " has no meaning");
                assertTrue(setting.when().isPresent(), setting.name() + ": when to change it?");
                boolean number = setting.type().equals("int") || setting.type().equals("long");
                assertTrue(!number || setting.unit().isPresent(), setting.name() + ": in what?");
            }
        }
    }

    /** What is around the table is written by hand. */
    @Test
    void isUpToDate() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "configuration.md"));
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        assertTrue(begin >= BEGIN.length() && end >= begin, "the page has lost its marks");
        GeneratedPage.assertCurrent(
                "configuration.md", page.substring(0, begin) + sections() + page.substring(end));
    }

    private static String sections() throws IOException {
        StringBuilder text = new StringBuilder();
        for (SettingsSource.Group group : SettingsSource.read()) {
            String first = group.settings().get(0).name();
            text.append("\n### ").append(first, 0, first.lastIndexOf('.')).append("\n\n");
            text.append(group.meaning()).append("\n\n");
            text.append("| key, variable | type, unit | default | meaning | change it when |\n");
            text.append("|---|---|---|---|---|\n");
            for (SettingsSource.Setting setting : group.settings()) {
                text.append(
                        "| `%s`<br>`%s` | %s | %s | %s | %s |%n"
                                .formatted(
                                        setting.name(),
                                        SettingNames.variableOf(setting.name()),
                                        typeOf(setting),
                                        setting.fallback()
                                                .map(value -> shown(setting, value))
                                                .orElse("none"),
                                        setting.meaning(),
                                        setting.when().orElse("")));
            }
        }
        return text.append('\n').toString();
    }

    private static String typeOf(SettingsSource.Setting setting) {
        String type =
                switch (setting.type().replaceAll("Optional<(.*)>", "$1")) {
                    case "int", "long" -> "whole number";
                    case "boolean" -> "`true` or `false`";
                    case "Duration" -> "time, as `PT5M` or `PT2S`";
                    case "LargestPicture" -> "size, as `8192x4320`";
                    case "String" -> "text";
                    default -> "list, separated by commas";
                };
        return type + setting.unit().map(unit -> ", " + unit).orElse("");
    }

    private static String shown(SettingsSource.Setting setting, String value) {
        long mebi = setting.unit().orElse("").startsWith("bytes") ? Long.parseLong(value) >> 20 : 0;
        boolean whole = mebi > 0 && Long.parseLong(value) == mebi << 20;
        return "`" + value + "`" + (whole ? " (%d MiB)".formatted(mebi) : "");
    }
}
