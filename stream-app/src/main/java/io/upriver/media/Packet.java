package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_NEW_EXTRADATA;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_PALETTE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_DISCARD;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_grow_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_clone;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_get_side_data;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_new_side_data;

import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.jspecify.annotations.Nullable;

/**
 * One coded packet, from a track or fresh from an encoder, with its times in ticks of its time
 * base.
 *
 * <p>Owns a reference to native memory: whoever has it closes it. Not thread-safe.
 */
public final class Packet implements AutoCloseable {

    private final AVPacket packet;
    private final TimeBase timeBase;

    Packet(AVPacket packet, TimeBase timeBase) {
        this.packet = packet;
        this.timeBase = timeBase;
    }

    /**
     * The track's place in its {@link Demuxer}; without meaning for a packet fresh from an encoder.
     */
    public int trackIndex() {
        return packet.stream_index();
    }

    public TimeBase timeBase() {
        return timeBase;
    }

    AVPacket raw() {
        return packet;
    }

    public boolean hasPts() {
        return packet.pts() != Ffmpeg.NO_TIMESTAMP;
    }

    public long ptsTicks() {
        return packet.pts();
    }

    public long dtsTicks() {
        return packet.dts() != Ffmpeg.NO_TIMESTAMP ? packet.dts() : packet.pts();
    }

    public long durationTicks() {
        return packet.duration();
    }

    public int sizeBytes() {
        return packet.size();
    }

    /** A copy of the first bytes, at most so many. */
    byte[] first(int most) {
        byte[] bytes = new byte[Math.min(most, packet.size())];
        if (bytes.length > 0) {
            packet.data().capacity(bytes.length).get(bytes);
        }
        return bytes;
    }

    public boolean isKeyFrame() {
        return (packet.flags() & AV_PKT_FLAG_KEY) != 0;
    }

    /**
     * True where the container says that the decoded frame is not to be shown, as an edit list
     * does.
     */
    public boolean isDiscarded() {
        return (packet.flags() & AV_PKT_FLAG_DISCARD) != 0;
    }

    /** Moves the packet on the clock of its track. */
    public void shift(long ticks) {
        if (packet.pts() != Ffmpeg.NO_TIMESTAMP) {
            packet.pts(packet.pts() + ticks);
        }
        if (packet.dts() != Ffmpeg.NO_TIMESTAMP) {
            packet.dts(packet.dts() + ticks);
        }
    }

    /** Gives the packet new times, in ticks of its time base. */
    public void retime(long ptsTicks, long dtsTicks, long durationTicks) {
        packet.pts(ptsTicks);
        packet.dts(dtsTicks);
        packet.duration(durationTicks);
    }

    /**
     * Says that from this packet on the track is coded with the parameter sets of {@code coded}.
     *
     * @throws MediaException if there is no memory for them
     */
    public void announce(Track coded) {
        byte[] header = coded.header();
        if (header.length > 0) {
            header(header);
        }
    }

    /** Puts bytes in front of the coded ones from the given place on. */
    void insert(int place, byte[] bytes) {
        byte[] coded = coded();
        Ffmpeg.check(av_grow_packet(packet, bytes.length), "av_grow_packet");
        BytePointer data = packet.data().capacity(packet.size());
        data.position(place).put(bytes);
        data.position((long) place + bytes.length).put(coded, place, coded.length - place);
    }

    /** A copy of the coded bytes. */
    byte[] coded() {
        byte[] coded = new byte[packet.size()];
        packet.data().get(coded);
        return coded;
    }

    /** The palette that holds from this packet on, or null where it says none. */
    byte @Nullable [] palette() {
        return sideData(AV_PKT_DATA_PALETTE);
    }

    /**
     * The codec's header, as the container has it for a track, that holds from this packet on; null
     * where it is the one before.
     */
    byte @Nullable [] header() {
        return sideData(AV_PKT_DATA_NEW_EXTRADATA);
    }

    /** Says which of the codec's headers holds from this packet on. */
    void header(byte[] header) {
        add(AV_PKT_DATA_NEW_EXTRADATA, header);
    }

    private byte @Nullable [] sideData(int type) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            BytePointer data = av_packet_get_side_data(packet, type, size);
            if (data == null || data.isNull()) {
                return null;
            }
            byte[] bytes = new byte[(int) size.get()];
            data.capacity(bytes.length).get(bytes);
            return bytes;
        }
    }

    /** Says which palette holds from this packet on. */
    void palette(byte[] palette) {
        add(AV_PKT_DATA_PALETTE, palette);
    }

    private void add(int type, byte[] data) {
        BytePointer copy = av_packet_new_side_data(packet, type, data.length);
        if (copy == null || copy.isNull()) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "no memory for " + data.length + " bytes beside a packet");
        }
        copy.capacity(data.length).put(data);
    }

    /** A second reference to the same bytes; close both. */
    public Packet share() {
        return new Packet(av_packet_clone(packet), timeBase);
    }

    @Override
    public void close() {
        av_packet_free(packet);
    }
}
