package io.upriver.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.ingest.Turns.Turn;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TurnsTest {

    @Test
    void letsFilesThroughInTheOrderInWhichTheyBegan() throws Exception {
        // Given
        Turns turns = new Turns();
        Turn first = turns.begin("cam-7");
        Turn second = turns.begin("cam-7");
        List<String> taken = new CopyOnWriteArrayList<>();
        Thread later =
                new Thread(
                        () -> {
                            second.await();
                            taken.add("second");
                        });
        later.start();
        try (Turn other = turns.begin("cam-8")) {
            other.await();
        }

        // When
        Thread.sleep(100);
        taken.add("first");
        first.close();

        // Then
        later.join(10_000);
        assertEquals(List.of("first", "second"), taken);
    }
}
