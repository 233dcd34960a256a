package io.upriver.media;

import io.upriver.media.Mp4Boxes.Box;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A segment of fragmented MP4 that is put together from one of video and the sound that came apart
 * from it: one init section with all tracks, then the sound, a fragment for each run of samples,
 * then the fragments of video as they came but for their numbers.
 */
public final class SegmentWithSound {

    private SegmentWithSound() {}

    /** Whether a segment of fragmented MP4 has sound of its own. */
    public static boolean hasSound(byte[] segment) {
        return timing(FragmentCutter.initOf(segment)).hasSound();
    }

    /**
     * Puts a segment together.
     *
     * @param video as {@link FragmentCutter} cuts it
     * @param tracks the samples of each track of sound, all of a track coded alike; none of them
     *     empty
     * @throws CutException if an init section is damaged
     */
    public static byte[] of(byte[] video, List<List<SoundSamples>> tracks) {
        if (tracks.isEmpty()) {
            return video;
        }
        try {
            return together(video, tracks);
        } catch (BufferUnderflowException
                | IllegalArgumentException
                | IndexOutOfBoundsException e) {
            throw new CutException(
                    CutException.Kind.BROKEN,
                    "expected whole init sections of video and sound, one ends within a box");
        }
    }

    private static byte[] together(byte[] video, List<List<SoundSamples>> tracks) {
        byte[] alone = FragmentCutter.initOf(video);
        List<SoundTrack> sounds = tracks.stream().map(all -> all.get(0).track()).toList();
        InitWithSound init = InitWithSound.of(alone, sounds);
        ByteArrayOutputStream segment = new ByteArrayOutputStream();
        segment.writeBytes(init.bytes());
        int number = 0;
        for (int i = 0; i < tracks.size(); i++) {
            for (SoundSamples samples : tracks.get(i)) {
                number++;
                segment.writeBytes(samples.fragment(init.ids().get(i), number));
            }
        }
        byte[] rest = Arrays.copyOfRange(video, alone.length, video.length);
        moveFragments(rest, timing(alone), segment.size() - alone.length, number);
        segment.writeBytes(rest);
        return segment.toByteArray();
    }

    private static void moveFragments(byte[] media, Mp4Timing timing, int by, int before) {
        int number = before;
        for (Box box : Mp4Bytes.all(media, 0)) {
            if (box.type().equals("moof")) {
                int start = (int) box.content() - Mp4Boxes.HEADER;
                ByteBuffer moof = ByteBuffer.wrap(media, start, (int) box.end() - start).slice();
                byte[] bytes = Arrays.copyOfRange(media, start, (int) box.end());
                for (int at : timing.read(bytes).baseOffsets()) {
                    moof.putLong(at, moof.getLong(at) + by);
                }
                number++;
                ByteBuffer header = Mp4Bytes.at(media, Mp4Bytes.find(media, box, List.of("mfhd")));
                header.putInt(header.position() + 4, number);
            }
        }
    }

    private static Mp4Timing timing(byte[] init) {
        Box index = SoundTrack.index(init);
        return Mp4Timing.of(
                Arrays.copyOfRange(
                        init, (int) index.content() - Mp4Boxes.HEADER, (int) index.end()));
    }
}
