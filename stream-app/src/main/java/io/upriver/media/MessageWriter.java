package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AV1;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages by Recommendation ITU-T T.35 into coded packets, in front of the picture that they
 * belong to. Thread-safe: it keeps nothing.
 */
abstract class MessageWriter {

    /** The writer for packets of a codec, or null where the codec has no place for messages. */
    static @Nullable MessageWriter of(int codecId) {
        return switch (codecId) {
            case AV_CODEC_ID_H264 -> NalMessageWriter.H264;
            case AV_CODEC_ID_HEVC -> NalMessageWriter.HEVC;
            case AV_CODEC_ID_AV1 -> new ObuMessageWriter();
            default -> null;
        };
    }

    /**
     * Puts the messages into the packet of one picture.
     *
     * @param messages each from its country code on
     */
    final void write(Packet packet, List<byte[]> messages) {
        byte[] coded = packet.coded();
        int place = placeOfPicture(coded);
        if (place == coded.length) {
            return; // Not the form that we know: better without.
        }
        ByteArrayOutputStream units = new ByteArrayOutputStream();
        messages.forEach(message -> units.writeBytes(unitOf(message)));
        packet.insert(place, units.toByteArray());
    }

    /** Where the first unit of the coded picture itself begins; the packet's length if nowhere. */
    abstract int placeOfPicture(byte[] packet);

    /** The message as a unit of the bit stream. */
    abstract byte[] unitOf(byte[] message);
}
