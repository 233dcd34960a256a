package io.upriver.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several worker processes and one job. */
class WorkersIT {

    private static final String KAFKA = "Kafka ([0-9.]+:[0-9]+)";

    @TempDir Path directory;

    @Test
    void twoWorkersShareAJobAndThePicturesAreTheSameAsWithOne() throws Exception {
        // Given
        Path in = Media.clip(directory.resolve("in.mp4"), 40, 25);
        Path byOne = directory.resolve("one.mp4");
        Path byTwo = directory.resolve("two.mp4");
        try (UpriverProcess first = UpriverProcess.start(directory, "serve", "--embedded-kafka")) {
            String kafka = first.awaitOut(KAFKA);
            JsonNode alone = upscale(in, byOne, kafka);

            // When
            try (UpriverProcess second =
                    UpriverProcess.start(directory, "serve", "--bootstrap-servers", kafka)) {
                second.awaitOut(KAFKA);
                await().atMost(Duration.ofMinutes(1)).until(() -> health(second) == 200);
                JsonNode shared = upscale(in, byTwo, kafka);

                // Then
                assertEquals(1, alone.get("workers").size(), alone.toString());
                assertEquals(2, shared.get("workers").size(), shared.toString());
                assertTrue(shared.get("provider").isNull(), "the command itself did not work");
                assertEquals(1000, shared.get("frames").asInt());
                assertEquals(Media.pictures(byOne, directory), Media.pictures(byTwo, directory));
            }
        }
    }

    private JsonNode upscale(Path in, Path out, String kafka) throws Exception {
        try (UpriverProcess process =
                UpriverProcess.start(
                        directory,
                        "upscale",
                        in.toString(),
                        "-o",
                        out.toString(),
                        "--bootstrap-servers",
                        kafka,
                        "--json")) {
            assertEquals(0, process.await(), process.out() + process.err());
            return new ObjectMapper().readTree(process.out());
        }
    }

    private static int health(UpriverProcess worker) throws Exception {
        URI uri = URI.create(worker.awaitOut("(http://[^ ]*/q/health)"));
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
