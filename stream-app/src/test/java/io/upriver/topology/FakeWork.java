package io.upriver.topology;

import io.upriver.schemas.Container;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.PictureSize;
import io.upriver.schemas.Segment;
import io.upriver.schemas.Shortcut;
import io.upriver.schemas.StreamSettings;
import io.upriver.segment.SegmentResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Work without pixels: by default each segment's bytes come back behind the word "large". */
final class FakeWork implements SegmentWork {

    static final Outcome OUTCOME =
            new Outcome(
                    Outcome.Method.NETWORK,
                    null,
                    null,
                    null,
                    "0123456789abcdef",
                    2,
                    50,
                    1,
                    0,
                    0,
                    List.of(new PictureSize(256, 144)),
                    10,
                    20,
                    30,
                    40,
                    "worker-1");

    static final Outcome PASSED_THROUGH =
            new Outcome(
                    Outcome.Method.PASSTHROUGH,
                    "behind schedule: late",
                    null,
                    new Shortcut("default", Shortcut.Code.LATE, "behind schedule: late"),
                    null,
                    1,
                    50,
                    0,
                    0,
                    0,
                    List.of(new PictureSize(128, 72)),
                    0,
                    0,
                    0,
                    0,
                    "worker-1");

    final List<Segment> segments = new CopyOnWriteArrayList<>();
    final List<StreamSettings> settings = new CopyOnWriteArrayList<>();
    private volatile Function<Segment, SegmentResult> work = FakeWork::large;

    void does(Function<Segment, SegmentResult> work) {
        this.work = work;
    }

    @Override
    public SegmentResult upscale(Segment segment, StreamSettings wanted, long producedMillis) {
        segments.add(segment);
        settings.add(wanted);
        return work.apply(segment);
    }

    @Override
    public SegmentResult passThrough(Segment segment, StreamSettings wanted, long producedMillis) {
        return new SegmentResult.Upscaled(segment, PASSED_THROUGH, null, null);
    }

    @Override
    public String worker() {
        return "worker-1";
    }

    static SegmentResult large(Segment segment) {
        return new SegmentResult.Upscaled(
                segment.withMedia(Container.MP4, large(segment.data())), OUTCOME, null, null);
    }

    static byte[] large(byte[] media) {
        byte[] word = "large".getBytes(StandardCharsets.UTF_8);
        byte[] both = new byte[word.length + media.length];
        System.arraycopy(word, 0, both, 0, word.length);
        System.arraycopy(media, 0, both, word.length, media.length);
        return both;
    }

    /** Bytes that begin like a transport stream. */
    static byte[] transportStream() {
        byte[] media = new byte[400];
        media[0] = 0x47;
        media[188] = 0x47;
        return media;
    }
}
