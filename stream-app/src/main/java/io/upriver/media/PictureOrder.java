package io.upriver.media;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Gives presentation times to H.264 and HEVC packets that have none, as in AVI files and bare
 * streams, from the order in which their headers say that they are shown.
 *
 * <p>As the {@code ffmpeg} program has it, the picture shown as number n gets the decoding time of
 * packet n + delay. Packets come out in the order in which they went in. Not thread-safe.
 */
final class PictureOrder implements AutoCloseable {

    /** More pictures than a decoder may hold back (H.264 A.3.1 h). */
    private static final int WINDOW = 17;

    private static final class Waiting {
        private final Packet packet;
        private final long sequence;
        private final int order;
        private boolean timed;

        Waiting(Packet packet, long sequence, int order) {
            this.packet = packet;
            this.sequence = sequence;
            this.order = order;
        }
    }

    private final PictureHeaders headers;
    private final int delay;
    private final Deque<Waiting> decoding = new ArrayDeque<>();
    private final PriorityQueue<Waiting> showing =
            new PriorityQueue<>(
                    Comparator.comparingLong((Waiting w) -> w.sequence)
                            .thenComparingInt(w -> w.order));

    /** Decoding times of the packets whose pictures are not shown yet, the earliest first. */
    private final List<Long> times = new ArrayList<>();

    private long sequence;
    private int highest = Integer.MIN_VALUE;
    private long nextTime;

    PictureOrder(Track track) {
        this.headers = new PictureHeaders(track);
        this.delay = track.reorderingDelay();
    }

    /** Takes the next packet of the track. */
    void add(Packet packet) {
        int order = headers.read(packet).order();
        if (packet.isKeyFrame() && order <= highest) {
            sequence++;
            highest = Integer.MIN_VALUE;
        }
        highest = Math.max(highest, order);
        long time = packet.raw().dts() == Ffmpeg.NO_TIMESTAMP ? nextTime : packet.raw().dts();
        nextTime = time + packet.durationTicks();
        times.add(time);
        Waiting waiting = new Waiting(packet, sequence, order);
        packet.raw().dts(time);
        decoding.add(waiting);
        showing.add(waiting);
        while (showing.size() > WINDOW) {
            show();
        }
    }

    /** No packet will follow. */
    void end() {
        while (!showing.isEmpty()) {
            show();
        }
    }

    private void show() {
        Waiting waiting = showing.remove();
        if (times.size() > delay) {
            waiting.packet.raw().pts(times.get(delay));
        } else {
            long beyond = (long) delay - times.size();
            waiting.packet.raw().pts(nextTime + beyond * waiting.packet.durationTicks());
        }
        times.remove(0);
        waiting.timed = true;
    }

    /** The next packet that has its times, or null. */
    @Nullable Packet poll() {
        return !decoding.isEmpty() && decoding.peek().timed ? decoding.remove().packet : null;
    }

    @Override
    public void close() {
        decoding.forEach(waiting -> waiting.packet.close());
        headers.close();
    }
}
