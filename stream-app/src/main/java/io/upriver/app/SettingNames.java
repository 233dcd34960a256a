package io.upriver.app;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.common.utils.StringUtil;
import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** The names of all settings, and what to say of a name that is none. */
final class SettingNames {

    private static final String PREFIX = "upriver.";
    private static final String VARIABLES = "UPRIVER_";

    /** Every key of {@link Settings}, such as {@code upriver.worker.threads}. */
    static final Set<String> ALL = namesIn(Settings.class, PREFIX);

    /** Properties for whoever works on the program itself. */
    private static final Set<String> OF_DEVELOPERS =
            Set.of("upriver.stacktraces", "upriver.ffmpeg.loglevel");

    /** What launchers and other commands read. */
    private static final Set<String> OTHER_VARIABLES =
            Set.of(
                    "UPRIVER_JAVA_OPTIONS",
                    "UPRIVER_HEAP",
                    "UPRIVER_TERMINAL",
                    "UPRIVER_BOOTSTRAP_SERVERS");

    /** Further apart, names are not taken for misspelt ones. */
    private static final int NEAR = 4;

    private SettingNames() {}

    private static Set<String> namesIn(Class<?> group, String prefix) {
        Set<String> names = new TreeSet<>();
        for (Method method : group.getDeclaredMethods()) {
            String name = prefix + StringUtil.skewer(method.getName());
            Class<?> type = method.getReturnType();
            if (type.getEnclosingClass() == Settings.class) {
                names.addAll(namesIn(type, name + "."));
            } else {
                names.add(name);
            }
        }
        return names;
    }

    /** The environment variable of a setting. */
    static String variableOf(String name) {
        return StringUtil.replaceNonAlphanumericByUnderscores(name).toUpperCase(Locale.ROOT);
    }

    /**
     * Looks through all sources but the environment, in which anybody may have variables.
     *
     * @throws IllegalArgumentException that names a key that begins as the settings do and is none
     */
    static void refuseUnknown(Config config) {
        for (ConfigSource source : config.getConfigSources()) {
            if (source instanceof EnvConfigSource) {
                continue;
            }
            for (String name : source.getPropertyNames()) {
                String plain = name.replaceFirst("^%[^.]+\\.", "");
                if (plain.startsWith(PREFIX)
                        && !ALL.contains(plain)
                        && !OF_DEVELOPERS.contains(plain)) {
                    throw new IllegalArgumentException(
                            "there is no setting %s (in %s)%s"
                                    .formatted(name, source.getName(), advice(plain, ALL)));
                }
            }
        }
    }

    /** A sentence for each variable whose name is nearly that of a setting. */
    static Set<String> nearlyKnown(Set<String> variables) {
        Set<String> known = ALL.stream().map(SettingNames::variableOf).collect(Collectors.toSet());
        return variables.stream()
                .filter(name -> name.startsWith(VARIABLES))
                .filter(name -> !known.contains(name) && !OTHER_VARIABLES.contains(name))
                .filter(name -> nearest(name, known).isPresent())
                .map(name -> "there is no setting " + name + advice(name, known))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String advice(String name, Set<String> known) {
        return nearest(name, known).map(near -> "; did you mean " + near + "?").orElse("");
    }

    private static Optional<String> nearest(String name, Set<String> known) {
        return known.stream()
                .filter(other -> distance(name, other) <= NEAR)
                .min(
                        Comparator.<String>comparingInt(other -> distance(name, other))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /** Letters to put in, take out or change, by Levenshtein. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
