package io.upriver.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.model.ModelHistory.Entry;
import io.upriver.schemas.ModelKey;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelHistoryTest {

    private final ModelHistory history = new ModelHistory();
    private final Map<String, String> words = new HashMap<>();
    private long offset;

    @Test
    void goesBackStepByStep() {
        publish("a");
        publish("b");
        publish("c");
        assertEquals(Optional.of("b"), before());

        goBack();
        assertEquals("b", current());
        assertEquals(Optional.of("a"), before());

        goBack();
        assertEquals("a", current());
        assertEquals(Optional.empty(), before());
    }

    @Test
    void skipsWhatItWentBackFrom() {
        publish("a");
        publish("b");
        goBack();
        publish("c");

        assertEquals(Optional.of("a"), before());
    }

    @Test
    void goesBackToWhatCompactionLeft() {
        // Given a topic whose record of the channel is the last one, and the kept models before it
        keep("a", Set.of());
        keep("b", Set.of());
        accept(ModelKey.current("cam"), "c");

        assertEquals(Optional.of("b"), before());
        assertEquals(List.of("c"), words(history.unkept()));
    }

    @Test
    void goesBackStepByStepAlsoWhereKeepingIsSlow() {
        publish("a");
        publish("b");
        publish("c");
        for (String kept : List.of("a", "b", "c")) {
            assertEquals(Optional.of("b"), before(), "before " + kept + " is kept");
            keep(kept, Set.of());
        }
        assertEquals(Optional.of("b"), before());
    }

    @Test
    void goesBackToWhatWasKeptAfterTheLastOneWasPublished() {
        // Given what compaction leaves where keeping was slow
        accept(ModelKey.current("cam"), "c");
        keep("a", Set.of());
        assertEquals(Optional.of("a"), before());

        keep("b", Set.of());
        assertEquals(Optional.of("b"), before());

        keep("c", Set.of());
        assertEquals(Optional.of("b"), before());
    }

    @Test
    void aWithdrawnChannelGoesBackToItsLastModel() {
        publish("a");
        publish("b");
        accept(ModelKey.current("cam"), null);

        assertEquals(Optional.empty(), history.current("cam"));
        assertEquals(Optional.of("b"), before());
    }

    @Test
    void aModelThatIsPublishedAgainIsTheNewest() {
        publish("a");
        publish("b");
        publish("a");
        assertEquals(Optional.of("b"), before());

        keepAll();
        assertTrue(history.unkept().isEmpty());
        assertEquals(Optional.of("b"), before());
    }

    @Test
    void saysWhatIsToBeKeptAndWhatNotAnyMore() {
        for (int i = 0; i < 11; i++) {
            publish("m" + i);
        }
        assertEquals(11, history.unkept().size());

        keepAll();
        assertTrue(history.unkept().isEmpty());
        List<ModelKey> surplus = history.surplus();
        assertEquals(List.of(key("m0"), key("m1"), key("m2")), surplus);

        surplus.forEach(key -> accept(key, null));
        assertTrue(history.surplus().isEmpty());
        assertEquals(8, history.of("cam").size());
    }

    @Test
    void forgetsWhatIsOnlyPassing() {
        accept(ModelKey.current("job-1"), "a", Set.of(ModelKey.PASSING));
        assertEquals("a", history.current("job-1").map(this::word).orElseThrow());
        assertTrue(history.unkept().isEmpty());

        accept(ModelKey.current("job-1"), null);
        assertTrue(history.channels().isEmpty());
    }

    @Test
    void takesNoModelUnderTheDigestOfAnother() {
        publish("a");
        publish("b");
        accept(key("a"), "z");

        assertEquals(Optional.of("a"), before());
        assertEquals(List.of("a", "b"), words(history.of("cam")));
    }

    @Test
    void keepsChannelsApart() {
        publish("a");
        publish("b");
        accept(ModelKey.current("other"), "z");

        assertEquals(List.of(), history.before("other"));
        assertEquals(Optional.of("a"), before());
        assertEquals(List.of("cam", "other"), List.copyOf(history.channels()));
    }

    private void publish(String word) {
        accept(ModelKey.current("cam"), word);
    }

    private void goBack() {
        Entry from = history.current("cam").orElseThrow();
        Entry to = history.before("cam").get(0);
        keep(word(from), Set.of(ModelKey.SET_ASIDE));
        publish(word(to));
    }

    private void keepAll() {
        history.unkept().forEach(entry -> keep(word(entry), Set.of()));
    }

    private void keep(String word, Set<String> headers) {
        accept(key(word), word, headers);
    }

    private void accept(ModelKey key, String word) {
        accept(key, word, Set.of());
    }

    private void accept(ModelKey key, String word, Set<String> headers) {
        if (word != null) {
            words.put(key(word).digest(), word);
        }
        history.accept(offset++, key, word == null ? null : bytes(word), headers);
    }

    private static ModelKey key(String word) {
        return ModelKey.kept("cam", ModelRegistry.digestOf(bytes(word)));
    }

    private String current() {
        return history.current("cam").map(this::word).orElseThrow();
    }

    private Optional<String> before() {
        return history.before("cam").stream().map(this::word).findFirst();
    }

    private List<String> words(List<Entry> entries) {
        return entries.stream().map(this::word).toList();
    }

    private String word(Entry entry) {
        return words.get(entry.digest());
    }

    private static byte[] bytes(String word) {
        return word.getBytes(StandardCharsets.UTF_8);
    }
}
