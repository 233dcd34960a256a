package io.upriver.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.upriver.schemas.ModelStatus.State;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ModelStatusTest {

    private static ModelStatus status(
            State state, @Nullable String digest, @Nullable String reason) {
        return new ModelStatus("worker-1", "default", digest, state, reason, 2, 99);
    }

    @Test
    void readsBackWhateverItWrites() {
        Samples samples = new Samples(37);
        for (int i = 0; i < 1000; i++) {
            ModelStatus status = samples.modelStatus();
            assertEquals(status, ModelStatus.fromJson(status.toJson()));
        }
    }

    @Test
    void givesTheReasonOfARefusal() {
        // When
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> status(State.REFUSED, "sha256:1", null));

        // Then
        assertEquals("reason: expected text, got nothing", refusal.getMessage());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "WITHDRAWN")
    void namesTheModelUnlessItWasWithdrawn(State state) {
        // When
        var refusal =
                assertThrows(IllegalArgumentException.class, () -> status(state, null, "because"));

        // Then
        assertEquals("digest: expected text, got nothing", refusal.getMessage());
    }
}
