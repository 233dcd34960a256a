package io.upriver.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.engine.EngineSettings;
import io.upriver.engine.ExecutionProviders;
import io.upriver.engine.FrameBatcher;
import io.upriver.engine.ProviderPreference;
import io.upriver.engine.TestNetworks;
import io.upriver.frame.Plane;
import io.upriver.media.Clips;
import io.upriver.media.Demuxer;
import io.upriver.media.EncoderSettings;
import io.upriver.media.Packet;
import io.upriver.media.Picture;
import io.upriver.media.VideoDecoder;
import io.upriver.model.ModelLease;
import io.upriver.model.ModelRegistry;
import io.upriver.observe.StageTimes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
                enlarge(bytes, "none", 3, expected);
                enlarge(tenBits, "none", 3, actual);

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

    @Test
    void changesNoSampleWithANetworkThatChangesNone() {
        for (String format : List.of("yuv420p", "gray", "yuv422p10le", "yuv444p12le")) {
            // Given: one that goes through the network as a whole, and one that is cut into strips
            for (String size : List.of("37x23", "1001x701")) {
                Path clip = clip("same.mkv", size, format, "");

                // When
                List<Plane> enlarged = new ArrayList<>();
                enlarge(clip, "same", 1, enlarged);

                // Then
                assertSameSamples(clip, enlarged, format + " " + size);
            }
        }
    }

    /** The oracle is the ffmpeg program's decoder. */
    private void assertSameSamples(Path clip, List<Plane> planes, String what) {
        Path raw = Clips.make(directory.resolve("same.yuv"), clip, "-i FILE -f rawvideo");
        ByteBuffer expected = ByteBuffer.wrap(Clips.bytes(raw)).order(ByteOrder.LITTLE_ENDIAN);
        for (Plane plane : planes) {
            for (int y = 0; y < plane.height(); y++) {
                for (int x = 0; x < plane.width(); x++) {
                    boolean isByte = plane.bytesPerSample() == 1;
                    int sample = isByte ? expected.get() & 0xFF : expected.getShort();
                    if (sample != plane.sample(x, y)) {
                        assertEquals(sample, plane.sample(x, y), what + " at " + x + "," + y);
                    }
                }
            }
        }
        assertEquals(0, expected.remaining(), what);
    }

    private Path clip(String name, String size, String format, String further) {
        return Clips.make(
                directory.resolve(name),
                "-f lavfi -i testsrc2=size=%s:rate=10:duration=0.1,format=%s%s -c:v ffv1"
                        .formatted(size, format, further));
    }

    /** Copies of all planes of the first picture, enlarged by a model. */
    private static void enlarge(Path clip, String model, int scale, List<Plane> into) {
        try (ModelRegistry models =
                        new ModelRegistry(
                                ExecutionProviders.choose(
                                        EngineSettings.defaults().with(ProviderPreference.CPU)));
                FrameBatcher batcher = new FrameBatcher(1);
                ModelLease lease = published(models).lease(model, scale, "cam");
                FrameEnlarger enlarger =
                        new FrameEnlarger(
                                lease, batcher, PictureLimits.DEFAULT.made(), new StageTimes());
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

    private static ModelRegistry published(ModelRegistry models) {
        models.publish("same", TestNetworks.same());
        return models;
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
