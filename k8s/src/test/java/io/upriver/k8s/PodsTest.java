package io.upriver.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every pod must and may do, and whether all that it names is there. */
class PodsTest {

    static List<String> all() {
        return Manifests.all();
    }

    static List<String> overlays() {
        return Manifests.OVERLAYS;
    }

    private static List<JsonNode> pods(String name) {
        List<JsonNode> pods = new ArrayList<>();
        for (ObjectNode resource : Manifests.of(name)) {
            JsonNode pod = Manifests.pod(resource);
            if (pod.has("containers")) {
                pods.add(pod);
            }
        }
        return pods;
    }

    /** What the policy "restricted" asks for, and a file system that stays as it is. */
    @ParameterizedTest
    @MethodSource("all")
    void podsMayDoAsLittleAsTheyCan(String name) {
        assertFalse(pods(name).isEmpty());
        for (JsonNode pod : pods(name)) {
            JsonNode security = pod.get("securityContext");
            assertTrue(security.get("runAsNonRoot").asBoolean());
            assertTrue(security.get("runAsUser").asInt() >= 10_000);
            assertEquals("RuntimeDefault", security.at("/seccompProfile/type").asText());
            assertFalse(pod.get("automountServiceAccountToken").asBoolean(true));
            assertFalse(pod.get("enableServiceLinks").asBoolean(true));
            for (JsonNode container : pod.get("containers")) {
                JsonNode own = container.get("securityContext");
                assertFalse(own.get("allowPrivilegeEscalation").asBoolean(true));
                assertTrue(own.get("readOnlyRootFilesystem").asBoolean());
                assertEquals(YamlFile.tree("[ALL]"), own.at("/capabilities/drop"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyMountHasItsVolumeAndEveryEmptyOneItsLimit(String name) {
        for (JsonNode pod : pods(name)) {
            Set<String> volumes = new TreeSet<>();
            for (JsonNode volume : pod.get("volumes")) {
                volumes.add(volume.get("name").asText());
                if (volume.has("emptyDir")) {
                    assertTrue(volume.at("/emptyDir/sizeLimit").isTextual(), volume.toString());
                }
            }
            Manifests.of(name)
                    .forEach(
                            resource ->
                                    resource.at("/spec/volumeClaimTemplates")
                                            .forEach(
                                                    c ->
                                                            volumes.add(
                                                                    c.at("/metadata/name")
                                                                            .asText())));
            Set<String> mounted = new TreeSet<>();
            pod.findValues("volumeMounts")
                    .forEach(m -> m.forEach(mount -> mounted.add(mount.get("name").asText())));
            assertEquals(volumes, mounted);
        }
    }

    /** Where the programs write: the root file system is read only. */
    @ParameterizedTest
    @MethodSource("all")
    void whatIsWrittenLiesOnAVolume(String name) {
        for (JsonNode pod : pods(name)) {
            JsonNode container = Manifests.container(pod);
            List<String> mounts = container.findValuesAsText("mountPath");
            List<String> written = new ArrayList<>(List.of("/tmp"));
            Kustomize.environment(container)
                    .forEach(
                            (variable, value) -> {
                                if (variable.matches("XDG_CACHE_HOME|.*_FOLDER|.*_ENGINE_CACHE")) {
                                    written.add(value);
                                }
                                Matcher cache =
                                        Pattern.compile("javacpp.cachedir=(\\S+)").matcher(value);
                                if (cache.find()) {
                                    written.add(cache.group(1));
                                }
                            });
            assertTrue(written.size() >= 2, written.toString());
            for (String path : written) {
                assertTrue(
                        mounts.stream().anyMatch(m -> path.equals(m) || path.startsWith(m + "/")),
                        path);
            }
        }
    }

    /** Secrets are made by Strimzi for its users and its cluster, or are here. */
    @ParameterizedTest
    @MethodSource("overlays")
    void whatIsNamedIsThereOrIsMadeByAnOperator(String overlay) {
        Set<String> secrets = new TreeSet<>(Set.of("upriver-cluster-ca-cert"));
        for (String kind : List.of("Secret", "KafkaUser")) {
            Manifests.ofKind(overlay, kind)
                    .forEach(r -> secrets.add(r.at("/metadata/name").asText()));
        }
        for (String name : List.of(overlay, Manifests.TRAINER)) {
            for (ObjectNode resource : Manifests.of(name)) {
                resource.findValues("secretKeyRef")
                        .forEach(
                                r ->
                                        assertTrue(
                                                secrets.contains(r.get("name").asText()),
                                                r::toString));
                resource.findValuesAsText("secretName")
                        .forEach(secret -> assertTrue(secrets.contains(secret), secret));
                resource.at("/spec/secretTargetRef")
                        .forEach(
                                r ->
                                        assertTrue(
                                                secrets.contains(r.get("name").asText()),
                                                r::toString));
                resource.findValuesAsText("claimName")
                        .forEach(c -> Manifests.one(name, "PersistentVolumeClaim", c));
                resource.findValuesAsText("serviceName")
                        .forEach(s -> Manifests.one(name, "Service", s));
            }
        }
        assertEquals(
                "upriver",
                Manifests.one(overlay, "ServiceAccount", "upriver").at("/metadata/name").asText());
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void selectorsFindTheWorkersAndNoTrainer(String overlay) {
        JsonNode labels =
                Manifests.one(overlay, "StatefulSet", "upriver")
                        .at("/spec/template/metadata/labels");
        List<JsonNode> selectors = new ArrayList<>();
        Manifests.ofKind(overlay, "Service").forEach(s -> selectors.add(s.at("/spec/selector")));
        for (String kind : List.of("StatefulSet", "PodDisruptionBudget")) {
            Manifests.ofKind(overlay, kind)
                    .forEach(r -> selectors.add(r.at("/spec/selector/matchLabels")));
        }
        Manifests.ofKind(overlay, "NetworkPolicy")
                .forEach(p -> selectors.add(p.at("/spec/podSelector/matchLabels")));
        assertTrue(selectors.size() >= 5);
        for (JsonNode selector : selectors) {
            assertFalse(selector.isEmpty());
            selector.properties().forEach(l -> assertEquals(l.getValue(), labels.get(l.getKey())));
            assertEquals("upriver", selector.get("app.kubernetes.io/name").asText());
        }
        assertEquals(
                labels.get("app.kubernetes.io/part-of").asText(),
                Manifests.one(overlay, "Kafka", "upriver")
                        .at("/spec/kafka/listeners/0/networkPolicyPeers/0/podSelector/matchLabels")
                        .get("app.kubernetes.io/part-of")
                        .asText());
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void probesAskWhatTheServiceAnswersOnItsPort(String overlay) throws IOException {
        JsonNode worker = Manifests.container(Manifests.worker(overlay));
        String properties =
                Files.readString(
                        Manifests.ROOT.resolve(
                                "stream-app/src/main/resources/application.properties"));

        assertTrue(properties.contains("\nquarkus.http.port=8080\n"));
        assertEquals(8080, worker.at("/ports/0/containerPort").asInt());
        assertEquals("http", worker.at("/ports/0/name").asText());
        assertEquals("8080", worker.get("args").get(4).asText());
        assertEquals("/q/health/started", worker.at("/startupProbe/httpGet/path").asText());
        assertEquals("/q/health/live", worker.at("/livenessProbe/httpGet/path").asText());
        assertEquals("/q/health/ready", worker.at("/readinessProbe/httpGet/path").asText());
        worker.findValues("httpGet").forEach(g -> assertEquals("http", g.get("port").asText()));
        for (ObjectNode policy : Manifests.ofKind(overlay, "NetworkPolicy")) {
            assertEquals(8080, policy.at("/spec/ingress/0/ports/0/port").asInt());
        }
        for (ObjectNode monitor : Manifests.ofKind(overlay, "PodMonitor")) {
            JsonNode endpoint = monitor.at("/spec/podMetricsEndpoints/0");
            if (monitor.at("/metadata/name").asText().equals("upriver")) {
                assertEquals("http", endpoint.get("port").asText());
                assertEquals("/q/metrics", endpoint.get("path").asText());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void aWorkerMayTakeItsDeadlineToEnd(String overlay) throws IOException {
        String settings =
                Files.readString(
                        Manifests.ROOT.resolve(
                                "stream-app/src/main/java/io/upriver/app/Settings.java"));
        Matcher deadline =
                Pattern.compile("@WithDefault\\(\"(PT\\w+)\"\\)\\s+Duration deadline\\(\\);")
                        .matcher(settings);
        assertTrue(deadline.find());

        long grace = Manifests.worker(overlay).get("terminationGracePeriodSeconds").asLong();

        assertTrue(grace > Duration.parse(deadline.group(1)).toSeconds(), grace + " s");
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyPodSaysWhatItNeedsAndHasRoomBesideTheHeap(String name) {
        for (JsonNode pod : pods(name)) {
            JsonNode container = Manifests.container(pod);
            JsonNode limits = container.at("/resources/limits");
            assertTrue(container.at("/resources/requests/cpu").isTextual());
            double memory = bytes(limits.get("memory").asText());
            assertTrue(bytes(container.at("/resources/requests/memory").asText()) <= memory);
            String heap = Kustomize.environment(container).getOrDefault("UPRIVER_HEAP", "1g");
            assertTrue(memory >= 4 * bytes(heap.replace("g", "Gi")), memory + " bytes");
        }
    }

    private static double bytes(String quantity) {
        return Quantity.getAmountInBytes(new Quantity(quantity)).doubleValue();
    }

    @Test
    void imagesHaveTheVersionOfTheProject() throws IOException {
        Matcher version =
                Pattern.compile("<artifactId>upriver</artifactId>\\s+<version>([^<]+)</version>")
                        .matcher(Files.readString(Manifests.ROOT.resolve("pom.xml")));
        assertTrue(version.find());

        for (String name : Manifests.all()) {
            for (JsonNode pod : pods(name)) {
                String tag = Manifests.container(pod).get("image").asText().split(":", 2)[1];
                assertTrue(tag.matches(Pattern.quote(version.group(1)) + "(-cpu|-gpu)?"), tag);
            }
        }
    }
}
