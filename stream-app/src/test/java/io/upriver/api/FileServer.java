package io.upriver.api;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that files are fetched from, on a free port of this machine. */
final class FileServer implements AutoCloseable {

    /** What comes of a file that never ends. */
    static final int BEFORE_THE_STALL = 2 << 20;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);

    /**
     * @param film what is under {@code /film.mp4}; {@code /moved} redirects there
     */
    FileServer(byte[] film) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/film.mp4", exchange -> send(exchange, film));
        server.createContext("/moved", exchange -> redirect(exchange, "/film.mp4"));
        server.createContext("/around", exchange -> redirect(exchange, "/around"));
        server.createContext("/astray", exchange -> redirect(exchange, "file:///etc/passwd"));
        server.createContext("/large.mp4", exchange -> declare(exchange, 1L << 40));
        server.createContext("/endless.mp4", this::stall);
        server.start();
    }

    String address(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private static void send(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(200, bytes.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(bytes);
        }
    }

    private static void redirect(HttpExchange exchange, String place) throws IOException {
        exchange.getResponseHeaders().set("Location", place);
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private static void declare(HttpExchange exchange, long bytes) throws IOException {
        exchange.sendResponseHeaders(200, bytes);
        exchange.getResponseBody().flush();
    }

    private void stall(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(new byte[BEFORE_THE_STALL]);
        exchange.getResponseBody().flush();
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
