package io.upriver.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two scripts that go into images, run. */
class ScriptsTest {

    private static int healthy(int port) throws IOException, InterruptedException {
        return new ProcessBuilder("./healthy", Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static int healthyWhereTheAnswerIs(int status)
            throws IOException, InterruptedException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        server.createContext(
                "/q/health/live",
                exchange -> {
                    exchange.sendResponseHeaders(status, -1);
                    exchange.close();
                });
        server.start();
        try {
            return healthy(server.getAddress().getPort());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aServiceIsHealthyThatSaysSo() throws IOException, InterruptedException {
        assertEquals(0, healthyWhereTheAnswerIs(200));
    }

    @Test
    void aServiceIsNotHealthyThatSaysNoOrNothing() throws IOException, InterruptedException {
        assertNotEquals(0, healthyWhereTheAnswerIs(503));
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertNotEquals(0, healthy(free));
    }

    /** Then signals reach it, and nothing stands between it and the container's end. */
    @Test
    void theTrainerTakesThePlaceOfItsScript(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path java = folder.resolve("java");
        Files.writeString(java, "#!/bin/sh\necho \"$$ $*\"\n");
        assertTrue(java.toFile().setExecutable(true));
        ProcessBuilder builder = new ProcessBuilder("./train", "adapt", "--stream", "a b");
        builder.environment().put("PATH", folder + ":/usr/bin:/bin");
        builder.environment().put("UPRIVER_JAVA_OPTIONS", "-Da=1 -Db=2");

        Process process = builder.start();

        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor());
        for (String part :
                List.of(
                        process.pid() + " -Xrs --enable-native-access=ALL-UNNAMED -Da=1 -Db=2 -cp ",
                        "/classes:",
                        "io.upriver.train.TrainMain adapt --stream a b")) {
            assertTrue(said.contains(part), said);
        }
    }
}
