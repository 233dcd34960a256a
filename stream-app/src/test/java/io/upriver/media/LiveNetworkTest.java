package io.upriver.media;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.upriver.media.LiveSegmenter.Connection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Live inputs by their addresses: what comes through, and what ends when nothing comes. */
@Timeout(90)
@SuppressWarnings("try") // senders are only there to send
class LiveNetworkTest {

    private static final Duration SHORT = Duration.ofMillis(700);
    private static final long TOLERANCE_MILLIS = 2_000;

    @TempDir static Path directory;

    private static Path clip;
    private static Path withHeaders; // outside of the packets, as RTSP has them

    /** What came of an input. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Received(long frames, byte[] bytes, int segments, String damage) {}

    @BeforeAll
    static void makeAClip() {
        clip = Clips.make(directory.resolve("a.ts"), PICTURE + TONE + H264 + "-c:a aac");
        withHeaders =
                Clips.make(
                        directory.resolve("a.mp4"), clip, "-i FILE -c copy -bsf:a aac_adtstoasc");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp://127.0.0.1:PORT           | -f mpegts tcp://127.0.0.1:PORT?listen=1",
                "http://127.0.0.1:PORT/live.ts  | -f mpegts -listen 1 http://127.0.0.1:PORT/live.ts"
            })
    void pullsAllOfAStreamFromAServer(String address, String output) {
        String port = Integer.toString(Sender.freePort());
        String serving = "-i FILE -map 0 -c copy " + output.replace("PORT", port);
        try (Sender sender = Sender.of(clip, serving)) {
            Received received = pullWhenItIsThere(address.replace("PORT", port));

            assertEquals(50, received.frames());
            assertSameSoundAndPictures(received);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rtmp://127.0.0.1:PORT/live/cam | -f flv rtmp://127.0.0.1:PORT/live/cam",
                "rtsp://127.0.0.1:PORT/cam      | -f rtsp -rtsp_transport tcp rtsp://127.0.0.1:PORT/cam",
                "srt://127.0.0.1:PORT           | -f mpegts srt://127.0.0.1:PORT"
            })
    void takesAStreamThatAnEncoderPushes(String address, String output) throws Exception {
        String port = Integer.toString(Sender.freePort());
        LiveSource source = new LiveSource(address.replace("PORT", port), true);
        CompletableFuture<Received> received = CompletableFuture.supplyAsync(() -> pull(source));
        while (!received.isDone()) {
            String sending = "-readrate 3 -i FILE -map 0 -c copy " + output.replace("PORT", port);
            // An encoder tries again where nobody listens yet.
            try (Sender sender = Sender.of(withHeaders, sending)) {
                sender.await();
            }
        }

        assertTrue(received.get().frames() >= 40, "frames: " + received.get().frames());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rtmp://127.0.0.1:PORT/live/cam | -f flv -listen 1 rtmp://127.0.0.1:PORT/live/cam",
                "srt://127.0.0.1:PORT           | -f mpegts srt://127.0.0.1:PORT?mode=listener"
            })
    void pullsFromAServerThatForgetsWhatIsOnItsWayWhenItLeaves(String address, String output) {
        String port = Integer.toString(Sender.freePort());
        String serving = "-readrate 3 -i FILE -map 0 -c copy " + output.replace("PORT", port);
        try (Sender sender = Sender.of(clip, serving)) {
            Received received = pullWhenItIsThere(address.replace("PORT", port));

            assertTrue(received.frames() >= 40, "frames: " + received.frames());
        }
    }

    @Test
    void takesWhatComesByUdp() throws Exception {
        String address = "udp://127.0.0.1:" + Sender.freePort();
        LiveSource source = new LiveSource(address, false);
        CompletableFuture<Received> received = CompletableFuture.supplyAsync(() -> pull(source));
        try (Sender sender =
                Sender.of(
                        clip,
                        "-readrate 3 -i FILE -map 0 -c copy -f mpegts "
                                + address
                                + "?pkt_size=1316")) {
            Received all = received.get(20, TimeUnit.SECONDS);

            // The receiver may be there a moment after the first packets.
            assertTrue(all.frames() >= 30, "frames: " + all.frames());
            assertEquals("reading ended early: nothing came for 0.7 s", all.damage());
        }
    }

    @Test
    void followsAPlaylistOfHls() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("hls"));
        Clips.make(
                folder.resolve("index.m3u8"),
                clip,
                "-i FILE -c copy -f hls -hls_time 0.4 -hls_list_size 0");
        try (WebServer server = new WebServer(folder)) {
            Received received = pull(new LiveSource(server.url("index.m3u8"), false));

            assertEquals(50, received.frames());
            assertNull(received.damage());
            assertSameSoundAndPictures(received);
        }
    }

    @Test
    void opensNoFileThatAPlaylistFromTheNetworkNames() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("evil"));
        List<String> targets =
                List.of(
                        clip.toUri().toString().replace("file:/", "file:///"),
                        clip.toString(),
                        "concat:" + clip,
                        "subfile,,start,0,end,0,,:" + clip);
        try (WebServer server = new WebServer(folder)) {
            for (String target : targets) {
                String playlist =
                        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n%s\n#EXT-X-ENDLIST\n"
                                .formatted(target);
                Files.writeString(folder.resolve("a.m3u8"), playlist, StandardCharsets.US_ASCII);

                assertThrows(
                        MediaException.class,
                        () -> pull(new LiveSource(server.url("a.m3u8"), false)),
                        target);
            }
        }
    }

    @Test
    void saysThatNobodyIsThere() {
        String address = "rtmp://127.0.0.1:%d/live/secret-key?token=1".formatted(Sender.freePort());

        MediaException refused =
                assertThrows(MediaException.class, () -> pull(new LiveSource(address, false)));

        assertTrue(
                refused.getMessage().endsWith("cannot be opened: Connection refused (-111)"),
                refused.getMessage());
        assertFalse(refused.getMessage().contains("token"), refused.getMessage());
    }

    @Test
    void givesUpOnASenderThatNeverSaysAnything() throws Exception {
        try (SilentServer server = new SilentServer(new byte[0])) {
            long start = System.nanoTime();

            MediaException refused =
                    assertThrows(MediaException.class, () -> pull(server.source()));

            assertTrue(
                    refused.getMessage().endsWith("cannot be opened: nothing came for 0.7 s"),
                    refused.getMessage());
            assertTrue(millisSince(start) < TOLERANCE_MILLIS, "took " + millisSince(start));
        }
    }

    @Test
    void givesWhatCameBeforeASenderFellSilentForEver() throws Exception {
        try (SilentServer server = new SilentServer(Clips.bytes(clip))) {
            Received received = pull(server.source());

            assertTrue(received.frames() >= 48, "frames: " + received.frames());
            assertEquals("reading ended early: nothing came for 0.7 s", received.damage());
        }
    }

    @Test
    void endsAtOnceWhenItIsCancelled() throws Exception {
        try (SilentServer server = new SilentServer(Clips.bytes(clip))) {
            LiveLimits limits =
                    new LiveLimits(
                            0.3,
                            1 << 20,
                            Duration.ofMinutes(1),
                            Duration.ofMinutes(1),
                            LargestPicture.ANY);
            Connection connection = Connection.to(server.source(), limits);
            CompletableFuture<Received> received =
                    CompletableFuture.supplyAsync(() -> drain(connection.open()));
            Thread.sleep(1500);
            long start = System.nanoTime();

            connection.cancel();

            assertTrue(received.get(10, TimeUnit.SECONDS).frames() >= 48);
            assertTrue(millisSince(start) < 1000, "took " + millisSince(start));
        }
    }

    @Test
    void refusesAnAddressOfAKindThatItDoesNotOpen() {
        for (String address : List.of("gopher://a/b", "concat://a", "ftp://a/b", "unix://tmp/a")) {
            IllegalArgumentException refused =
                    assertThrows(
                            IllegalArgumentException.class, () -> new LiveSource(address, false));
            assertTrue(refused.getMessage().startsWith("expected a file or an address beginning"));
        }
    }

    @Test
    void showsAnAddressWithoutItsSecrets() {
        assertEquals(
                "rtsp://cam.example/live",
                new LiveSource("rtsp://admin:pa55@cam.example/live?key=1", false).label());
        assertEquals("a@b?c.ts", new LiveSource("a@b?c.ts", false).label());
    }

    private static void assertSameSoundAndPictures(Received received) {
        Path file = Clips.write(directory.resolve("received.ts"), received.bytes());
        assertEquals(Clips.frameHashes(clip, 0), Clips.frameHashes(file, 0));
        assertEquals(Clips.packetHashes(clip).get(1), Clips.packetHashes(file).get(1));
    }

    private static Received pullWhenItIsThere(String address) {
        for (int tries = 1; ; tries++) {
            try {
                return pull(new LiveSource(address, false));
            } catch (MediaException e) {
                if (tries == 20) {
                    throw e;
                }
                sleep();
            }
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static Received pull(LiveSource source) {
        LiveLimits limits =
                new LiveLimits(
                        0.3,
                        1 << 20,
                        source.url().startsWith("tcp") ? SHORT : Duration.ofSeconds(10),
                        SHORT,
                        LargestPicture.ANY);
        return drain(Connection.to(source, limits).open());
    }

    private static Received drain(LiveSegmenter opened) {
        try (LiveSegmenter segmenter = opened) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            long frames = 0;
            int segments = 0;
            for (LiveSegment s = segmenter.next(); s != null; s = segmenter.next()) {
                bytes.writeBytes(s.data());
                frames += s.frames();
                segments++;
            }
            return new Received(frames, bytes.toByteArray(), segments, segmenter.damage());
        }
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }

    /** Says what it has to say to each who comes, and then nothing any more. */
    private static final class SilentServer implements AutoCloseable {

        private final ServerSocket server;
        private final List<Socket> guests = new ArrayList<>();

        SilentServer(byte[] words) throws IOException {
            server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
            Thread thread =
                    new Thread(
                            () -> {
                                try {
                                    while (true) {
                                        Socket guest = server.accept();
                                        guests.add(guest);
                                        guest.getOutputStream().write(words);
                                        guest.getOutputStream().flush();
                                    }
                                } catch (IOException e) {
                                    // closed
                                }
                            });
            thread.setDaemon(true);
            thread.start();
        }

        LiveSource source() {
            return new LiveSource("tcp://127.0.0.1:" + server.getLocalPort(), false);
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket guest : guests) {
                guest.close();
            }
        }
    }

    /** The files of a folder by HTTP. */
    private static final class WebServer implements AutoCloseable {

        private final HttpServer server;

        WebServer(Path folder) throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
            server.createContext(
                    "/",
                    exchange -> {
                        Path file = folder.resolve(exchange.getRequestURI().getPath().substring(1));
                        boolean there = Files.isRegularFile(file);
                        byte[] body = there ? Files.readAllBytes(file) : new byte[0];
                        exchange.sendResponseHeaders(there ? 200 : 404, there ? body.length : -1);
                        exchange.getResponseBody().write(body);
                        exchange.close();
                    });
            server.start();
        }

        String url(String name) {
            return "http://127.0.0.1:%d/%s".formatted(server.getAddress().getPort(), name);
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
