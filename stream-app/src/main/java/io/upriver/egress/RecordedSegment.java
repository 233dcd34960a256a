package io.upriver.egress;

import io.upriver.media.Demuxer;
import io.upriver.media.MediaException;
import io.upriver.media.Packet;
import io.upriver.media.TimeBase;
import io.upriver.media.Track;
import io.upriver.schemas.PictureSize;
import java.util.ArrayList;
import java.util.List;

/**
 * A segment of a live stream taken apart: its tracks, and its packets until they are written. Not
 * thread-safe.
 */
final class RecordedSegment implements AutoCloseable {

    private static final TimeBase NANOS = new TimeBase(1, 1_000_000_000);

    private final Demuxer demuxer;
    private final Track video;
    private final List<Packet> packets = new ArrayList<>();
    private final RecordingClock.Span span;

    /**
     * @throws MediaException if it cannot be read or has no picture
     */
    RecordedSegment(byte[] data) {
        this.demuxer = Demuxer.open(data);
        try {
            this.video = demuxer.mainVideo();
            for (Packet next = demuxer.read(); next != null; next = demuxer.read()) {
                packets.add(next);
            }
            this.span = span();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private RecordingClock.Span span() {
        long first = Long.MAX_VALUE;
        long picture = Long.MAX_VALUE;
        long latest = Long.MIN_VALUE;
        long end = Long.MIN_VALUE;
        for (Packet packet : packets) {
            if (!packet.hasPts()) {
                continue;
            }
            long start = packet.timeBase().toNanos(packet.ptsTicks());
            first = Math.min(first, start);
            if (packet.trackIndex() == video.index()) {
                picture = Math.min(picture, start);
                latest = Math.max(latest, start);
                long ticks = packet.ptsTicks() + packet.durationTicks();
                end = Math.max(end, packet.timeBase().toNanos(ticks));
            }
        }
        if (end < picture) {
            throw new MediaException(
                    MediaException.Kind.UNREADABLE, "expected pictures, found none");
        }
        boolean wraps = demuxer.formatName().equals("mpegts");
        return new RecordingClock.Span(first, picture, latest, end, wraps);
    }

    RecordingClock.Span times() {
        return span;
    }

    Track video() {
        return video;
    }

    PictureSize size() {
        return new PictureSize(video.width(), video.height());
    }

    /** All tracks but the picture, in their order. */
    List<Track> others() {
        return demuxer.tracks().stream().filter(t -> t.index() != video.index()).toList();
    }

    /** Its packets, all moved by so much; who takes them closes them. */
    List<Packet> take(long offsetNanos) {
        List<Packet> all = List.copyOf(packets);
        packets.clear();
        all.forEach(packet -> packet.shift(packet.timeBase().ticksOf(offsetNanos, NANOS)));
        return all;
    }

    @Override
    public void close() {
        packets.forEach(Packet::close);
        demuxer.close();
    }
}
