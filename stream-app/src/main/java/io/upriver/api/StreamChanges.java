package io.upriver.api;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Streams that are not as they were, in the event {@code streams}. */
@Schema(requiredProperties = {"complete", "streams", "gone"})
record StreamChanges(
        @Schema(description = "Whether these are all; those said before are out of date then.")
                boolean complete,
        @Schema(description = "Streams as they are now, by their ids.")
                List<StreamDescription> streams,
        @Schema(
                        description = "Ids of streams that are not there any more.",
                        examples = "[\"cam-7\"]")
                Set<String> gone) {

    static StreamChanges whole(List<StreamDescription> now) {
        return new StreamChanges(true, now, Set.of());
    }

    static StreamChanges between(List<StreamDescription> before, List<StreamDescription> now) {
        Set<StreamDescription> known = new HashSet<>(before);
        Set<String> gone =
                before.stream()
                        .map(StreamDescription::stream)
                        .collect(Collectors.toCollection(TreeSet::new));
        now.forEach(stream -> gone.remove(stream.stream()));
        return new StreamChanges(
                false, now.stream().filter(stream -> !known.contains(stream)).toList(), gone);
    }
}
