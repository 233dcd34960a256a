package io.upriver.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the manifests tell the programs, against what the programs take. */
class EnvironmentTest {

    /** Quarkus' own keys, the pod's name, and what the XDG base directory rules have. */
    private static final Set<String> OTHERS =
            Set.of("QUARKUS_HTTP_HOST", "POD_NAME", "XDG_CACHE_HOME");

    static List<String> overlays() {
        return Manifests.OVERLAYS;
    }

    private static Map<String, String> worker(String overlay) {
        return Kustomize.environment(Manifests.container(Manifests.worker(overlay)));
    }

    @Test
    void knowsTheSettingsOfTheService() {
        Set<String> keys = SettingKeys.all();

        assertTrue(keys.contains("upriver.topics.max-message-bytes"), keys.toString());
        assertTrue(keys.contains("upriver.http.hosts"), keys.toString());
        assertTrue(keys.contains("upriver.models.trusted-keys"), keys.toString());
        assertTrue(keys.size() > 30, keys.toString());
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyVariableIsASettingOfSomebody(String overlay) throws IOException {
        Set<String> known = new TreeSet<>(OTHERS);
        SettingKeys.all().forEach(key -> known.add(SettingKeys.variable(key)));
        ConsumerConfig.configNames()
                .forEach(name -> known.add("KAFKA_" + SettingKeys.variable(name)));
        String launcher = launcher();

        for (String variable : worker(overlay).keySet()) {
            assertTrue(
                    known.contains(variable) || launcher.contains("${" + variable + ":-"),
                    variable + " is no setting");
        }
    }

    /** The launcher, and what it may share with others. */
    private static String launcher() throws IOException {
        Path shared = Manifests.ROOT.resolve("launcher/launch.sh");
        return Files.readString(Manifests.ROOT.resolve("upriver"))
                + (Files.exists(shared) ? Files.readString(shared) : "");
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void variablesAreDeclaredBeforeTheyAreUsed(String overlay) {
        Set<String> declared = new TreeSet<>();
        worker(overlay)
                .forEach(
                        (name, value) -> {
                            Matcher used = Pattern.compile("\\$\\((\\w+)\\)").matcher(value);
                            while (used.find()) {
                                assertTrue(declared.contains(used.group(1)), name + "=" + value);
                            }
                            declared.add(name);
                        });
    }

    /** Its name is the pod's, and it must be back in time: its end, its start, its first model. */
    @ParameterizedTest
    @MethodSource("overlays")
    void isAStaticMemberNamedAfterItsPod(String overlay) {
        Map<String, String> worker = worker(overlay);

        assertEquals("true", worker.get("UPRIVER_WORKER_STATIC_MEMBER"));
        assertEquals("$(POD_NAME)", worker.get("UPRIVER_WORKER_NAME"));
        long seconds = Duration.parse(worker.get("UPRIVER_WORKER_ABSENCE")).toSeconds();
        assertTrue(seconds >= 30 && seconds <= 60, seconds + " s");
    }

    /** Options of the JVM have no blanks in them: the launcher takes them apart at blanks. */
    @ParameterizedTest
    @MethodSource("overlays")
    void optionsOfTheJvmComeThroughTheLauncher(String overlay) {
        for (String option : worker(overlay).get("UPRIVER_JAVA_OPTIONS").split(" ", -1)) {
            assertTrue(option.startsWith("-D") || option.startsWith("-XX:"), "'" + option + "'");
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void browsersMayReachTheServiceByTheNamesOfItsService(String overlay) {
        Set<String> hosts = Set.of(worker(overlay).get("UPRIVER_HTTP_HOSTS").split(","));

        assertEquals(
                Set.of(
                        "upriver",
                        "upriver.upriver",
                        "upriver.upriver.svc",
                        "upriver.upriver.svc.cluster.local"),
                hosts);
        JsonNode service = Manifests.one(overlay, "Service", "upriver");
        assertEquals("upriver", service.at("/metadata/namespace").asText());
    }

    @Test
    void theTrainerIsToldOptionsThatItHas() throws IOException {
        Map<String, String> sources =
                Map.of("upriver-adapt", "AdaptCommand", "upriver-distill", "DistillCommand");
        for (Map.Entry<String, String> entry : sources.entrySet()) {
            String kind = entry.getKey().equals("upriver-adapt") ? "CronJob" : "Job";
            JsonNode job = Manifests.one(Manifests.TRAINER, kind, entry.getKey());
            List<String> args = new ArrayList<>();
            Manifests.container(Manifests.pod(job)).get("args").forEach(a -> args.add(a.asText()));

            assertEquals(entry.getKey().substring("upriver-".length()), args.get(0));
            String known = optionsOf(entry.getValue());
            for (String arg : args) {
                if (arg.startsWith("--")) {
                    assertTrue(known.contains("\"" + arg + "\""), entry.getKey() + " " + arg);
                }
            }
        }
    }

    /** The source of a command and of what it mixes in. */
    private static String optionsOf(String command) throws IOException {
        String source = trainerSource(command);
        StringBuilder all = new StringBuilder(source);
        Matcher mixin = Pattern.compile("@Mixin (\\w+)").matcher(source);
        while (mixin.find()) {
            all.append(trainerSource(mixin.group(1)));
        }
        return all.toString();
    }

    private static String trainerSource(String name) throws IOException {
        return Files.readString(
                Manifests.ROOT.resolve(
                        String.format(
                                Locale.ROOT,
                                "trainer/src/main/java/io/upriver/train/%s.java",
                                name)));
    }
}
