package io.upriver.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our kustomize against kubectl's own; where that program is: {@code .ci/k8s}. */
@Tag("conformance")
class KustomizeConformanceTest {

    static List<String> all() {
        return Manifests.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void kubectlBuildsTheSame(String name) throws IOException {
        List<ObjectNode> theirs = YamlFile.documents(kubectl(name));

        assertEquals(byId(theirs), byId(Manifests.of(name)));
    }

    private static String kubectl(String name) throws IOException {
        Process process =
                new ProcessBuilder("kubectl", "kustomize", Manifests.folder(name).toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Map<String, ObjectNode> byId(List<ObjectNode> resources) {
        Map<String, ObjectNode> byId = new TreeMap<>();
        resources.forEach(resource -> byId.put(Kustomize.id(resource), resource));
        return byId;
    }
}
