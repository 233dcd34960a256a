package io.upriver.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** YAML as trees; a key that comes twice in one mapping is refused. */
final class YamlFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private YamlFile() {}

    /** The documents of a file, in their order; those that are empty are left out. */
    static List<ObjectNode> documents(Path file) {
        try {
            return documents(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    static List<ObjectNode> documents(String text) {
        List<ObjectNode> documents = new ArrayList<>();
        for (Object document : loader().loadAll(text)) {
            if (document != null) {
                JsonNode tree = JSON.valueToTree(document);
                if (!(tree instanceof ObjectNode mapping)) {
                    throw new IllegalArgumentException("expected a mapping, got " + tree);
                }
                documents.add(mapping);
            }
        }
        return documents;
    }

    /** What a text without documents is, such as a list of operations. */
    static JsonNode tree(String text) {
        return JSON.valueToTree(loader().<Object>load(text));
    }

    private static Yaml loader() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(options));
    }
}
