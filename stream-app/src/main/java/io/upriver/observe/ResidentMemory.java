package io.upriver.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this process that is really there, heap and native memory together. */
public final class ResidentMemory {

    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentMemory() {}

    /** Bytes, as the kernel counts them, after what is garbage is gone. */
    public static long bytesWithoutGarbage() {
        System.gc();
        double bytes = bytes();
        if (Double.isNaN(bytes)) {
            throw new IllegalStateException("expected VmRSS in " + STATUS + ", got none");
        }
        return (long) bytes;
    }

    /** Bytes, as the kernel counts them; NaN where there is no such kernel. */
    static double bytes() {
        if (!Files.exists(STATUS)) {
            return Double.NaN;
        }
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024.0;
                }
            }
            return Double.NaN;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same without what the heap has been given; NaN where it is not known. */
    static double bytesOutsideTheHeap() {
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
        double outside = bytes() - heap;
        return outside < 0 ? 0 : outside;
    }
}
