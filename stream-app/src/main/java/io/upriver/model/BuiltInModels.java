package io.upriver.model;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The networks that come with the program. */
public final class BuiltInModels {

    private static final List<String> FILES =
            List.of(
                    "nano-x2.onnx",
                    "nano-x3.onnx",
                    "nano-x4.onnx",
                    "compressed-x2.onnx",
                    "base-x2.onnx");

    /** What streams that ask for no model get: the one that keeps up with video on two cores. */
    private static final String DEFAULT = "nano";

    private BuiltInModels() {}

    /** The names under which streams can have them. */
    public static Set<String> names() {
        Set<String> names = new TreeSet<>(Set.of("default"));
        FILES.forEach(file -> names.add(file.substring(0, file.indexOf("-x"))));
        return names;
    }

    public static void addTo(ModelRegistry registry) {
        registry.serveDefaultBy(DEFAULT);
        FILES.forEach(file -> registry.addBuiltIn(read(file)));
    }

    /** The file of the model that streams get which ask for none, for scale 2. */
    public static byte[] fileOfDefault() {
        return read(DEFAULT + "-x2.onnx");
    }

    private static byte[] read(String file) {
        try (InputStream in = BuiltInModels.class.getResourceAsStream("/models/" + file)) {
            if (in == null) {
                throw new IllegalStateException("models/" + file + " is missing from this build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("models/" + file + " cannot be read", e);
        }
    }
}
