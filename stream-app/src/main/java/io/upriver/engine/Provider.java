package io.upriver.engine;

import java.util.List;

/**
 * The execution provider that runs the networks, and why it was not a faster one.
 *
 * @param name {@code tensorrt}, {@code cuda} or {@code cpu}
 * @param device what it runs on, for people, for example {@code cuda:0 (NVIDIA L4)}
 * @param fallThroughs the providers tried before, in order; empty when the first one worked
 */
public record Provider(String name, String device, List<FallThrough> fallThroughs) {

    public Provider {
        fallThroughs = List.copyOf(fallThroughs);
    }

    /**
     * A provider that could not be used.
     *
     * @param provider its name
     * @param reason in one line
     */
    public record FallThrough(String provider, String reason) {}
}
