package io.upriver.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The Compose files, and what they share with the images and the cluster. */
class ComposeTest {

    private static final Compose ALL = Compose.read("compose.yaml");
    private static final Compose GPU = Compose.read("compose.gpu.yaml");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static Compose.Service service(String name) {
        return ALL.services().get(name);
    }

    @Test
    void aFieldThatIsNotKnownIsRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Compose.parse("services: {a: {image: 'b:1', imagee: c}}"));
    }

    @Test
    void thereIsABrokerAWorkerAnEncoderAndWhoWatchesThem() {
        assertEquals(
                Set.of("kafka", "upriver", "pusher", "prometheus", "grafana"),
                ALL.services().keySet());
    }

    @Test
    void imagesAreOfOneVersion() {
        ALL.services()
                .forEach(
                        (name, service) ->
                                assertTrue(
                                        service.image().matches("[\\w./-]+:v?\\d+\\.\\d+\\.\\d+.*"),
                                        service.image()));
        assertEquals(
                "apache/kafka:" + Project.find("pom.xml", "<kafka.version>([^<]+)<"),
                service("kafka").image());
        String version = Project.version();
        assertEquals("upriver:" + version + "-cpu", service("upriver").image());
        assertEquals("upriver:" + version + "-gpu", GPU.services().get("upriver").image());
        assertEquals("upriver-pusher:" + version, service("pusher").image());
    }

    @Test
    void whatIsBuiltHasItsDockerfile() {
        for (Compose compose : List.of(ALL, GPU)) {
            compose.services().values().stream()
                    .filter(service -> service.build() != null)
                    .forEach(
                            service -> {
                                assertEquals("..", service.build().context());
                                assertTrue(
                                        Files.isRegularFile(
                                                Project.ROOT.resolve(
                                                        service.build().dockerfile())));
                            });
        }
    }

    /** Nobody is asked who they are. */
    @Test
    void portsAreOpenToThisMachineOnly() {
        ALL.services()
                .values()
                .forEach(
                        service ->
                                service.ports()
                                        .forEach(
                                                port ->
                                                        assertTrue(
                                                                port.matches(
                                                                        "127\\.0\\.0\\.1:(\\d+):\\1"),
                                                                port)));
        assertEquals(List.of("127.0.0.1:8080:8080"), service("upriver").ports());
    }

    @Test
    void ourContainersMayDoAsLittleAsTheyCan() {
        for (String name : List.of("upriver", "pusher")) {
            assertTrue(service(name).readOnly(), name);
            assertEquals(List.of("ALL"), service(name).capDrop());
            assertEquals(List.of("no-new-privileges:true"), service(name).securityOpt());
        }
        // libraries are unpacked there and loaded
        assertTrue(service("upriver").tmpfs().get(0).startsWith("/tmp:exec,"));
    }

    @Test
    void everyVolumeIsDeclaredOrLiesInTheProject() {
        for (Compose compose : List.of(ALL, GPU)) {
            for (Compose.Service service : compose.services().values()) {
                for (String volume : service.volumes()) {
                    String source = volume.split(":", 2)[0];
                    assertTrue(
                            source.startsWith(".")
                                    ? volume.endsWith(":ro") && Files.isDirectory(Path.of(source))
                                    : compose.volumes().containsKey(source),
                            volume);
                }
            }
        }
        Dockerfile image = DockerfilesTest.services().get(0);
        for (String volume : service("upriver").volumes()) {
            assertTrue(
                    image.only("VOLUME")
                            .arguments()
                            .contains("\"" + volume.split(":", 3)[1] + "\""));
        }
    }

    @Test
    void brokerAndWorkerAgreeAboutTheLargestRecord() {
        int bytes =
                Integer.parseInt(
                        Project.find(
                                "stream-app/src/main/java/io/upriver/app/Settings.java",
                                "@WithDefault\\(\"(\\d+)\"\\)\\s+int maxMessageBytes"));
        Map<String, String> broker = service("kafka").environment();

        assertEquals(Integer.toString(bytes + 64 * 1024), broker.get("KAFKA_MESSAGE_MAX_BYTES"));
        assertEquals(
                broker.get("KAFKA_MESSAGE_MAX_BYTES"), broker.get("KAFKA_REPLICA_FETCH_MAX_BYTES"));
        assertEquals("false", broker.get("KAFKA_AUTO_CREATE_TOPICS_ENABLE"));
    }

    @Test
    void everybodyFindsTheOthersByTheirNames() {
        List<String> serve = service("upriver").command();
        assertEquals("kafka:9092", serve.get(serve.indexOf("--bootstrap-servers") + 1));
        assertEquals(
                "PLAINTEXT://kafka:9092",
                service("kafka").environment().get("KAFKA_ADVERTISED_LISTENERS"));
        List<String> push = service("pusher").command();
        assertTrue(push.get(push.size() - 1).startsWith("http://upriver:8080/ingest/"));
        assertTrue(
                List.of(service("upriver").environment().get("UPRIVER_HTTP_HOSTS").split(",", -1))
                        .containsAll(List.of("upriver", "localhost")));
        service("upriver")
                .environment()
                .keySet()
                .forEach(variable -> assertTrue(Project.isSetting(variable), variable));
        assertTrue(
                Project.read("stream-app/src/main/java/io/upriver/web/IngestResource.java")
                        .contains("@Path(\"/ingest/{stream}/{path:.+}\")"));
    }

    @Test
    void aWorkerMayTakeItsDeadlineToEnd() {
        String grace = service("upriver").stopGracePeriod();

        assertTrue(Integer.parseInt(grace.replace("s", "")) > 300, grace);
    }

    /** One set of rules, in two files, since each of the two who read them wants its own form. */
    @Test
    void prometheusHasTheRulesOfTheCluster() throws IOException {
        JsonNode ours = YAML.readTree(Path.of("prometheus/upriver.rules.yml").toFile());
        JsonNode cluster =
                YAML.readTree(Project.ROOT.resolve("k8s/monitoring/alerts.yaml").toFile());

        assertEquals(cluster.at("/spec/groups"), ours.get("groups"));
        assertTrue(ours.at("/groups/0/rules").size() > 10);
    }

    @Test
    void prometheusAsksTheWorkerUnderTheNameThatTheRulesKnow() throws IOException {
        JsonNode job =
                YAML.readTree(Path.of("prometheus/prometheus.yml").toFile())
                        .at("/scrape_configs/0");

        assertEquals("/q/metrics", job.get("metrics_path").asText());
        assertEquals("upriver:8080", job.at("/static_configs/0/targets/0").asText());
        assertTrue(
                Project.read("docker/prometheus/upriver.rules.yml")
                        .contains("job=\"" + job.get("job_name").asText() + "\""));
    }

    @Test
    void grafanaShowsTheDashboardOfTheCluster() throws IOException {
        JsonNode provider =
                YAML.readTree(Path.of("grafana/dashboards/upriver.yml").toFile())
                        .at("/providers/0");
        String folder = provider.at("/options/path").asText();

        String mount =
                service("grafana").volumes().stream()
                        .filter(volume -> volume.contains(":" + folder + ":"))
                        .findFirst()
                        .orElseThrow();
        Path dashboards = Path.of(mount.split(":", 2)[0]);
        assertTrue(Files.isRegularFile(dashboards.resolve("upriver.json")));
        JsonNode source =
                YAML.readTree(Path.of("grafana/datasources/prometheus.yml").toFile())
                        .at("/datasources/0");
        assertEquals("http://prometheus:9090", source.get("url").asText());
    }

    @Test
    void theGpuIsAskedForAndNothingElseOfItsKindTaken() {
        Compose.Service worker = GPU.services().get("upriver");
        Compose.Device device = worker.deploy().resources().reservations().devices().get(0);

        assertEquals(new Compose.Device("nvidia", 1, List.of("gpu")), device);
        assertEquals("tensorrt", worker.environment().get("UPRIVER_ENGINE_PROVIDER"));
        assertTrue(Project.isSetting("UPRIVER_ENGINE_PROVIDER"));
    }
}
