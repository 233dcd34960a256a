package io.upriver.docker;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Compose file, with those fields of the Compose specification that ours have; any other is
 * refused.
 */
record Compose(@Nullable String name, Map<String, Service> services, Map<String, Volume> volumes) {

    private static final ObjectMapper STRICT =
            JsonMapper.builder(new YAMLFactory())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    Compose {
        volumes = volumes == null ? Map.of() : volumes;
    }

    record Service(
            String image,
            @Nullable Build build,
            List<String> command,
            Map<String, String> environment,
            List<String> ports,
            List<String> volumes,
            @JsonProperty("read_only") boolean readOnly,
            List<String> tmpfs,
            @JsonProperty("cap_drop") List<String> capDrop,
            @JsonProperty("security_opt") List<String> securityOpt,
            @JsonProperty("mem_limit") @Nullable String memLimit,
            @JsonProperty("stop_grace_period") @Nullable String stopGracePeriod,
            @Nullable Healthcheck healthcheck,
            @JsonProperty("depends_on") Map<String, Dependency> dependsOn,
            @Nullable String restart,
            @Nullable Deploy deploy) {
        Service {
            command = command == null ? List.of() : command;
            environment = environment == null ? Map.of() : environment;
            ports = ports == null ? List.of() : ports;
            volumes = volumes == null ? List.of() : volumes;
            tmpfs = tmpfs == null ? List.of() : tmpfs;
            capDrop = capDrop == null ? List.of() : capDrop;
            securityOpt = securityOpt == null ? List.of() : securityOpt;
            dependsOn = dependsOn == null ? Map.of() : dependsOn;
        }
    }

    record Build(String context, String dockerfile) {}

    record Healthcheck(
            List<String> test,
            String interval,
            String timeout,
            @JsonProperty("start_period") String startPeriod,
            int retries) {}

    record Dependency(String condition) {}

    record Deploy(Resources resources) {}

    record Resources(Reservations reservations) {}

    record Reservations(List<Device> devices) {}

    record Device(String driver, int count, List<String> capabilities) {}

    /** A named volume, of which nothing is said. */
    record Volume() {}

    static Compose read(String file) {
        try {
            return STRICT.readValue(Path.of(file).toFile(), Compose.class);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": " + e.getMessage(), e);
        }
    }

    static Compose parse(String text) {
        try {
            return STRICT.readValue(text, Compose.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }
}
