package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class SettingNamesTest {

    /** The framework's own names for the keys: it has a default for each that has one. */
    @Test
    void areThoseOfTheFramework() {
        SmallRyeConfig config = new SmallRyeConfigBuilder().withMapping(Settings.class).build();
        Set<String> withDefaults =
                StreamSupport.stream(config.getConfigSources().spliterator(), false)
                        .flatMap(source -> source.getPropertyNames().stream())
                        .filter(name -> name.startsWith("upriver."))
                        .collect(Collectors.toSet());

        assertEquals(Set.of(), minus(withDefaults, SettingNames.ALL));
        assertEquals(
                Set.of(
                        "upriver.worker.name",
                        "upriver.engine.cache",
                        "upriver.models.trusted-keys",
                        "upriver.jobs.folder",
                        "upriver.http.hosts",
                        "upriver.tracing.endpoint"),
                minus(SettingNames.ALL, withDefaults));
    }

    private static Set<String> minus(Set<String> all, Set<String> others) {
        return all.stream().filter(name -> !others.contains(name)).collect(Collectors.toSet());
    }

    @Test
    void refusesANameThatIsNoneAndKnowsWhatWasMeant() {
        assertEquals(
                "there is no setting upriver.worker.thread (in PropertiesConfigSource[source=test]); did you mean upriver.worker.threads?",
                refusal("upriver.worker.thread"));
        assertEquals(
                "there is no setting upriver.segments.deadline (in PropertiesConfigSource[source=test]); did you mean upriver.segment.deadline?",
                refusal("upriver.segments.deadline"));
        assertEquals(
                "there is no setting %server.upriver.jobs.runing (in PropertiesConfigSource[source=test]); did you mean upriver.jobs.running?",
                refusal("%server.upriver.jobs.runing"));
        assertEquals(
                "there is no setting upriver.something.else.entirely (in PropertiesConfigSource[source=test])",
                refusal("upriver.something.else.entirely"));
    }

    private static String refusal(String name) {
        return assertThrows(
                        IllegalArgumentException.class,
                        () -> SettingNames.refuseUnknown(config(name)))
                .getMessage();
    }

    private static SmallRyeConfig config(String name) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(Map.of(name, "3"), "test", 100))
                .build();
    }

    @Test
    void takesEverySettingAndWhatIsNotOurs() {
        for (String name : SettingNames.ALL) {
            assertDoesNotThrow(() -> SettingNames.refuseUnknown(config(name)), name);
        }
        assertDoesNotThrow(() -> SettingNames.refuseUnknown(config("quarkus.http.prt")));
    }

    @Test
    void tellsOfVariablesThatAreNearlySettings() {
        assertEquals(
                Set.of(
                        "there is no setting UPRIVER_WORKER_THREAD; did you mean UPRIVER_WORKER_THREADS?"),
                SettingNames.nearlyKnown(
                        Set.of(
                                "UPRIVER_WORKER_THREAD",
                                "UPRIVER_WORKER_THREADS",
                                "UPRIVER_HEAP",
                                "UPRIVER_SERVICE_HOST",
                                "UPRIVER_PORT_8080_TCP_ADDR",
                                "HOME")));
    }
}
