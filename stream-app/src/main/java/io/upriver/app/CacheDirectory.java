package io.upriver.app;

import java.nio.file.Path;

/** The user's cache directory for this program, by the XDG base directory rules. */
final class CacheDirectory {

    private CacheDirectory() {}

    static Path path() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base =
                xdg != null && !xdg.isBlank()
                        ? Path.of(xdg)
                        : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("upriver");
    }
}
