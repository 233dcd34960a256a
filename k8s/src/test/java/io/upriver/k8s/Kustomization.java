package io.upriver.k8s;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code kustomization.yaml}, with those of its keys that {@link Kustomize} knows; any other is
 * refused.
 */
record Kustomization(
        String apiVersion,
        String kind,
        @Nullable String namespace,
        List<Labels> labels,
        List<String> resources,
        List<Image> images,
        List<Patch> patches,
        List<Generator> configMapGenerator) {

    private static final ObjectMapper STRICT =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    Kustomization {
        labels = labels == null ? List.of() : labels;
        resources = resources == null ? List.of() : resources;
        images = images == null ? List.of() : images;
        patches = patches == null ? List.of() : patches;
        configMapGenerator = configMapGenerator == null ? List.of() : configMapGenerator;
        if (!"Kustomization".equals(kind)
                || !"kustomize.config.k8s.io/v1beta1".equals(apiVersion)) {
            throw new IllegalArgumentException("expected a Kustomization, got " + kind);
        }
    }

    /** Labels for the resources, and for the pods that they make; never for their selectors. */
    record Labels(Map<String, String> pairs, boolean includeSelectors, boolean includeTemplates) {
        Labels {
            if (includeSelectors) {
                throw new IllegalArgumentException("labels: includeSelectors is not known here");
            }
        }
    }

    record Image(String name, @Nullable String newName, @Nullable String newTag) {}

    /** A strategic merge patch in a file, or operations (RFC 6902) on what the target names. */
    record Patch(@Nullable String path, @Nullable String patch, @Nullable Target target) {
        Patch {
            if ((path == null) == (patch == null) || (patch == null) != (target == null)) {
                throw new IllegalArgumentException(
                        "patches: expected a path, or a patch with its target");
            }
        }
    }

    record Target(@Nullable String group, @Nullable String version, String kind, String name) {}

    record Generator(
            String name, List<String> files, List<String> literals, @Nullable Options options) {
        Generator {
            files = files == null ? List.of() : files;
            literals = literals == null ? List.of() : literals;
        }
    }

    record Options(@JsonProperty("labels") Map<String, String> labels) {}

    static Kustomization read(Path folder) {
        Path file = folder.resolve("kustomization.yaml");
        try {
            return parse(YamlFile.documents(file).get(0).toString());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    static Kustomization parse(String json) {
        try {
            return STRICT.readValue(json, Kustomization.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }
}
