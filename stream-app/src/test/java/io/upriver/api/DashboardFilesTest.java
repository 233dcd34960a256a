package io.upriver.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page as the running service hands it out, without a browser. */
@QuarkusTest
@QuarkusTestResource(ApiBroker.class)
@Timeout(60)
class DashboardFilesTest {

    /** What a file of the page says that it needs. */
    private static final Pattern NEEDED =
            Pattern.compile("(?:src|href)=\"(/[^\"]+)\"|from '(\\./[^']+)'|'(/webjars/[^']+)'");

    @TestHTTPResource("/")
    URI root;

    private final HttpClient http = HttpClient.newHttpClient();

    private HttpResponse<String> get(URI address) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Java's client asks for HTTP/2 in the first request of a connection. */
    @Test
    void staysWithTheProtocolThatAConnectionHasBegunWith() throws Exception {
        assertEquals(HttpClient.Version.HTTP_1_1, get(root).version());
    }

    @Test
    void everyFileThatThePageNeedsIsThere() throws Exception {
        Set<URI> seen = new LinkedHashSet<>();
        Deque<URI> toSee = new ArrayDeque<>();
        toSee.add(root);
        while (!toSee.isEmpty()) {
            URI address = toSee.remove();
            if (seen.add(address)) {
                HttpResponse<String> file = get(address);
                assertEquals(200, file.statusCode(), address::toString);
                assertEquals(typeOf(address), file.headers().firstValue("Content-Type").orElse(""));
                if (!address.getPath().startsWith("/webjars/")) {
                    Matcher needed = NEEDED.matcher(file.body());
                    while (needed.find()) {
                        for (int group = 1; group <= 3; group++) {
                            if (needed.group(group) != null) {
                                toSee.add(address.resolve(needed.group(group)));
                            }
                        }
                    }
                }
            }
        }
        assertTrue(seen.size() > 20, seen::toString);
    }

    private static String typeOf(URI address) {
        String name = address.getPath();
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return switch (ending) {
            case "js" -> "text/javascript;charset=UTF-8";
            case "css" -> "text/css;charset=UTF-8";
            case "svg" -> "image/svg+xml";
            default -> "text/html;charset=UTF-8";
        };
    }

    @Test
    void thePageRunsNothingThatIsNotItsOwn() throws Exception {
        HttpResponse<String> page = get(root);

        String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self';"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertTrue(policy.contains("frame-ancestors 'none'"), policy);
        assertEquals(
                "nosniff", page.headers().firstValue("X-Content-Type-Options").orElse("missing"));
        assertEquals("no-referrer", page.headers().firstValue("Referrer-Policy").orElse("missing"));
        assertEquals("no-cache", page.headers().firstValue("Cache-Control").orElse("missing"));
        assertFalse(page.body().contains("<style"), "an inline style");
        assertFalse(page.body().matches("(?s).*<script(?![^>]*src=).*"), "an inline script");
    }

    @Test
    void aPageOfAnotherSiteCanChangeNothing() throws Exception {
        HttpResponse<String> refused =
                http.send(
                        HttpRequest.newBuilder(root.resolve("/api/v1/models/default/rollback"))
                                .header("Origin", "http://evil.example")
                                .header("Content-Type", "text/plain")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[1 << 20]))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertEquals(403, refused.statusCode());
        assertEquals(
                "application/problem+json",
                refused.headers().firstValue("Content-Type").orElse(""));
        assertTrue(refused.body().contains("Origin: http://evil.example"), refused.body());
        assertEquals(200, get(root).statusCode(), "of what comes behind the body");
    }

    @Test
    void nothingStandsBehindABodyThatNobodyReads() throws Exception {
        HttpResponse<String> unknown =
                http.send(
                        HttpRequest.newBuilder(root.resolve("/api/v1/nonsense"))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[1 << 20]))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> manifest =
                http.send(
                        HttpRequest.newBuilder(root.resolve("/ingest/cam-9/manifest.mpd"))
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[1 << 20]))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertEquals(404, unknown.statusCode());
        assertEquals(200, manifest.statusCode());
        assertEquals(200, get(root).statusCode());
    }

    @Test
    void aNameThatPointsHereIsNotEnough() throws Exception {
        try (Socket socket = new Socket(root.getHost(), root.getPort())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(
                    "GET /api/v1/streams HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                            .getBytes(UTF_8));
            out.flush();
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);

            assertTrue(answer.startsWith("HTTP/1.1 421 "), answer);
            assertTrue(answer.contains("/problems/unknown-host"), answer);
        }
    }
}
