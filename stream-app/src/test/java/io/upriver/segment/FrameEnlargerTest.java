package io.upriver.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.engine.EngineSettings;
import io.upriver.engine.ExecutionProviders;
import io.upriver.engine.FrameBatcher;
import io.upriver.engine.ProviderPreference;
import io.upriver.frame.Plane;
import io.upriver.media.Clips;
import io.upriver.media.Demuxer;
import io.upriver.media.EncoderSettings;
import io.upriver.media.Packet;
import io.upriver.media.Picture;
import io.upriver.media.VideoDecoder;
import io.upriver.model.ModelLease;
import io.upriver.model.ModelRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameEnlargerTest {

    @TempDir Path directory;

    @Test
    void makesOfTenBitsFourTimesWhatItMakesOfBytesInEveryPlane() {
        for (String format : List.of("yuv420p", "yuv422p", "yuv444p", "yuva420p")) {
            for (String size : List.of("64x36", "37x23")) {
                // Given: the same picture twice, and an odd size
                Path bytes = clip("bytes.mkv", size, format, "");
                Path tenBits = clip("ten.mkv", size, format, ",format=" + format + "10le");

                // When
                List<Plane> expected = new ArrayList<>();
                List<Plane> actual = new ArrayList<>();
                enlarge(bytes, expected);
                enlarge(tenBits, actual);

                // Then
                assertEquals(expected.size(), actual.size());
                for (int plane = 0; plane < expected.size(); plane++) {
                    assertFourTimes(
                            expected.get(plane),
                            actual.get(plane),
                            "%s %s plane %d".formatted(format, size, plane));
                }
            }
        }
    }

    private Path clip(String name, String size, String format, String further) {
        return Clips.make(
                directory.resolve(name),
                "-f lavfi -i testsrc2=size=%s:rate=10:duration=0.1,format=%s%s -c:v ffv1"
                        .formatted(size, format, further));
    }

    /** Copies of all planes of the first picture, enlarged. */
    private static void enlarge(Path clip, List<Plane> into) {
        try (ModelRegistry models =
                        new ModelRegistry(
                                ExecutionProviders.choose(
                                        EngineSettings.defaults().with(ProviderPreference.CPU)));
                FrameBatcher batcher = new FrameBatcher(1);
                ModelLease interpolation = models.lease("none", 3);
                FrameEnlarger enlarger = new FrameEnlarger(interpolation, batcher);
                Demuxer demuxer = Demuxer.open(Clips.bytes(clip));
                VideoDecoder decoder = new VideoDecoder(demuxer.mainVideo(), 1)) {
            for (Packet next = demuxer.read(); next != null; next = demuxer.read()) {
                try (Packet packet = next) {
                    decoder.decode(packet, picture -> enlarge(enlarger, picture, into));
                }
            }
            decoder.decode(null, picture -> enlarge(enlarger, picture, into));
        }
    }

    private static void enlarge(FrameEnlarger enlarger, Picture picture, List<Plane> into) {
        try (Enlarged enlarged = enlarger.enlarge(picture, EncoderSettings.of("ffv1", 1))) {
            for (Plane plane : enlarged.await().planes()) {
                Plane copy = Plane.allocate(plane.width(), plane.height(), plane.bitDepth());
                copy.data().put(0, plane.data(), 0, copy.data().capacity());
                into.add(copy);
            }
        }
    }

    private static void assertFourTimes(Plane bytes, Plane tenBits, String what) {
        assertEquals(bytes.width(), tenBits.width(), what);
        assertEquals(bytes.height(), tenBits.height(), what);
        for (int y = 0; y < bytes.height(); y++) {
            for (int x = 0; x < bytes.width(); x++) {
                // within half a byte's code value, but for white, where ten bits go on
                int tolerance = bytes.sample(x, y) == 255 ? 3 : 2;
                assertEquals(4 * bytes.sample(x, y), tenBits.sample(x, y), tolerance, what);
            }
        }
    }
}
