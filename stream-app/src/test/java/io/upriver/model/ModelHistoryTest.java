package io.upriver.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.model.ModelHistory.Entry;
import io.upriver.schemas.ModelKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelHistoryTest {

    private final ModelHistory history = new ModelHistory();
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
        keep("a", Map.of());
        keep("b", Map.of());
        accept(ModelKey.current("cam"), "c");

        assertEquals(Optional.of("b"), before());
        assertEquals(List.of("c"), words(history.unkept()));
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
    void keepsChannelsApart() {
        publish("a");
        publish("b");
        accept(ModelKey.current("other"), "z");

        assertEquals(Optional.empty(), history.before("other"));
        assertEquals(Optional.of("a"), before());
        assertEquals(List.of("cam", "other"), List.copyOf(history.channels()));
    }

    private void publish(String word) {
        accept(ModelKey.current("cam"), word);
    }

    private void goBack() {
        Entry from = history.current("cam").orElseThrow();
        Entry to = history.before("cam").orElseThrow();
        keep(word(from), Map.of(ModelKey.SET_ASIDE, new byte[] {'1'}));
        publish(word(to));
    }

    private void keepAll() {
        history.unkept().forEach(entry -> keep(word(entry), Map.of()));
    }

    private void keep(String word, Map<String, byte[]> headers) {
        history.accept(offset++, key(word), bytes(word), headers);
    }

    private void accept(ModelKey key, String word) {
        history.accept(offset++, key, word == null ? null : bytes(word), Map.of());
    }

    private static ModelKey key(String word) {
        return new ModelKey("cam", ModelRegistry.digestOf(bytes(word)));
    }

    private String current() {
        return history.current("cam").map(ModelHistoryTest::word).orElseThrow();
    }

    private Optional<String> before() {
        return history.before("cam").map(ModelHistoryTest::word);
    }

    private static List<String> words(List<Entry> entries) {
        return entries.stream().map(ModelHistoryTest::word).toList();
    }

    private static String word(Entry entry) {
        return new String(entry.onnx(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String word) {
        return word.getBytes(StandardCharsets.UTF_8);
    }
}
