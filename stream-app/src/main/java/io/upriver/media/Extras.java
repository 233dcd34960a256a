package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_A53_CC;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DOVI_METADATA;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DOVI_RPU_BUFFER;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DYNAMIC_HDR_PLUS;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DYNAMIC_HDR_VIVID;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the pictures of a film carry that the upscaled ones cannot have: told by its beginning. */
public final class Extras {

    /** Captions need not begin with the first picture. */
    private static final int PICTURES = 10;

    private Extras() {}

    /**
     * What is left out when the film's pictures are encoded as the given track is, in sentences.
     *
     * @param film the original; where its beginning cannot be decoded nothing is known
     */
    public static List<String> lost(Path film, Track coded) {
        List<String> notes = new ArrayList<>();
        try (Demuxer demuxer = Demuxer.open(film)) {
            Track video = demuxer.mainVideo();
            Set<Integer> found = sideDataOf(demuxer, video);
            if (DolbyVision.of(video) != null
                    || found.contains(AV_FRAME_DATA_DOVI_METADATA)
                    || found.contains(AV_FRAME_DATA_DOVI_RPU_BUFFER)) {
                notes.add(
                        "Dolby Vision left out: its data describe the pictures of the input; the output has what is below it (HDR10, HLG or SDR)");
            }
            if (found.contains(AV_FRAME_DATA_DYNAMIC_HDR_VIVID)) {
                notes.add("HDR Vivid left out: no encoder takes its data");
            }
            if (MessageWriter.of(coded.codecId()) == null) {
                if (found.contains(AV_FRAME_DATA_DYNAMIC_HDR_PLUS)) {
                    notes.add("HDR10+ left out: " + coded.codecName() + " has no place for it");
                }
                if (found.contains(AV_FRAME_DATA_A53_CC)) {
                    notes.add(
                            "closed captions left out: "
                                    + coded.codecName()
                                    + " has no place for them");
                }
            }
        }
        return notes;
    }

    /** What kinds of side data the first pictures have. */
    private static Set<Integer> sideDataOf(Demuxer demuxer, Track video) {
        Set<Integer> types = new TreeSet<>();
        int[] pictures = {0};
        try (VideoDecoder decoder = new VideoDecoder(video, 1)) {
            while (pictures[0] < PICTURES) {
                try (Packet packet = demuxer.read()) {
                    if (packet == null) {
                        break;
                    }
                    if (packet.trackIndex() == video.index()) {
                        decoder.decode(
                                packet,
                                picture -> {
                                    types.addAll(SideData.types(picture.raw()));
                                    picture.close();
                                    pictures[0]++;
                                });
                    }
                }
            }
        } catch (MediaException e) {
            return types; // It has been decoded elsewhere.
        }
        return types;
    }
}
