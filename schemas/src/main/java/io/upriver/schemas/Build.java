package io.upriver.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build of the project this is. All parts are built together, so it is that of each.
 *
 * @param version of the project, such as {@code 0.1.0}
 * @param commit the first digits of the commit's hash; {@code unknown} where the sources were in no
 *     repository
 * @param changed whether files differed from the commit
 * @param time when it was built, in UTC, as ISO 8601
 */
public record Build(String version, String commit, boolean changed, String time) {

    private static final String UNKNOWN = "unknown";

    /** The build that runs. */
    public static final Build CURRENT = read();

    /** The version's line of a program: name, version, commit, time. */
    public String describe(String program) {
        return "%s %s, commit %s%s, built %s"
                .formatted(program, version, commit, changed ? " with changes" : "", time);
    }

    static Build of(Properties properties) {
        return new Build(
                value(properties, "version"),
                value(properties, "commit"),
                Boolean.parseBoolean(value(properties, "changed")),
                value(properties, "time"));
    }

    /** What Maven has not filled in is not known. */
    private static String value(Properties properties, String name) {
        String value = properties.getProperty(name, UNKNOWN).strip();
        return value.isEmpty() || value.startsWith("${") ? UNKNOWN : value;
    }

    private static Build read() {
        Properties properties = new Properties();
        try (InputStream in = Build.class.getResourceAsStream("build.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return of(properties);
    }
}
