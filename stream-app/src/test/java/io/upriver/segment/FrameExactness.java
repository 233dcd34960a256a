package io.upriver.segment;

import io.upriver.ingest.FileIngest;
import io.upriver.media.Clips;
import io.upriver.media.Demuxer;
import io.upriver.media.Packet;
import io.upriver.media.Picture;
import io.upriver.media.Splitter;
import io.upriver.observe.StageTimes;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Deinterlace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Whether a job decodes the frames that the {@code ffmpeg} program decodes: each sample of each
 * plane, the same frames in the same order, once each.
 *
 * <p>The file is cut into segments as a job does it, and each is decoded by itself as a worker does
 * it, up to where frames would be deinterlaced and enlarged. The program decodes it in one go,
 * turning and scaling nothing.
 *
 * @param segments into which the file was cut
 * @param decoded frames that the job decodes
 * @param expected frames that the program decodes
 * @param different frames that the one has and the other has not at that place
 * @param firstDifferent number of the first of them, or -1
 * @param layouts pixel formats of the frames that the job decodes
 * @param expectedLayouts pixel formats of those that the program decodes
 * @param concealed frames in which the job's decoder has concealed damage
 */
public record FrameExactness(
        int segments,
        int decoded,
        int expected,
        int different,
        int firstDifferent,
        Set<String> layouts,
        Set<String> expectedLayouts,
        long concealed) {

    private static final WorkerLimits LIMITS =
            new WorkerLimits(Duration.ofMinutes(2), 1 << 28, PictureLimits.DEFAULT, 1, 1, 1);

    /**
     * Decodes a file both ways.
     *
     * @param segmentSeconds how long segments are to be at least
     * @return for each of these lengths
     */
    public static List<FrameExactness> of(Path file, double... segmentSeconds) {
        List<FrameExactness> all = new ArrayList<>();
        List<String> expected = null;
        Set<String> expectedLayouts = Set.of();
        for (double seconds : segmentSeconds) {
            List<String> decoded = new ArrayList<>();
            Set<String> layouts = new TreeSet<>();
            AtomicLong concealed = new AtomicLong();
            int segments = 0;
            try (Splitter splitter = new Splitter(file, seconds, Long.MAX_VALUE)) {
                if (expected == null) {
                    expected = Clips.frameHashes(file, splitter.video().index());
                    expectedLayouts = Clips.layouts(file, splitter.video().index());
                }
                for (Splitter.Piece p = splitter.next(); p != null; p = splitter.next()) {
                    decode(
                            p,
                            segments++,
                            picture -> {
                                decoded.add(Clips.shown(picture).md5());
                                layouts.add(picture.layout().name());
                                concealed.addAndGet(picture.isConcealed() ? 1 : 0);
                            });
                }
            }
            all.add(
                    new FrameExactness(
                            segments,
                            decoded.size(),
                            expected.size(),
                            Math.max(decoded.size(), expected.size()) - inCommon(decoded, expected),
                            firstDifferent(decoded, expected),
                            layouts,
                            expectedLayouts,
                            concealed.get()));
        }
        return all;
    }

    private static void decode(Splitter.Piece piece, long sequence, Consumer<Picture> pictures) {
        Segment segment = FileIngest.segmentOf("file", sequence, piece, false);
        try (Demuxer demuxer = Demuxer.open(segment.data())) {
            DecodeStage decoding =
                    new DecodeStage(
                            segment,
                            demuxer,
                            StreamSettings.DEFAULT.withDeinterlace(Deinterlace.OFF),
                            LIMITS,
                            new AtomicBoolean(),
                            new StageTimes());
            decoding.run(
                    picture -> {
                        try (picture) {
                            pictures.accept(picture);
                        }
                    },
                    Packet::close);
        }
    }

    private static int firstDifferent(List<String> a, List<String> b) {
        int both = Math.min(a.size(), b.size());
        int first = 0;
        while (first < both && a.get(first).equals(b.get(first))) {
            first++;
        }
        return first == Math.max(a.size(), b.size()) ? -1 : first;
    }

    /** Length of the longest sequence that both contain, with gaps. */
    private static int inCommon(List<String> a, List<String> b) {
        int[] before = new int[b.size() + 1];
        for (String frame : a) {
            int[] here = new int[b.size() + 1];
            for (int i = 1; i <= b.size(); i++) {
                here[i] =
                        frame.equals(b.get(i - 1))
                                ? before[i - 1] + 1
                                : Math.max(here[i - 1], before[i]);
            }
            before = here;
        }
        return before[b.size()];
    }

    /** True where both have the same frames. */
    public boolean isExact() {
        return different == 0 && layouts.equals(expectedLayouts);
    }

    @Override
    public String toString() {
        String all = "%d segments, %d frames %s".formatted(segments, decoded, layouts);
        return isExact()
                ? all
                : "%s, expected %d %s, %d different from frame %d on"
                        .formatted(all, expected, expectedLayouts, different, firstDifferent);
    }
}
