package io.upriver.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Takes spans as a collector does, by OTLP over HTTP, and reads them by the numbers of the
 * protocol's own fields (opentelemetry/proto/trace/v1/trace.proto).
 */
final class OtlpReceiver implements AutoCloseable {

    /**
     * A span as it came.
     *
     * @param kind 5 for a consumer
     * @param status 0 for unset, 1 for good, 2 for an error
     */
    record Span(
            String traceId,
            String spanId,
            String parentId,
            String traceState,
            String name,
            long kind,
            long startNanos,
            long endNanos,
            Map<String, String> attributes,
            long status) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final List<Span> spans = new CopyOnWriteArrayList<>();

    OtlpReceiver() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/v1/traces", this::take);
        server.createContext("/spans", this::tell);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What has come to the receiver at an address so far, whoever started it. */
    static List<Span> spansAt(String endpoint) throws IOException, InterruptedException {
        byte[] json =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(endpoint + "/spans")).build(),
                                HttpResponse.BodyHandlers.ofByteArray())
                        .body();
        return List.of(JSON.readValue(json, Span[].class));
    }

    private void tell(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] json = JSON.writeValueAsBytes(spans);
            exchange.sendResponseHeaders(200, json.length);
            exchange.getResponseBody().write(json);
        }
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            UnknownFieldSet request = read(exchange.getRequestBody().readAllBytes());
            for (UnknownFieldSet ofResource : messages(request, 1)) {
                for (UnknownFieldSet ofScope : messages(ofResource, 2)) {
                    messages(ofScope, 2).forEach(span -> spans.add(span(span)));
                }
            }
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1); // an empty answer is a full success
        }
    }

    private static Span span(UnknownFieldSet span) {
        Map<String, String> attributes = new TreeMap<>();
        for (UnknownFieldSet attribute : messages(span, 9)) {
            attributes.put(text(attribute, 1), value(messages(attribute, 2).get(0)));
        }
        long status =
                messages(span, 15).stream()
                        .mapToLong(given -> number(given, 3))
                        .findFirst()
                        .orElse(0);
        return new Span(
                hex(span, 1),
                hex(span, 2),
                hex(span, 4),
                text(span, 3),
                text(span, 5),
                number(span, 6),
                span.getField(7).getFixed64List().get(0),
                span.getField(8).getFixed64List().get(0),
                attributes,
                status);
    }

    private static String value(UnknownFieldSet any) {
        return any.hasField(1) ? text(any, 1) : Long.toString(number(any, 3));
    }

    private static List<UnknownFieldSet> messages(UnknownFieldSet in, int field) {
        return in.getField(field).getLengthDelimitedList().stream()
                .map(bytes -> read(bytes.toByteArray()))
                .toList();
    }

    private static UnknownFieldSet read(byte[] message) {
        try {
            return UnknownFieldSet.parseFrom(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(UnknownFieldSet in, int field) {
        List<ByteString> given = in.getField(field).getLengthDelimitedList();
        return given.isEmpty() ? "" : given.get(0).toStringUtf8();
    }

    private static String hex(UnknownFieldSet in, int field) {
        List<ByteString> given = in.getField(field).getLengthDelimitedList();
        return given.isEmpty() ? "" : HexFormat.of().formatHex(given.get(0).toByteArray());
    }

    private static long number(UnknownFieldSet in, int field) {
        List<Long> given = in.getField(field).getVarintList();
        return given.isEmpty() ? 0 : given.get(0);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
