package io.upriver.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which build of the project this is. All parts are built together, so it is that of each.
 *
 * @param version of the project, such as {@code 0.1.0}
 * @param commit the first digits of the commit's hash, with {@code -changed} behind it where files
 *     differed from it; {@code unknown} where the sources were in no repository
 * @param time when it was built, in UTC, as ISO 8601
 */
public record Build(String version, String commit, String time) {

    private static final String UNKNOWN = "unknown";

    /** The programs have it, not this module: it is written anew by every build. */
    private static final String RESOURCE = "/io/upriver/build.properties";

    /** The build of the program that runs. */
    public static final Build CURRENT = read();

    /** The version's line of a program: name, version, commit, time. */
    public String describe(String program) {
        return "%s %s, commit %s, built %s".formatted(program, version, commit, time);
    }

    static Build of(Properties properties) {
        return new Build(
                value(properties, "version"),
                value(properties, "commit"),
                value(properties, "time"));
    }

    /** What Maven has not filled in is not known. */
    private static String value(Properties properties, String name) {
        String value = properties.getProperty(name, UNKNOWN).strip();
        return value.isEmpty() || value.startsWith("${") ? UNKNOWN : value;
    }

    private static Build read() {
        Properties properties = new Properties();
        try (InputStream in = Build.class.getResourceAsStream(RESOURCE)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return of(properties);
    }
}
