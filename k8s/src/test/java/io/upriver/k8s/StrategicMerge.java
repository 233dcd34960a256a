package io.upriver.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Strategic merge patches, for the lists that the patches here have. A mapping is merged key by
 * key, null takes a key away. Lists of Kubernetes' own kinds are merged by their elements' key,
 * where they have one: new elements come first. All other lists are replaced.
 */
final class StrategicMerge {

    /** The key of a list's elements, by the list's name. */
    private static final Map<String, String> KEYS =
            Map.of(
                    "containers", "name",
                    "env", "name",
                    "volumes", "name",
                    "volumeMounts", "mountPath",
                    "ports", "containerPort",
                    "topologySpreadConstraints", "topologyKey");

    private StrategicMerge() {}

    /**
     * Changes a resource.
     *
     * @param ownKind whether it is of one of Kubernetes' own kinds: of others nobody knows the keys
     */
    static void apply(ObjectNode resource, ObjectNode patch, boolean ownKind) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            String name = field.getKey();
            JsonNode wanted = field.getValue();
            if (name.startsWith("$")) {
                throw new IllegalArgumentException("patch: " + name + " is not known here");
            }
            JsonNode present = resource.get(name);
            if (wanted.isNull()) {
                resource.remove(name);
            } else if (wanted instanceof ObjectNode inner && present instanceof ObjectNode old) {
                apply(old, inner, ownKind);
            } else if (wanted instanceof ArrayNode list
                    && present instanceof ArrayNode old
                    && ownKind
                    && KEYS.containsKey(name)) {
                merge(old, list, KEYS.get(name));
            } else {
                resource.set(name, wanted.deepCopy());
            }
        }
    }

    private static void merge(ArrayNode present, ArrayNode wanted, String key) {
        List<JsonNode> merged = new ArrayList<>();
        List<JsonNode> rest = new ArrayList<>();
        present.forEach(rest::add);
        for (JsonNode element : wanted) {
            JsonNode old =
                    rest.stream()
                            .filter(e -> e.path(key).equals(element.path(key)))
                            .findFirst()
                            .orElse(null);
            if (old == null) {
                merged.add(element.deepCopy());
            } else {
                rest.remove(old);
                apply((ObjectNode) old, (ObjectNode) element, true);
                merged.add(old);
            }
        }
        present.removeAll();
        merged.forEach(present::add);
        rest.forEach(present::add);
    }
}
