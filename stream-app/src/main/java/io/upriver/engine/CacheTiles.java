package io.upriver.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * How a CPU's work on a frame is cut, so that what a network hands from layer to layer stays in the
 * processor's cache.
 *
 * <p>That pays for networks of thin layers, which wait for memory: nano takes 25 ms for a frame of
 * 640x360 as a whole and 16 ms for as many samples in parts of 320x180. Every part is read with a
 * halo, so networks that wait for arithmetic lose by it and are left whole. Immutable.
 */
final class CacheTiles {

    /** Low-resolution samples of a tile: 16 channels of 32 bits, read and written, take 8 MB. */
    private static final int TILE_SAMPLES = 64 * 1024;

    /**
     * A layer that does less arithmetic for each value that it writes waits for memory: a core
     * multiplies about 50 times in the time in which it gets and puts 4 bytes.
     */
    private static final int BALANCE = 64;

    /** With more halo than this share of the samples, cutting gains nothing. */
    private static final double MOST_HALO = 0.2;

    private final boolean isCutting;
    private final int reach;

    /**
     * @param multiplyAddsPerValue of the network, see {@link
     *     io.upriver.graph.OnnxFile#multiplyAddsPerValue}
     */
    CacheTiles(double multiplyAddsPerValue, ModelContract contract) {
        this.isCutting = multiplyAddsPerValue < BALANCE;
        this.reach = contract.receptiveField();
    }

    /** The parts of a region, which cover it without overlap. */
    List<Region> cut(Region region) {
        long samples = (long) region.width() * region.height();
        int least = (int) ((samples - 1) / TILE_SAMPLES + 1);
        if (!isCutting || least == 1) {
            return List.of(region);
        }
        int columns = 1;
        for (int other = 2; other <= least; other++) {
            if (halo(region, other, rows(least, other))
                    < halo(region, columns, rows(least, columns))) {
                columns = other;
            }
        }
        int rows = rows(least, columns);
        return halo(region, columns, rows) > MOST_HALO * samples
                ? List.of(region)
                : grid(region, Math.min(columns, region.width()), Math.min(rows, region.height()));
    }

    private static int rows(int tiles, int columns) {
        return (tiles - 1) / columns + 1;
    }

    /** Samples that are read twice or more often, counted as often. */
    private long halo(Region region, int columns, int rows) {
        return 2L * reach * ((columns - 1L) * region.height() + (rows - 1L) * region.width());
    }

    private static List<Region> grid(Region region, int columns, int rows) {
        List<Region> tiles = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            int top = part(region.height(), row, rows);
            int bottom = part(region.height(), row + 1, rows);
            for (int column = 0; column < columns; column++) {
                int left = part(region.width(), column, columns);
                int right = part(region.width(), column + 1, columns);
                tiles.add(
                        new Region(
                                region.x() + left, region.y() + top, right - left, bottom - top));
            }
        }
        return tiles;
    }

    private static int part(int extent, int index, int parts) {
        return (int) ((long) extent * index / parts);
    }
}
