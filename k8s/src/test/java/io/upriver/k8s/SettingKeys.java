package io.upriver.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The service's settings, as the source of its {@code app/Settings} declares them: an interface
 * with an interface in it for each group of keys.
 */
final class SettingKeys {

    private static final Path SOURCE =
            Manifests.ROOT.resolve("stream-app/src/main/java/io/upriver/app/Settings.java");

    private static final Pattern PREFIX =
            Pattern.compile("@ConfigMapping\\(prefix = \"(\\w+)\"\\)");
    private static final Pattern GROUP = Pattern.compile("^ +interface (\\w+) \\{");
    private static final Pattern GROUP_KEY = Pattern.compile("^    (\\w+) (\\w+)\\(\\);");
    private static final Pattern KEY = Pattern.compile("^        .*?(\\w+)\\(\\);$");

    private SettingKeys() {}

    /** Such as {@code upriver.topics.max-message-bytes}. */
    static Set<String> all() {
        try {
            return parse(Files.readString(SOURCE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Set<String> parse(String source) {
        Matcher prefix = PREFIX.matcher(source);
        if (!prefix.find()) {
            throw new IllegalArgumentException("expected a prefix");
        }
        Map<String, String> groups = new HashMap<>();
        Set<String> keys = new TreeSet<>();
        String group = "";
        for (String line : source.lines().toList()) {
            Matcher named = GROUP_KEY.matcher(line);
            Matcher opened = GROUP.matcher(line);
            Matcher key = KEY.matcher(line);
            if (named.find()) {
                groups.put(named.group(1), kebab(named.group(2)));
            } else if (opened.find()) {
                group = groups.getOrDefault(opened.group(1), opened.group(1));
            } else if (key.find()) {
                keys.add(prefix.group(1) + "." + group + "." + kebab(key.group(1)));
            }
        }
        return keys;
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** A key as the name of a variable of the environment. */
    static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
