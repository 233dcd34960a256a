package io.upriver.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which execution provider runs the networks. */
public enum ProviderPreference {
    /** The fastest that works: TensorRT, then CUDA, then the CPU. */
    AUTO,
    /** The CPU. */
    CPU,
    /** CUDA, or a refusal at start. */
    CUDA,
    /** TensorRT, or a refusal at start. */
    TENSORRT;

    /** The preference with this name, in any case. */
    public static ProviderPreference parse(String name) {
        for (ProviderPreference preference : values()) {
            if (preference.toString().equals(name.strip().toLowerCase(Locale.ROOT))) {
                return preference;
            }
        }
        throw new IllegalArgumentException(
                "expected an execution provider of %s, got \"%s\""
                        .formatted(
                                Arrays.stream(values())
                                        .map(ProviderPreference::toString)
                                        .collect(Collectors.joining(", ")),
                                name));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
