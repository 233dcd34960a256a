package io.upriver.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@EnableKubernetesMockClient(crud = true)
class ManifestsTest {

    KubernetesClient client;

    static List<String> all() {
        return Manifests.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyManifestHasOnlyWhatItsTypeHas(String name) {
        List<ObjectNode> resources = Manifests.of(name);

        List<HasMetadata> typed = resources.stream().map(Models::read).toList();

        assertTrue(typed.size() >= 6, typed.size() + " resources");
        typed.forEach(
                resource ->
                        assertEquals(
                                resource instanceof Namespace ? null : "upriver",
                                resource.getMetadata().getNamespace(),
                                resource.getMetadata().getName()));
    }

    /** Each mapping gets one field more, and one of them each time; those alike are tried once. */
    @Test
    void aFieldThatTheTypeDoesNotHaveIsRefusedWhereverItIs() {
        Set<String> tried = new HashSet<>();
        for (ObjectNode resource : distinct()) {
            for (String path : typedMappings(resource)) {
                String place = resource.get("kind").asText() + path.replaceAll("/\\d+", "/N");
                if (tried.add(place)) {
                    ObjectNode changed = resource.deepCopy();
                    ((ObjectNode) changed.at(path)).put("misspelt", 1);

                    assertThrows(IllegalArgumentException.class, () -> Models.read(changed), place);
                }
            }
        }
        assertTrue(tried.size() > 100, tried.size() + " places");
    }

    /** The resources of all, those that are the same in several once. */
    private static Set<ObjectNode> distinct() {
        Set<ObjectNode> distinct = new LinkedHashSet<>();
        Manifests.all().forEach(name -> distinct.addAll(Manifests.of(name)));
        return distinct;
    }

    /** Pointers to mappings, but for those whose keys are the user's own: labels and the like. */
    private static List<String> typedMappings(ObjectNode resource) {
        List<String> paths = new ArrayList<>();
        collect(resource, "", paths);
        return paths;
    }

    private static void collect(JsonNode node, String path, List<String> paths) {
        if (path.matches(
                ".*/(labels|annotations|matchLabels|selector|data|stringData|config|limits|requests)")) {
            if (!path.equals("/spec/selector") || !node.has("matchLabels")) {
                return;
            }
        }
        if (node instanceof ObjectNode mapping) {
            paths.add(path);
            for (Map.Entry<String, JsonNode> field : mapping.properties()) {
                String step = field.getKey().replace("~", "~0").replace("/", "~1");
                collect(field.getValue(), path + "/" + step, paths);
            }
        } else {
            for (int i = 0; i < node.size(); i++) {
                collect(node.get(i), path + "/" + i, paths);
            }
        }
    }

    @Test
    void aServerGivesBackWhatWasApplied() {
        for (ObjectNode manifest : distinct()) {
            HasMetadata typed = Models.read(manifest);

            client.resource(typed).createOr(NonDeletingOperation::update);
            HasMetadata kept = client.resource(typed).get();

            KubernetesSerialization json = client.getKubernetesSerialization();
            assertContains(
                    json.convertValue(typed, JsonNode.class),
                    json.convertValue(kept, JsonNode.class),
                    Kustomize.id(manifest));
        }
    }

    /** What was asked for is there; the server adds defaults and its own account. */
    private static void assertContains(JsonNode asked, JsonNode given, String where) {
        if (asked.isObject()) {
            for (Map.Entry<String, JsonNode> field : asked.properties()) {
                assertContains(
                        field.getValue(), given.path(field.getKey()), where + "/" + field.getKey());
            }
        } else if (asked.isArray()) {
            assertEquals(asked.size(), given.size(), where);
            for (int i = 0; i < asked.size(); i++) {
                assertContains(asked.get(i), given.get(i), where + "/" + i);
            }
        } else {
            assertEquals(asked.asText(), given.asText(), where);
        }
    }

    @Test
    void aKindThatNobodyKnowsIsRefused() {
        ObjectNode foreign = YamlFile.documents("{apiVersion: v1, kind: Podd}").get(0);

        assertThrows(IllegalArgumentException.class, () -> Models.read(foreign));
    }
}
