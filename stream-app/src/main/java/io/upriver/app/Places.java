package io.upriver.app;

/** How many segments a process works on at the same time. */
final class Places {

    private Places() {}

    /** The configured number, or for 0 the number of processors. */
    static int of(int configured) {
        return configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
    }
}
