package io.upriver.engine;

import io.upriver.frame.Plane;
import java.nio.ByteBuffer;

/**
 * The part of a frame that the network reads for one region: the region, all samples that have an
 * influence on it, and what rounding to the network's multiple adds.
 *
 * <p>The first column and row are multiples, so that the network's own grid of blocks lies the same
 * in every window of a frame. Columns and rows beyond the right and the lower edge of the frame,
 * there only where its size is not a multiple, repeat its last column and row. At the other edges,
 * and where the frame's size is a multiple, a window ends where the frame ends: there the network
 * does what it does with a whole frame.
 *
 * @param x the first column, in low-resolution samples
 * @param y the first row
 * @param width columns, a multiple
 * @param height rows, a multiple
 */
record Window(int x, int y, int width, int height) {

    /** The smallest window for a region. */
    static Window around(Region region, Plane low, ModelContract contract) {
        int reach = contract.receptiveField();
        int multiple = contract.multiple();
        int x = roundDown(Math.max(0, region.x() - reach), multiple);
        int y = roundDown(Math.max(0, region.y() - reach), multiple);
        int right = Math.min(low.width(), region.x() + region.width() + reach);
        int bottom = Math.min(low.height(), region.y() + region.height() + reach);
        return new Window(x, y, roundUp(right, multiple) - x, roundUp(bottom, multiple) - y);
    }

    /**
     * A window whose size depends on the sizes of region and frame alone and not on where the
     * region lies, at the price of reading more than needed near the edges. For devices on which
     * every new size is dear and a batch needs equal ones.
     */
    static Window ofEqualSize(Region region, Plane low, ModelContract contract) {
        int reach = contract.receptiveField();
        int multiple = contract.multiple();
        int width = equalExtent(region.width(), reach, low.width(), multiple);
        int height = equalExtent(region.height(), reach, low.height(), multiple);
        Window least = around(region, low, contract);
        int x = Math.min(least.x, roundUp(low.width(), multiple) - width);
        int y = Math.min(least.y, roundUp(low.height(), multiple) - height);
        return new Window(x, y, width, height);
    }

    /** True when the window is one run of bytes of a plane of bytes. */
    boolean isRunOf(Plane low) {
        return Form.ofDepth(low.bitDepth()) == Form.BYTES
                && low.isPacked()
                && x == 0
                && width == low.width()
                && y + height <= low.height();
    }

    /** True when the window holds the region and nothing else. */
    boolean isExactly(Region region) {
        return x == region.x()
                && y == region.y()
                && width == region.width()
                && height == region.height();
    }

    /**
     * Copies the window's samples, packed and in the form in which the network takes them, to
     * {@code to} from sample {@code at} on.
     */
    void copyFrom(Plane low, ByteBuffer to, int at) {
        ByteBuffer from = low.data().duplicate().clear();
        Form form = Form.ofDepth(low.bitDepth());
        int present = Math.min(width, low.width() - x);
        int bytes = form.bytesOf(1);
        for (int row = 0; row < height; row++) {
            int rowOfFrame = Math.min(y + row, low.height() - 1);
            int source = rowOfFrame * low.strideBytes() + x * low.bytesPerSample();
            int start = bytes * (at + row * width);
            if (form == Form.BYTES) {
                to.put(start, from, source, present);
            } else {
                DeepSamples.toFloats(from, source, to, start, present, low.bitDepth());
            }
            for (int column = present; column < width; column++) {
                to.put(start + bytes * column, to, start + bytes * (present - 1), bytes);
            }
        }
    }

    /**
     * Copies the samples of a region, upscaled, from the packed upscaled window in {@code from},
     * which begins at sample {@code at}, to their place in {@code high}.
     */
    void copyTo(Plane high, Region region, int scale, ByteBuffer from, int at) {
        ByteBuffer to = high.data().duplicate().clear();
        Form form = Form.ofDepth(high.bitDepth());
        int columns = region.width() * scale;
        int source = at + ((region.y() - y) * width * scale + region.x() - x) * scale;
        int target = (region.y() * high.strideBytes() + region.x() * high.bytesPerSample()) * scale;
        for (int row = 0; row < region.height() * scale; row++) {
            if (form == Form.BYTES) {
                to.put(target, from, source, columns);
            } else {
                DeepSamples.fromFloats(
                        from, form.bytesOf(source), to, target, columns, high.bitDepth());
            }
            source += width * scale;
            target += high.strideBytes();
        }
    }

    /** Samples of the window. */
    int samples() {
        return Math.multiplyExact(width, height);
    }

    private static int equalExtent(int region, int reach, int frame, int multiple) {
        // a window starts up to multiple - 1 before the reach and ends as far behind it
        long most = (long) region + 2L * reach + 2L * (multiple - 1);
        return (int) Math.min(roundUp(frame, multiple), most / multiple * multiple);
    }

    private static int roundDown(int value, int multiple) {
        return value / multiple * multiple;
    }

    private static int roundUp(int value, int multiple) {
        return roundDown(value + multiple - 1, multiple);
    }
}
