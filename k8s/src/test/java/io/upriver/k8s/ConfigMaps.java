package io.upriver.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Config maps that are made from files and literals. Their names end with a hash of what is in
 * them, so that what uses them starts anew when it changes.
 */
final class ConfigMaps {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HASH_CHARS = 10;

    private ConfigMaps() {}

    /** The config map, with its name as it is before the hash. */
    static ObjectNode make(Kustomization.Generator generator, Path folder) {
        ObjectNode made = JsonNodeFactory.instance.objectNode();
        made.put("apiVersion", "v1").put("kind", "ConfigMap");
        ObjectNode data = made.putObject("data");
        for (String file : generator.files()) {
            String[] parts = file.split("=", 2);
            Path path = folder.resolve(parts[parts.length - 1]);
            String key = parts.length == 2 ? parts[0] : path.getFileName().toString();
            try {
                data.put(key, Files.readString(path));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        for (String literal : generator.literals()) {
            String[] parts = literal.split("=", 2);
            data.put(parts[0], parts[1]);
        }
        ObjectNode metadata = made.putObject("metadata").put("name", generator.name());
        if (generator.options() != null) {
            metadata.set("labels", JSON.valueToTree(generator.options().labels()));
        }
        return made;
    }

    /**
     * The name with its hash: of kind and data as Go writes them as JSON, in an alphabet of its
     * own. A name is in it too, but an empty one: the hash is taken before there is one.
     */
    static String hashedName(ObjectNode configMap) {
        String name = configMap.at("/metadata/name").textValue();
        Map<String, String> data = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : configMap.get("data").properties()) {
            data.put(entry.getKey(), entry.getValue().textValue());
        }
        try {
            String written =
                    JSON.writeValueAsString(
                                    new TreeMap<>(
                                            Map.of("kind", "ConfigMap", "name", "", "data", data)))
                            .replace("<", "\\u003c")
                            .replace(">", "\\u003e")
                            .replace("&", "\\u0026");
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(written.getBytes(StandardCharsets.UTF_8));
            String hash = HexFormat.of().formatHex(digest).substring(0, HASH_CHARS);
            return name
                    + "-"
                    + hash.replace('0', 'g')
                            .replace('1', 'h')
                            .replace('3', 'k')
                            .replace('a', 'm')
                            .replace('e', 't');
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
