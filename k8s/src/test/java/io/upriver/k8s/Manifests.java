package io.upriver.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What there is to apply: each overlay and the trainer, built once. */
final class Manifests {

    /** The project's folder; tests run in their module's. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    static final List<String> OVERLAYS = List.of("overlays/cpu", "overlays/gpu", "overlays/local");

    static final String TRAINER = "trainer";

    private static final Map<String, List<ObjectNode>> BUILT = new TreeMap<>();

    private Manifests() {}

    static List<String> all() {
        return List.of(OVERLAYS.get(0), OVERLAYS.get(1), OVERLAYS.get(2), TRAINER);
    }

    static Path folder(String name) {
        return ROOT.resolve("k8s").resolve(name);
    }

    /** The resources of an overlay or of the trainer, which nobody changes. */
    static synchronized List<ObjectNode> of(String name) {
        return BUILT.computeIfAbsent(name, n -> Kustomize.build(folder(n)));
    }

    static List<ObjectNode> ofKind(String name, String kind) {
        return of(name).stream().filter(r -> r.path("kind").asText().equals(kind)).toList();
    }

    static ObjectNode one(String name, String kind, String resource) {
        return ofKind(name, kind).stream()
                .filter(r -> r.at("/metadata/name").asText().equals(resource))
                .findFirst()
                .orElseThrow(missing(name, kind, resource));
    }

    private static Supplier<AssertionError> missing(String name, String kind, String resource) {
        return () -> new AssertionError("expected a " + kind + " " + resource + " in " + name);
    }

    /** The pod that a resource makes, or a missing node. */
    static JsonNode pod(JsonNode resource) {
        JsonNode template = resource.at("/spec/jobTemplate/spec/template/spec");
        return template.isMissingNode() ? resource.at("/spec/template/spec") : template;
    }

    static JsonNode worker(String overlay) {
        return pod(one(overlay, "StatefulSet", "upriver"));
    }

    static JsonNode container(JsonNode pod) {
        return pod.path("containers").get(0);
    }
}
