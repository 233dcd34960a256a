package io.upriver.demo;

import io.upriver.media.Demuxer;
import io.upriver.media.Muxer;
import io.upriver.media.Packet;
import io.upriver.media.SegmentFormat;
import io.upriver.media.TimeBase;
import io.upriver.media.Track;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The clip as segments of a live stream without end: MPEG-TS, two seconds each, from a key frame to
 * the next, times going on from one to the next.
 *
 * <p>The sound does not come from the clip: its packets of 1024 samples do not fit into every
 * number of seconds, so they would not join. They are cut out of the middle of two loops of the
 * tone, which are whole packets, and follow a count of their own.
 */
public final class EndlessClip {

    /** How long a segment plays. */
    public static final int SEGMENT_SECONDS = DemoClip.GROUP_SECONDS;

    /** Before the clock of transport streams, 26.5 hours, begins again. */
    private static final long LAP_SECONDS = 24 * 3600;

    /** Decoding begins before the first picture is shown, and times must not be negative. */
    private static final long START_SECONDS = 10;

    private static final TimeBase SECONDS = new TimeBase(1, 1);
    private static final int LOOP_SECONDS = DemoClip.LOOP_SECONDS;

    private final DemoClip clip;
    private final Path tone;

    /**
     * @param tone where a file for the sound is made; who owns the clip owns it too
     */
    public EndlessClip(DemoClip clip, Path tone) throws IOException {
        this.clip = clip;
        this.tone = tone;
        DemoClip.makeTone(tone);
    }

    /** True where the times of this segment do not go on from the one before: once a day. */
    public boolean isDiscontinuity(long number) {
        return number > 0 && number * SEGMENT_SECONDS % LAP_SECONDS == 0;
    }

    /** A segment, counted from 0. */
    public byte[] segment(long number) {
        long start = number * SEGMENT_SECONDS % LAP_SECONDS;
        int group = (int) (number % (clip.seconds() / SEGMENT_SECONDS));
        try (Demuxer pictures = Demuxer.open(clip.small());
                Demuxer sounds = Demuxer.open(tone)) {
            Track video = pictures.mainVideo();
            try (Muxer muxer = Muxer.segment(SegmentFormat.MPEG_TS, video)) {
                int videoIndex = muxer.addCopy(video);
                int audioIndex = muxer.addCopy(sounds.tracks().get(0));
                muxer.start();
                muxer.delay(START_SECONDS + start - (long) group * SEGMENT_SECONDS, SECONDS);
                writeGroup(pictures, video.index(), group, muxer, videoIndex);
                writeSound(sounds, start, muxer, audioIndex);
                return muxer.finishBytes();
            }
        }
    }

    private static void writeGroup(
            Demuxer pictures, int track, int wanted, Muxer muxer, int index) {
        int group = -1;
        for (Packet next = pictures.read(); next != null; next = pictures.read()) {
            try (Packet packet = next) {
                if (packet.trackIndex() != track) {
                    continue;
                }
                group += packet.isKeyFrame() ? 1 : 0;
                if (group == wanted) {
                    muxer.write(index, packet.share());
                }
            }
        }
    }

    private static void writeSound(Demuxer sounds, long start, Muxer muxer, int index) {
        long loops = start / LOOP_SECONDS;
        long from = LOOP_SECONDS + start % LOOP_SECONDS;
        muxer.delay(START_SECONDS + (loops - 1) * LOOP_SECONDS, SECONDS);
        for (Packet next = sounds.read(); next != null; next = sounds.read()) {
            try (Packet packet = next) {
                double time = packet.timeBase().toNanos(packet.ptsTicks()) / 1e9;
                if (time >= from && time < from + SEGMENT_SECONDS) {
                    muxer.write(index, packet.share());
                }
            }
        }
    }
}
