package io.upriver.egress;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What of a stream can be watched. */
public enum Rendition {
    /** What the workers made. */
    UPSCALED,
    /** What came in. */
    ORIGINAL;

    /** The name in paths. */
    public String pathName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one with this name in paths. */
    public static Optional<Rendition> ofPathName(String name) {
        return Arrays.stream(values()).filter(r -> r.pathName().equals(name)).findFirst();
    }
}
