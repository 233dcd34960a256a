package io.upriver.ontime;

import io.upriver.observe.Times;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What became of the segments that were produced in one part of a run.
 *
 * @param name of the part
 * @param streams how many went on
 * @param segments that came, at least 1
 * @param latency from a segment's production until its result was committed and read
 * @param ways how many segments were done in which way
 * @param twice results of a segment of which one had come before
 * @param outOfOrder results that came after that of a later segment of their stream
 * @param longestPauseMillis between two results of a stream
 */
public record Part(
        String name,
        int streams,
        int segments,
        Times latency,
        Map<String, Integer> ways,
        int twice,
        int outOfOrder,
        long longestPauseMillis) {

    /**
     * @param results of the part, in the order of coming
     */
    static Part of(String name, int streams, List<Result> results) {
        if (results.isEmpty()) {
            throw new IllegalStateException("%s: expected results, none came".formatted(name));
        }
        Map<String, Integer> ways = new TreeMap<>();
        Set<List<Long>> come = new HashSet<>();
        Map<Integer, Result> latest = new TreeMap<>();
        int twice = 0;
        int outOfOrder = 0;
        long longestPause = 0;
        for (Result result : results) {
            ways.merge(result.way(), 1, Integer::sum);
            twice += come.add(List.of((long) result.stream(), result.sequence())) ? 0 : 1;
            Result before = latest.put(result.stream(), result);
            if (before != null) {
                outOfOrder += result.sequence() < before.sequence() ? 1 : 0;
                longestPause = Math.max(longestPause, result.cameMillis() - before.cameMillis());
            }
        }
        return new Part(
                name,
                streams,
                results.size(),
                Times.of(results.stream().map(r -> (double) r.latencyMillis()).toList()),
                ways,
                twice,
                outOfOrder,
                longestPause);
    }
}
