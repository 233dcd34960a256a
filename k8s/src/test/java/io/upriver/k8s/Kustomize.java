package io.upriver.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code kubectl kustomize} makes of a folder, for those of its features that the manifests
 * use: resources, namespace, labels, images, patches and generated config maps. A key that is not
 * known here is refused, so that nothing is passed over. {@code .ci/k8s} compares with kubectl.
 */
final class Kustomize {

    private Kustomize() {}

    /** All resources of a folder and of those that it names, in no order that means something. */
    static List<ObjectNode> build(Path folder) {
        Kustomization wanted = Kustomization.read(folder);
        List<ObjectNode> resources = new ArrayList<>();
        for (String name : wanted.resources()) {
            Path path = folder.resolve(name).normalize();
            resources.addAll(Files.isDirectory(path) ? build(path) : YamlFile.documents(path));
        }
        List<ObjectNode> made = new ArrayList<>();
        wanted.configMapGenerator()
                .forEach(generator -> made.add(ConfigMaps.make(generator, folder)));
        resources.addAll(made);
        requireDistinct(resources, folder);
        wanted.patches().forEach(patch -> patch(patch, resources, folder));
        if (wanted.namespace() != null) {
            resources.forEach(resource -> putInto(resource, wanted.namespace()));
        }
        wanted.labels().forEach(l -> resources.forEach(resource -> label(resource, l)));
        wanted.images().forEach(image -> resources.forEach(resource -> image(resource, image)));
        made.forEach(configMap -> rename(configMap, resources));
        return resources;
    }

    private static void requireDistinct(List<ObjectNode> resources, Path folder) {
        long distinct = resources.stream().map(Kustomize::id).distinct().count();
        if (distinct != resources.size()) {
            throw new IllegalArgumentException(folder + ": a resource comes twice");
        }
    }

    /** Kind and name, which tell the resources of one namespace apart. */
    static String id(JsonNode resource) {
        return "%s %s %s"
                .formatted(
                        resource.path("apiVersion").textValue(),
                        resource.path("kind").textValue(),
                        resource.at("/metadata/name").textValue());
    }

    private static void patch(Kustomization.Patch patch, List<ObjectNode> resources, Path folder) {
        if (patch.path() != null) {
            for (ObjectNode document : YamlFile.documents(folder.resolve(patch.path()))) {
                ObjectNode target = only(resources, id(document));
                StrategicMerge.apply(target, document, Models.isKubernetesOwn(target));
            }
            return;
        }
        Kustomization.Target target = patch.target();
        String apiVersion =
                target.group() == null ? target.version() : target.group() + "/" + target.version();
        ObjectNode found =
                only(resources, "%s %s %s".formatted(apiVersion, target.kind(), target.name()));
        JsonNode changed = JsonPatch.apply(YamlFile.tree(patch.patch()), found);
        found.removeAll();
        found.setAll((ObjectNode) changed);
    }

    private static ObjectNode only(List<ObjectNode> resources, String id) {
        return resources.stream()
                .filter(resource -> id(resource).equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("patch: there is no " + id));
    }

    private static void putInto(ObjectNode resource, String namespace) {
        boolean isNamespace = "Namespace".equals(resource.path("kind").textValue());
        ((ObjectNode) resource.get("metadata")).put(isNamespace ? "name" : "namespace", namespace);
    }

    private static void label(ObjectNode resource, Kustomization.Labels labels) {
        List<JsonNode> owners = new ArrayList<>(List.of(resource));
        if (labels.includeTemplates() && Models.isKubernetesOwn(resource)) {
            for (String path :
                    List.of(
                            "/spec/template",
                            "/spec/jobTemplate",
                            "/spec/jobTemplate/spec/template")) {
                owners.add(resource.at(path));
            }
        }
        for (JsonNode owner : owners) {
            if (owner instanceof ObjectNode known) {
                ObjectNode present =
                        known.withObjectProperty("metadata").withObjectProperty("labels");
                labels.pairs().forEach(present::put);
            }
        }
    }

    private static void image(ObjectNode resource, Kustomization.Image image) {
        for (JsonNode containers : resource.findValues("containers")) {
            for (JsonNode container : (ArrayNode) containers) {
                String[] parts = container.path("image").asText().split(":", 2);
                if (parts[0].equals(image.name())) {
                    String name = image.newName() == null ? parts[0] : image.newName();
                    String tag = image.newTag() == null ? parts[parts.length - 1] : image.newTag();
                    ((ObjectNode) container).put("image", name + ":" + tag);
                }
            }
        }
    }

    /** Gives a made config map its hash, everywhere. */
    private static void rename(ObjectNode configMap, List<ObjectNode> resources) {
        String before = configMap.at("/metadata/name").textValue();
        String after = ConfigMaps.hashedName(configMap);
        ((ObjectNode) configMap.get("metadata")).put("name", after);
        for (String user : List.of("configMapKeyRef", "configMapRef", "configMap")) {
            for (ObjectNode resource : resources) {
                for (JsonNode reference : resource.findValues(user)) {
                    if (before.equals(reference.path("name").textValue())) {
                        ((ObjectNode) reference).put("name", after);
                    }
                }
            }
        }
    }

    /** The environment of a container, by name; what is no plain text is left out. */
    static Map<String, String> environment(JsonNode container) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (JsonNode variable : container.path("env")) {
            environment.put(variable.get("name").textValue(), variable.path("value").asText(""));
        }
        return environment;
    }
}
