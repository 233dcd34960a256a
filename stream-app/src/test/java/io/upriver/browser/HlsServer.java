package io.upriver.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A web server on this machine with a page that plays, and a live stream: from when the playlist is
 * asked for first, it grows as fast as it is played.
 */
final class HlsServer implements AutoCloseable {

    /** Segments that are there at the start: three target durations at the speed of playing. */
    private static final int AHEAD = 3;

    private static final Pattern SEGMENT = Pattern.compile("/(\\d+)\\.(ts|mp4)");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d+)");
    private static final String HLS_JS = "/META-INF/maven/org.webjars.npm/hls.js/pom.properties";

    private final HlsStream stream;
    private final int speed;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private long startNanos;

    /**
     * @param speed seconds of the stream that come into being in a second
     */
    HlsServer(HlsStream stream, int speed) throws IOException {
        this.stream = stream;
        this.speed = speed;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** The address of the page. */
    String page() {
        return "http://%s:%d/player.html?speed=%d"
                .formatted(
                        server.getAddress().getAddress().getHostAddress(),
                        server.getAddress().getPort(),
                        speed);
    }

    /** The address of the page that plays a stream of another server. */
    String page(String source) {
        return page() + "&source=" + URLEncoder.encode(source, StandardCharsets.UTF_8);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Matcher segment = SEGMENT.matcher(path);
            if (path.equals("/player.html")) {
                send(exchange, "text/html; charset=utf-8", resource("/browser/player.html"));
            } else if (path.equals("/hls.js")) {
                send(exchange, "text/javascript; charset=utf-8", hlsJs());
            } else if (path.equals("/live.m3u8")) {
                String playlist = stream.playlist(available());
                send(
                        exchange,
                        "application/vnd.apple.mpegurl",
                        playlist.getBytes(StandardCharsets.UTF_8));
            } else if (segment.matches() && segment.group(2).equals(stream.ending())) {
                byte[] media = stream.segments().get(Integer.parseInt(segment.group(1)));
                send(exchange, stream.container().contentType(), media);
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private synchronized int available() {
        long now = System.nanoTime();
        if (startNanos == 0) {
            startNanos = now;
        }
        double seconds = AHEAD + (now - startNanos) / 1e9;
        return (int) Math.min(stream.segments().size(), seconds * speed);
    }

    /** Sends all, or the range that is asked for. */
    private static void send(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        String wanted = exchange.getRequestHeaders().getFirst("Range");
        Matcher range = RANGE.matcher(wanted == null ? "" : wanted);
        byte[] part = body;
        int status = 200;
        if (range.matches()) {
            int from = Integer.parseInt(range.group(1));
            int to = Math.min(body.length, Integer.parseInt(range.group(2)) + 1);
            part = Arrays.copyOfRange(body, from, to);
            status = 206;
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, body.length));
        }
        exchange.sendResponseHeaders(status, part.length);
        exchange.getResponseBody().write(part);
    }

    private static byte[] hlsJs() {
        Properties about = new Properties();
        try (InputStream in = HlsServer.class.getResourceAsStream(HLS_JS)) {
            about.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return resource(
                "/META-INF/resources/webjars/hls.js/%s/dist/hls.min.js"
                        .formatted(about.getProperty("version")));
    }

    private static byte[] resource(String name) {
        try (InputStream in = HlsServer.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
