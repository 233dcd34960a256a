package io.upriver.web;

import io.upriver.api.ProblemException;
import io.upriver.api.ProblemType;
import io.upriver.egress.LiveSegment;
import io.upriver.egress.LiveStream;
import io.upriver.egress.Rendition;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a playlist names: a segment or an init section.
 *
 * @param name as it was asked for
 * @param sequence of a segment
 * @param init the name of an init section, or null for a segment
 */
record LiveFile(String name, long sequence, @Nullable String init) {

    private static final Pattern SEGMENT = Pattern.compile("([0-9]{1,18})\\.(?:ts|m4s)");
    private static final Pattern INIT = Pattern.compile("init-([0-9a-f]{16})\\.mp4");

    /**
     * @throws ProblemException if no playlist has such names
     */
    static LiveFile parse(String name) {
        Matcher segment = SEGMENT.matcher(name);
        if (segment.matches()) {
            return new LiveFile(name, Long.parseLong(segment.group(1)), null);
        }
        Matcher init = INIT.matcher(name);
        if (init.matches()) {
            return new LiveFile(name, 0, init.group(1));
        }
        throw new ProblemException(
                ProblemType.UNKNOWN_SEGMENT,
                "expected a name such as 7.ts, 7.m4s or init-0123456789abcdef.mp4, got " + name);
    }

    /**
     * The segment of a stream, which has media.
     *
     * @param at the time of its record by the playlist, or null
     * @throws ProblemException if there is none, or not any more
     */
    LiveSegment segmentOf(LiveStream stream, Rendition rendition, @Nullable String at) {
        LiveSegment found = stream.find(rendition, sequence);
        if (found == null) {
            if (stream.isBeforeKept(rendition, sequence)) {
                throw expired(stream, name);
            }
            throw unknown(stream, "there is none");
        }
        if (at != null && !at.equals(Long.toString(found.timeMillis()))) {
            throw expired(stream, name);
        }
        if (found.media() == null) {
            throw unknown(stream, found.absence().reason());
        }
        if (!name.endsWith(found.media().ending())) {
            throw unknown(stream, "it is " + sequence + "." + found.media().ending());
        }
        return found;
    }

    private ProblemException unknown(LiveStream stream, String reason) {
        return new ProblemException(
                ProblemType.UNKNOWN_SEGMENT,
                "stream %s: expected a segment under the name %s, %s"
                        .formatted(stream.id(), name, reason));
    }

    /** That something was there and is not any more. */
    static ProblemException expired(LiveStream stream, String name) {
        return new ProblemException(
                ProblemType.SEGMENT_EXPIRED,
                "stream %s: expected one of the newest segments, %s is not kept any more"
                        .formatted(stream.id(), name));
    }
}
