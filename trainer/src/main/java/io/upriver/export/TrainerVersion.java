package io.upriver.export;

/** The trainer's version, from its jar. */
public final class TrainerVersion {
    /** "development" when run from class files. */
    public static final String VERSION = read();

    private TrainerVersion() {}

    private static String read() {
        String version = TrainerVersion.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
