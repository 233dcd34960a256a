package io.upriver.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the images must agree with: the project's files. Tests run in their module's folder. */
final class Project {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Project() {}

    static String read(String path) {
        try {
            return Files.readString(ROOT.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How the programs are started: the launcher, and what it may share with others. */
    static String launcher() {
        String shared = "launcher/launch.sh";
        return read("upriver") + (Files.exists(ROOT.resolve(shared)) ? read(shared) : "");
    }

    /** The first group of what a file has, once. */
    static String find(String path, String pattern) {
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(read(path));
        if (!matcher.find()) {
            throw new AssertionError(path + ": expected " + pattern);
        }
        return matcher.group(1);
    }

    static String version() {
        return find("pom.xml", "<artifactId>upriver</artifactId>\\s+<version>([^<]+)</version>");
    }

    /**
     * Whether a variable of the environment is a setting of the service: {@code
     * UPRIVER_JOBS_FOLDER_MAX_BYTES} is the key {@code folderMaxBytes} of the group {@code Jobs}.
     */
    static boolean isSetting(String variable) {
        String[] words = variable.toLowerCase(Locale.ROOT).split("_", -1);
        if (!words[0].equals("upriver") || words.length < 3) {
            return false;
        }
        StringBuilder key = new StringBuilder(words[2]);
        for (int i = 3; i < words.length; i++) {
            key.append(capital(words[i]));
        }
        return Pattern.compile(
                        "interface "
                                + capital(words[1])
                                + " \\{(?:(?!\n    })[\\s\\S])*?\\b"
                                + key
                                + "\\(\\);")
                .matcher(read("stream-app/src/main/java/io/upriver/app/Settings.java"))
                .find();
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
