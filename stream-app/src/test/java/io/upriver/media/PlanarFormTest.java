package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt_name;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.ffmpeg.avutil.AVComponentDescriptor;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.javacpp.BytePointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanarFormTest {

    private static final int WIDTH = 37;
    private static final int HEIGHT = 21;

    @ParameterizedTest
    @CsvSource({
        "nv12, yuv420p",
        "nv21, yuv420p",
        "nv16, yuv422p",
        "nv24, yuv444p",
        "nv42, yuv444p",
        "nv20le, yuv422p10le",
        "p010le, yuv420p10le",
        "p012le, yuv420p12le",
        "p016le, yuv420p16le",
        "p210le, yuv422p10le",
        "p216le, yuv422p16le",
        "p410le, yuv444p10le",
        "p416le, yuv444p16le"
    })
    void givesEachKindOfChromaItsPlaneAndChangesNoValue(String together, String apart) {
        // Given
        AVFrame frame = frame(together);
        frame.pts(4711);
        fill(frame, new Random(17));
        List<Integer> expected = samples(frame);

        // When
        try (PlanarForm planar = new PlanarForm()) {
            AVFrame made = planar.of(frame);

            // Then
            assertEquals(apart, av_get_pix_fmt_name(made.format()).getString());
            assertEquals(expected, samples(made));
            assertEquals(4711, made.pts());
            av_frame_free(made);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"yuv420p", "yuv422p10le", "gray", "rgb24"})
    void leavesOtherLayoutsAlone(String layout) {
        AVFrame frame = frame(layout);
        try (PlanarForm planar = new PlanarForm()) {
            assertSame(frame, planar.of(frame));
        }
        av_frame_free(frame);
    }

    private static AVFrame frame(String layout) {
        AVFrame frame = av_frame_alloc();
        frame.format(av_get_pix_fmt(layout)).width(WIDTH).height(HEIGHT);
        Ffmpeg.check(av_frame_get_buffer(frame, 0), "av_frame_get_buffer");
        return frame;
    }

    private interface Visitor {
        void visit(BytePointer row, long at, AVComponentDescriptor component);
    }

    /** Goes through the samples of luma, then of both kinds of chroma, row by row. */
    private static void each(AVFrame frame, Visitor visitor) {
        AVPixFmtDescriptor layout = av_pix_fmt_desc_get(frame.format());
        for (int c = 0; c < 3; c++) {
            AVComponentDescriptor component = layout.comp(c);
            int across = c == 0 ? 0 : layout.log2_chroma_w();
            int down = c == 0 ? 0 : layout.log2_chroma_h();
            for (int y = 0; y < (HEIGHT + (1 << down) - 1) >> down; y++) {
                for (int x = 0; x < (WIDTH + (1 << across) - 1) >> across; x++) {
                    long at =
                            (long) y * frame.linesize(component.plane())
                                    + (long) x * component.step()
                                    + component.offset();
                    visitor.visit(frame.data(component.plane()), at, component);
                }
            }
        }
    }

    private static void fill(AVFrame frame, Random random) {
        each(
                frame,
                (data, at, component) -> {
                    int bits = random.nextInt(1 << component.depth()) << component.shift();
                    data.put(at, (byte) bits);
                    if (component.depth() > 8) {
                        data.put(at + 1, (byte) (bits >> 8));
                    }
                });
    }

    private static List<Integer> samples(AVFrame frame) {
        List<Integer> samples = new ArrayList<>();
        each(
                frame,
                (data, at, component) -> {
                    int bits = data.get(at) & 0xff;
                    if (component.depth() > 8) {
                        bits |= (data.get(at + 1) & 0xff) << 8;
                    }
                    samples.add(bits >> component.shift());
                });
        return samples;
    }
}
