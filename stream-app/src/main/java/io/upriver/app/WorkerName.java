package io.upriver.app;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** This worker's name in reports, headers and logs. */
final class WorkerName {

    private WorkerName() {}

    static String of(Optional<String> configured) {
        return configured.orElseGet(() -> host() + "-" + ProcessHandle.current().pid());
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "worker";
        }
    }
}
