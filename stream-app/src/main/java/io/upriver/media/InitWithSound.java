package io.upriver.media;

import io.upriver.media.Mp4Boxes.Box;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An init section with tracks of sound beside what it had.
 *
 * @param ids of the tracks of sound, in their order
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record InitWithSound(byte[] bytes, List<Integer> ids) {

    /** Puts one together, with numbers of tracks behind those that video has. */
    static InitWithSound of(byte[] video, List<SoundTrack> sounds) {
        Box index = SoundTrack.index(video);
        ByteBuffer clock = behindTimes(video, index, List.of("mvhd"));
        int ticksPerSecond = clock.getInt();
        int next = 1;
        for (Box box : Mp4Bytes.children(video, index)) {
            if (box.type().equals("trak")) {
                next = Math.max(next, behindTimes(video, box, List.of("tkhd")).getInt() + 1);
            }
        }
        List<Integer> ids = new ArrayList<>();
        List<byte[]> tracks = new ArrayList<>();
        List<byte[]> usual = new ArrayList<>();
        for (SoundTrack sound : sounds) {
            tracks.add(track(sound.init(), next, ticksPerSecond));
            usual.add(usual(sound.init(), next));
            ids.add(next);
            next++;
        }
        List<byte[]> boxes = new ArrayList<>();
        for (Box box : Mp4Bytes.children(video, index)) {
            byte[] content = content(video, box);
            if (box.type().equals("mvhd")) {
                ByteBuffer.wrap(content).putInt(content.length - 4, next);
            } else if (box.type().equals("mvex")) {
                boxes.addAll(tracks);
                usual.add(0, content);
                content = concat(usual);
            }
            boxes.add(Mp4Bytes.box(box.type(), content));
        }
        byte[] before = Arrays.copyOf(video, (int) index.content() - Mp4Boxes.HEADER);
        byte[] moov = Mp4Bytes.box("moov", concat(boxes));
        return new InitWithSound(concat(List.of(before, moov)), ids);
    }

    private static byte[] track(byte[] init, int id, int ticksPerSecond) {
        Box index = SoundTrack.index(init);
        byte[] moved = init.clone();
        Box track = Mp4Bytes.find(init, index, List.of("trak"));
        ByteBuffer header = behindTimes(moved, track, List.of("tkhd"));
        header.putInt(header.position(), id);
        int its = behindTimes(init, index, List.of("mvhd")).getInt();
        if (its != ticksPerSecond) {
            scaleEdits(moved, track, (double) ticksPerSecond / its);
        }
        return Mp4Bytes.box("trak", content(moved, track));
    }

    /** How long edits are is said on the clock of the whole, not on that of the track. */
    private static void scaleEdits(byte[] init, Box track, double by) {
        for (Box box : Mp4Bytes.children(init, track)) {
            if (box.type().equals("edts")) {
                ByteBuffer in = Mp4Bytes.at(init, Mp4Bytes.find(init, box, List.of("elst")));
                boolean isLong = in.getInt() >>> 24 == 1;
                for (int left = in.getInt(); left > 0; left--) {
                    int at = in.position();
                    if (isLong) {
                        in.putLong(at, Math.round(in.getLong(at) * by));
                    } else {
                        in.putInt(at, (int) Math.round((in.getInt(at) & 0xFFFFFFFFL) * by));
                    }
                    in.position(at + (isLong ? 20 : 12));
                }
            }
        }
    }

    private static byte[] usual(byte[] init, int id) {
        Box box = Mp4Bytes.find(init, SoundTrack.index(init), List.of("mvex", "trex"));
        byte[] content = content(init, box);
        ByteBuffer.wrap(content).putInt(4, id);
        return Mp4Bytes.box("trex", content);
    }

    private static ByteBuffer behindTimes(byte[] bytes, Box box, List<String> types) {
        return Mp4Bytes.behindTimes(bytes, Mp4Bytes.find(bytes, box, types));
    }

    private static byte[] content(byte[] bytes, Box box) {
        return Arrays.copyOfRange(bytes, (int) box.content(), (int) box.end());
    }

    private static byte[] concat(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
