package io.upriver.job;

import io.upriver.schemas.Outcome;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * How the segments of a job were done, all together.
 *
 * @param count how many came back
 * @param methods how many of them were done in which way, by the method's name on the wire
 * @param reasons why they were not done by the network, where they were not
 * @param modelDigests of the models that did them
 * @param workers who did them
 */
public record SegmentsDone(
        long count,
        Map<String, Long> methods,
        Set<String> reasons,
        Set<String> modelDigests,
        Set<String> workers) {

    /** Before the first has come. */
    public static final SegmentsDone NONE = of(List.of());

    public SegmentsDone {
        methods = Collections.unmodifiableMap(new TreeMap<>(methods));
        reasons = Collections.unmodifiableSet(new TreeSet<>(reasons));
        modelDigests = Collections.unmodifiableSet(new TreeSet<>(modelDigests));
        workers = Collections.unmodifiableSet(new TreeSet<>(workers));
    }

    /** Of these segments. */
    public static SegmentsDone of(Collection<Outcome> outcomes) {
        Map<String, Long> methods = new TreeMap<>();
        outcomes.forEach(done -> methods.merge(done.method().wireName(), 1L, Long::sum));
        return new SegmentsDone(
                outcomes.size(),
                methods,
                all(outcomes, Outcome::reason),
                all(outcomes, Outcome::modelDigest),
                all(outcomes, Outcome::worker));
    }

    private static Set<String> all(Collection<Outcome> outcomes, Function<Outcome, String> word) {
        Set<String> words = new TreeSet<>();
        outcomes.stream().map(word).filter(Objects::nonNull).forEach(words::add);
        return words;
    }
}
