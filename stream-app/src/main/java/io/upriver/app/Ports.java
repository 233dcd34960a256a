package io.upriver.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Free ports on the loopback address. */
final class Ports {

    private Ports() {}

    /** The preferred port if nobody listens there, otherwise any free one. */
    static int freeOr(int preferred) {
        try (ServerSocket socket = open(preferred)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no free port on 127.0.0.1: " + e.getMessage(), e);
        }
    }

    private static ServerSocket open(int preferred) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try {
            return new ServerSocket(preferred, 1, loopback);
        } catch (IOException e) {
            return new ServerSocket(0, 1, loopback);
        }
    }
}
