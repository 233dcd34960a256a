package io.upriver.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.schemas.StreamSettings;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PartTest {

    @Test
    void saysTheChangeToWhoeverKnowsTheStateBeforeAndTheWholeToAllOthers() {
        // Given
        AtomicReference<String> state = new AtomicReference<>("a");
        Part<String> part =
                new Part<>(
                        "letters",
                        state::get,
                        whole -> whole,
                        (before, now) -> before + " to " + now);
        part.look();
        assertEquals("a", part.since(0));

        // When
        part.look();
        state.set("b");
        part.look();
        state.set("c");
        part.look();

        // Then looking without news changed nothing
        assertEquals(3, part.version());
        assertEquals("b to c", part.since(2));
        assertEquals("c", part.since(1));
        assertEquals("c", part.since(0));
    }

    @Test
    void tellsWhichStreamsAreOtherwiseAndWhichAreGone() {
        List<StreamDescription> before =
                List.of(stream("stays", 2), stream("changes", 2), stream("goes", 2));
        List<StreamDescription> now =
                List.of(stream("stays", 2), stream("changes", 3), stream("comes", 2));

        StreamChanges changes = StreamChanges.between(before, now);

        assertEquals(
                new StreamChanges(
                        false, List.of(stream("changes", 3), stream("comes", 2)), Set.of("goes")),
                changes);
        assertEquals(new StreamChanges(true, now, Set.of()), StreamChanges.whole(now));
    }

    private static StreamDescription stream(String id, int scale) {
        return new StreamDescription(
                id, false, StreamSettings.DEFAULT.withScale(scale), null, null, null);
    }
}
