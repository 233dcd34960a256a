package io.upriver.job;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.upriver.schemas.WireNamed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a job stands, at one moment.
 *
 * @param job its id
 * @param name of the file that came in
 * @param url where it was fetched; null where it was sent
 * @param createdMillis when it was taken, since 1970 UTC
 * @param startedMillis when work began; null before
 * @param endedMillis when it ended, in whatever way; null before
 * @param framesDone frames that have come back upscaled
 * @param framesExpected frames of the input; null while that is not known
 * @param fps frames done in a second, on average since the first segment was sent
 * @param secondsLeft at that pace; null where that cannot be said
 * @param sizeIn of the picture, such as {@code 1280x720}; null while that is not known
 * @param sizeOut of the result's picture; null before it is done
 * @param bytesIn of the file that came in, as far as it is there
 * @param bytesOut of the result, as far as it is written
 * @param segments how the segments that came back were done
 * @param notes what is different from the input and why, in sentences
 * @param error why it failed, in a sentence; null in other states
 * @param resultName the name of the file that comes out
 * @param mediaType of the file that comes out
 * @param fragmented whether that is in fragments, which can be played one by one
 * @param scale by how much width and height grow
 * @param model that was asked for
 */
public record JobDescription(
        String job,
        String name,
        @Nullable String url,
        State state,
        long createdMillis,
        @Nullable Long startedMillis,
        @Nullable Long endedMillis,
        long framesDone,
        @Nullable Long framesExpected,
        double fps,
        @Nullable Double secondsLeft,
        @Nullable String sizeIn,
        @Nullable String sizeOut,
        long bytesIn,
        long bytesOut,
        SegmentsDone segments,
        List<String> notes,
        @Nullable String error,
        String resultName,
        String mediaType,
        boolean fragmented,
        int scale,
        String model) {

    public JobDescription {
        notes = List.copyOf(notes);
    }

    /** What a job is doing. */
    public enum State implements WireNamed {
        /** Others come first. */
        WAITING,
        /** It is fetched or worked on. */
        RUNNING,
        /** The result is there. */
        DONE,
        /** There is no result, and why is said. */
        FAILED,
        /** Somebody did not want it any more, or the service ended. */
        CANCELLED;

        /** The state with this wire name; {@link IllegalArgumentException} when there is none. */
        @JsonCreator
        public static State ofWireName(String wireName) {
            return WireNamed.parse(State.class, wireName);
        }

        /** True where nothing will change any more. */
        public boolean isEnd() {
            return this == DONE || this == FAILED || this == CANCELLED;
        }
    }
}
