package io.upriver.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What kubectl makes of the same: {@link KustomizeConformanceTest}. */
class KustomizeTest {

    @Test
    void refusesAKeyThatItDoesNotKnow() {
        for (String key : List.of("namePrefix", "commonLabels", "components", "generators")) {
            String text =
                    "{\"apiVersion\":\"kustomize.config.k8s.io/v1beta1\",\"kind\":\"Kustomization\",\"%s\":[]}"
                            .formatted(key);

            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> Kustomization.parse(text));

            assertTrue(refused.getMessage().contains(key), refused.getMessage());
        }
    }

    @Test
    void putsNewElementsOfAListFirstAndChangesThoseThatAreThere() {
        ObjectNode resource =
                YamlFile.documents(
                                "{env: [{name: A, value: a}, {name: B, value: b}], args: [x, y]}")
                        .get(0);
        ObjectNode patch =
                YamlFile.documents("{env: [{name: B, value: c}, {name: N, value: n}], args: [z]}")
                        .get(0);

        StrategicMerge.apply(resource, patch, true);

        assertEquals(
                YamlFile.tree(
                        "{env: [{name: B, value: c}, {name: N, value: n}, {name: A, value: a}], args: [z]}"),
                resource);
    }

    @Test
    void replacesListsOfKindsWhoseKeysNobodyKnows() {
        ObjectNode resource = YamlFile.documents("{volumes: [{name: A}, {name: B}]}").get(0);

        StrategicMerge.apply(resource, YamlFile.documents("{volumes: [{name: C}]}").get(0), false);

        assertEquals(YamlFile.tree("{volumes: [{name: C}]}"), resource);
    }

    @Test
    void takesAwayWhatAPatchSetsToNull() {
        ObjectNode resource = YamlFile.documents("{a: {b: 1, c: 2}}").get(0);

        StrategicMerge.apply(resource, YamlFile.documents("{a: {b: null}}").get(0), true);

        assertEquals(YamlFile.tree("{a: {c: 2}}"), resource);
    }

    /** The name is what kubectl 1.32 (kustomize 5.5.0) printed for this config map. */
    @Test
    void givesAConfigMapTheHashThatKubectlGivesIt() {
        ObjectNode made =
                ConfigMaps.make(
                        new Kustomization.Generator(
                                "upriver-adapt", null, List.of("stream=a<b>&c", "minutes=5"), null),
                        Manifests.ROOT);

        assertEquals("upriver-adapt-8gtfd2dbfb", ConfigMaps.hashedName(made));
    }

    @Test
    void whatUsesAMadeConfigMapNamesItWithItsHash() {
        String made =
                Manifests.ofKind(Manifests.TRAINER, "ConfigMap")
                        .get(0)
                        .at("/metadata/name")
                        .textValue();
        JsonNode pod = Manifests.pod(Manifests.one(Manifests.TRAINER, "CronJob", "upriver-adapt"));

        List<String> used =
                pod.findValues("configMapKeyRef").stream()
                        .map(reference -> reference.get("name").textValue())
                        .toList();

        assertEquals(List.of(made, made), used);
    }

    @Test
    void anOverlayChangesWhatItSaysAndNothingElse() {
        Map<String, String> cpu =
                Kustomize.environment(Manifests.container(Manifests.worker("overlays/cpu")));
        Map<String, String> gpu =
                Kustomize.environment(Manifests.container(Manifests.worker("overlays/gpu")));

        assertEquals("cpu", cpu.get("UPRIVER_ENGINE_PROVIDER"));
        assertEquals("tensorrt", gpu.get("UPRIVER_ENGINE_PROVIDER"));
        gpu.keySet()
                .removeAll(List.of("UPRIVER_ENGINE_CACHE", "UPRIVER_WORKER_SEGMENTS_IN_FLIGHT"));
        gpu.put("UPRIVER_ENGINE_PROVIDER", "cpu");
        assertEquals(cpu, gpu);
        assertEquals(
                "1",
                Manifests.container(Manifests.worker("overlays/gpu"))
                        .at("/resources/limits/nvidia.com~1gpu")
                        .asText());
        assertTrue(
                Manifests.container(Manifests.worker("overlays/cpu"))
                        .at("/resources/limits/nvidia.com~1gpu")
                        .isMissingNode());
    }
}
