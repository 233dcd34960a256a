package io.upriver.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules that every image keeps. */
class DockerfilesTest {

    private static final String USER = "10001:10001";

    static List<Dockerfile> all() {
        return List.of("cpu", "gpu", "trainer", "pusher").stream()
                .map(name -> Dockerfile.read(Path.of(name + ".Dockerfile")))
                .toList();
    }

    static List<Dockerfile> services() {
        return all().subList(0, 2);
    }

    @ParameterizedTest
    @MethodSource("all")
    void basesAreOfOneVersion(Dockerfile file) {
        for (String from : file.all("FROM")) {
            String base = file.resolved(from).split(" ", 2)[0];
            String[] parts = base.split(":", 2);
            assertEquals(2, parts.length, base);
            assertTrue(parts[1].matches("\\d+\\.\\d+.*"), base);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void nobodyIsRootInTheEnd(Dockerfile file) {
        List<Dockerfile.Instruction> image = file.image();
        int user = image.indexOf(file.only("USER"));

        assertEquals(USER, file.only("USER").arguments());
        assertTrue(
                image.stream().skip(user).noneMatch(i -> i.keyword().matches("RUN|COPY")),
                "what comes behind USER changes nothing");
        assertTrue(file.only("RUN").arguments().contains("useradd --uid 10001 "));
    }

    @ParameterizedTest
    @MethodSource("all")
    void packagesAreInstalledWithoutWhatTheyRecommendAndListsAreLeftOut(Dockerfile file) {
        for (String run : file.all("RUN")) {
            if (run.contains("apt-get install")) {
                assertTrue(
                        run.contains(
                                "apt-get update && apt-get install -y --no-install-recommends "),
                        run);
                assertTrue(run.contains("&& rm -rf /var/lib/apt/lists/*"), run);
            }
            assertFalse(run.matches("(?s).*\\b(curl|wget|sudo|apt)\\b .*"), run);
        }
    }

    /** ADD, which also fetches, is not known to the parser at all. */
    @Test
    void nothingIsFetchedFromAnAddress() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Dockerfile.parse("x", "FROM a:1.0\nADD https://example.org/x /x\n"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void programsAreStartedWithoutAShellBetweenAndGetSignals(Dockerfile file) {
        assertTrue(file.only("ENTRYPOINT").isExecForm());
        assertTrue(file.only("CMD").isExecForm());
        assertEquals("SIGTERM", file.only("STOPSIGNAL").arguments());
    }

    @ParameterizedTest
    @MethodSource("all")
    void imagesSayWhatTheyAre(Dockerfile file) {
        String label = file.only("LABEL").arguments();

        for (String name : List.of("title", "description", "version", "licenses")) {
            assertTrue(label.contains("org.opencontainers.image." + name + "="), name);
        }
        assertTrue(file.resolved(label).contains("version=\"" + Project.version() + "\""));
    }

    @ParameterizedTest
    @MethodSource("services")
    void servicesSayWhetherTheyLive(Dockerfile file) {
        String check = file.only("HEALTHCHECK").arguments();

        assertTrue(check.endsWith("CMD [\"/opt/upriver/bin/healthy\"]"), check);
        for (String option :
                List.of("--interval=", "--timeout=", "--start-period=", "--retries=")) {
            assertTrue(check.contains(option), option);
        }
        assertEquals(
                Project.find(
                        "stream-app/src/main/resources/application.properties",
                        "\nquarkus\\.http\\.port=(\\d+)\n"),
                file.only("EXPOSE").arguments());
    }

    @ParameterizedTest
    @MethodSource("services")
    void memoryIsGivenBack(Dockerfile file) {
        String environment = file.only("ENV").arguments();

        assertTrue(environment.contains("LD_PRELOAD=/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"));
        assertTrue(environment.contains("MALLOC_ARENA_MAX=2"));
        assertTrue(file.only("RUN").arguments().contains(" libjemalloc2 "));
    }

    /** All else may be read only, so the caches of libraries are moved there too. */
    @ParameterizedTest
    @MethodSource("services")
    void whatIsWrittenLiesOnVolumes(Dockerfile file) {
        String volumes = file.only("VOLUME").arguments();
        String environment = file.only("ENV").arguments();
        Matcher folder =
                Pattern.compile("(?:XDG_CACHE_HOME|_FOLDER|_CACHE)=(/\\w+)").matcher(environment);
        List<String> written = new ArrayList<>();
        while (folder.find()) {
            written.add(folder.group(1));
        }

        assertTrue(written.size() >= 2);
        for (String path : written) {
            assertTrue(volumes.contains("\"" + path + "\""), path);
            assertTrue(file.only("RUN").arguments().contains(" " + path), path);
        }
        assertTrue(environment.contains("-Dorg.bytedeco.javacpp.cachedir=/cache/"));
    }

    @ParameterizedTest
    @MethodSource("services")
    void variablesAreSettings(Dockerfile file) {
        String launcher = Project.launcher();
        Matcher variable =
                Pattern.compile("\\b(UPRIVER_\\w+)=").matcher(file.only("ENV").arguments());
        while (variable.find()) {
            String name = variable.group(1);
            assertTrue(Project.isSetting(name) || launcher.contains("${" + name + ":-"), name);
        }
        assertFalse(Project.isSetting("UPRIVER_JOBS_FOLDERS"));
        assertFalse(Project.isSetting("UPRIVER_HTTP_FOLDER"));
    }

    /** What is copied is what the build makes, and the context has it. */
    @ParameterizedTest
    @MethodSource("all")
    void whatIsCopiedIsInTheContext(Dockerfile file) {
        List<String> kept =
                Project.read(".dockerignore").lines().filter(l -> l.startsWith("!")).toList();
        for (String copy : file.all("COPY")) {
            if (copy.startsWith("--from=")) {
                assertTrue(copy.startsWith("--from=program "), copy);
                continue;
            }
            String source = file.resolved(copy).split(" ", 2)[0];
            assertTrue(
                    kept.stream()
                            .map(l -> l.substring(1).replace(".", "\\.").replace("*", "[^/]*"))
                            .anyMatch(source::matches),
                    source);
            if (source.startsWith("docker/")) {
                assertTrue(Files.isExecutable(Project.ROOT.resolve(source)), source);
            } else if (source.startsWith("stream-app/")) {
                assertEquals("stream-app/target/upriver-" + Project.version() + "/", source);
            }
        }
    }

    /** As ONNX Runtime's GPU build asks for them. */
    @Test
    void theImageForGpusHasCuda12CuDnn9AndTensorRt10() {
        Dockerfile gpu = all().get(1);

        String base = gpu.resolved(gpu.all("FROM").get(1));
        String packages = gpu.resolved(gpu.only("RUN").arguments());

        assertTrue(base.matches("nvidia/cuda:12\\..*-cudnn-runtime-ubuntu22\\.04"), base);
        for (String library :
                List.of("libnvinfer10", "libnvinfer-plugin10", "libnvonnxparsers10")) {
            assertTrue(packages.contains("\"" + library + "=10."), library);
        }
        assertTrue(
                gpu.only("ENV")
                        .arguments()
                        .contains("NVIDIA_DRIVER_CAPABILITIES=compute,utility,video"));
    }

    @Test
    void theTrainerIsStartedAsTheLauncherDoes() {
        String launcher = Project.launcher();
        String ours = Project.read("docker/train");
        for (String part :
                List.of(
                        "MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_TOP_PAD_=268435456",
                        "-Xrs \"${native[@]}\" ${UPRIVER_JAVA_OPTIONS:-}",
                        "io.upriver.train.TrainMain \"$@\"")) {
            assertTrue(launcher.contains(part), part);
            assertTrue(ours.contains(part), part);
        }
    }
}
