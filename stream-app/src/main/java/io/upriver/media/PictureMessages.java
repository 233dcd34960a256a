package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_A53_CC;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DYNAMIC_HDR_PLUS;
import static org.bytedeco.ffmpeg.global.avutil.AV_HDR_PLUS_MAX_PAYLOAD_SIZE;
import static org.bytedeco.ffmpeg.global.avutil.av_dynamic_hdr_plus_to_t35;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_remove_side_data;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVDynamicHDRPlus;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * What comes anew with each picture and goes into its packet: closed captions (CEA-608 and 708) and
 * HDR10+.
 *
 * <p>Both are messages by Recommendation ITU-T T.35, which begin with a country and a provider.
 * FFmpeg's encoders write captions into H.264 and HEVC only, and HDR10+ nowhere; so both are taken
 * off the picture before the encoder, and a {@link MessageWriter} puts them into the packet behind
 * it, for every encoder alike.
 *
 * <p>Sources: ATSC A/53 Part 4, 6.2.3 (captions); SMPTE ST 2094-40 with CTA-861, annex S (HDR10+).
 */
final class PictureMessages {

    /** The United States, ATSC, "GA94", captions. */
    private static final byte[] CAPTIONS = {(byte) 0xB5, 0, 0x31, 'G', 'A', '9', '4', 3};

    /** The United States, Samsung, HDR10+ (application 4); its version and all else follow. */
    private static final byte[] HDR10_PLUS = {(byte) 0xB5, 0, 0x3C, 0, 1, 4};

    private static final int CAPTION_BYTES = 3;
    private static final int MOST_CAPTIONS = 31;

    private PictureMessages() {}

    /** Takes the messages off the picture: each from its country code on. */
    static List<byte[]> takeFrom(AVFrame frame) {
        List<byte[]> messages = new ArrayList<>();
        AVFrameSideData captions = av_frame_get_side_data(frame, AV_FRAME_DATA_A53_CC);
        if (captions != null) {
            addCaptions(bytesOf(captions.data(), captions.size()), messages);
            av_frame_remove_side_data(frame, AV_FRAME_DATA_A53_CC);
        }
        AVFrameSideData hdr = av_frame_get_side_data(frame, AV_FRAME_DATA_DYNAMIC_HDR_PLUS);
        if (hdr != null) {
            addHdr10Plus(new AVDynamicHDRPlus(hdr.data()), messages);
            av_frame_remove_side_data(frame, AV_FRAME_DATA_DYNAMIC_HDR_PLUS);
        }
        return messages;
    }

    private static void addCaptions(byte[] triplets, List<byte[]> messages) {
        for (int from = 0; from < triplets.length; from += MOST_CAPTIONS * CAPTION_BYTES) {
            int count = Math.min(MOST_CAPTIONS, (triplets.length - from) / CAPTION_BYTES);
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            message.writeBytes(CAPTIONS);
            // Captions are to be processed; how many; no other data; they end with a marker.
            message.write(0xC0 | count);
            message.write(0xFF);
            message.write(triplets, from, count * CAPTION_BYTES);
            message.write(0xFF);
            messages.add(message.toByteArray());
        }
    }

    private static void addHdr10Plus(AVDynamicHDRPlus metadata, List<byte[]> messages) {
        try (BytePointer buffer = new BytePointer(AV_HDR_PLUS_MAX_PAYLOAD_SIZE);
                SizeTPointer size = new SizeTPointer(1)) {
            size.put(AV_HDR_PLUS_MAX_PAYLOAD_SIZE);
            if (av_dynamic_hdr_plus_to_t35(metadata, buffer, size) < 0) {
                return; // It was damaged; the picture is not.
            }
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            message.writeBytes(HDR10_PLUS);
            message.writeBytes(bytesOf(buffer, size.get()));
            messages.add(message.toByteArray());
        }
    }

    private static byte[] bytesOf(BytePointer data, long size) {
        byte[] bytes = new byte[(int) size];
        data.get(bytes);
        return bytes;
    }
}
