package io.upriver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** A client of server-sent events that reads them as the standard says (HTML, 9.2.6). */
final class EventStream implements AutoCloseable {

    /** An event; its data are JSON. */
    record Event(String name, JsonNode data) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;

    EventStream(URI address) throws IOException, InterruptedException {
        response =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(address)
                                        .header("Accept", "text/event-stream")
                                        .build(),
                                HttpResponse.BodyHandlers.ofInputStream());
        lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    /** The next event. */
    Event next() throws IOException {
        String name = "message";
        StringBuilder data = new StringBuilder();
        while (true) {
            String line = lines.readLine();
            if (line == null) {
                throw new IOException("expected an event, the stream has ended");
            }
            if (line.isEmpty() && !data.isEmpty()) {
                return new Event(name, JSON.readTree(data.toString()));
            }
            String value = line.replaceFirst("^[a-z]*: ?", "");
            if (line.startsWith("event:")) {
                name = value;
            } else if (line.startsWith("data:")) {
                data.append(value).append('\n');
            }
        }
    }

    /** The first of the next events that is as wanted. */
    Event await(String name, Predicate<JsonNode> wanted) throws IOException {
        while (true) {
            Event event = next();
            if (event.name().equals(name) && wanted.test(event.data())) {
                return event;
            }
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
