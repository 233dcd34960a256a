package io.upriver.observe;

/** What a bench has shown, against what it was to show. */
public interface BenchReport {

    /** For people, with the last line's end. */
    String toTable();

    /** For programs. */
    String toJson();

    /** Whether all is as expected. */
    boolean isKept();
}
