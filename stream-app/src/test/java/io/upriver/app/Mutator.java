package io.upriver.app;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Damages files in the ways in which disks, networks and hostile people do. The same seed, the same
 * damage.
 */
final class Mutator {

    /** What is done to a file. */
    enum Damage {
        FLIP_BITS,
        TRUNCATE,
        ZERO_A_RANGE,
        REPEAT_A_RANGE,
        CUT_OUT_A_RANGE,
        SPLICE,
        SWAP_BOXES,
        HOSTILE_SIZE
    }

    private static final int[] HOSTILE = {
        0, 1, 7, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x0100_0000
    };
    private static final int BOX_HEADER = 8;

    private final SplittableRandom random;
    private Damage latest = Damage.FLIP_BITS;

    Mutator(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** A damaged copy; {@code other} is what is spliced in. */
    byte[] damage(byte[] file, byte[] other) {
        latest = Damage.values()[random.nextInt(Damage.values().length)];
        byte[] copy = file.clone();
        return switch (latest) {
            case FLIP_BITS -> flipBits(copy);
            case TRUNCATE -> Arrays.copyOf(copy, random.nextInt(copy.length + 1));
            case ZERO_A_RANGE -> {
                int[] range = range(copy);
                Arrays.fill(copy, range[0], range[1], (byte) 0);
                yield copy;
            }
            case REPEAT_A_RANGE -> {
                int[] range = range(copy);
                yield joined(copy, 0, range[1], copy, range[0], copy.length);
            }
            case CUT_OUT_A_RANGE -> {
                int[] range = range(copy);
                yield joined(copy, 0, range[0], copy, range[1], copy.length);
            }
            case SPLICE -> {
                int[] from = range(other);
                yield joined(copy, 0, random.nextInt(copy.length), other, from[0], other.length);
            }
            case SWAP_BOXES -> swapBoxes(copy);
            case HOSTILE_SIZE -> hostileSize(copy);
        };
    }

    /** What was done last. */
    Damage latest() {
        return latest;
    }

    private byte[] flipBits(byte[] file) {
        int flips = 1 << random.nextInt(8);
        for (int i = 0; i < flips; i++) {
            file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return file;
    }

    private int[] range(byte[] file) {
        int from = random.nextInt(file.length);
        int most = 1 << random.nextInt(14);
        return new int[] {from, Math.min(file.length, from + 1 + random.nextInt(most))};
    }

    private static byte[] joined(byte[] a, int fromA, int toA, byte[] b, int fromB, int toB) {
        byte[] both = Arrays.copyOf(Arrays.copyOfRange(a, fromA, toA), toA - fromA + toB - fromB);
        System.arraycopy(b, fromB, both, toA - fromA, toB - fromB);
        return both;
    }

    /** Swaps two neighbours among the boxes of an MP4 file, or two pieces of another one. */
    private byte[] swapBoxes(byte[] file) {
        List<Integer> starts = boxes(file);
        if (starts.size() < 3) {
            int cut = 1 + random.nextInt(file.length - 1);
            return joined(file, cut, file.length, file, 0, cut);
        }
        int i = random.nextInt(starts.size() - 2);
        int a = starts.get(i);
        int b = starts.get(i + 1);
        int end = starts.get(i + 2);
        byte[] swapped = joined(file, 0, a, file, b, end);
        return joined(
                joined(swapped, 0, swapped.length, file, a, b), 0, end, file, end, file.length);
    }

    /** Where the outermost boxes begin, and where the last one ends. */
    private static List<Integer> boxes(byte[] file) {
        List<Integer> starts = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.wrap(file);
        int at = 0;
        while (at + BOX_HEADER <= file.length) {
            starts.add(at);
            int size = buffer.getInt(at);
            if (size < BOX_HEADER || size > file.length - at) {
                return List.of();
            }
            at += size;
        }
        starts.add(at);
        return starts;
    }

    /**
     * Puts an impossible number where a number of 32 bits may stand: near a box's name if there
     * are.
     */
    private byte[] hostileSize(byte[] file) {
        ByteBuffer buffer = ByteBuffer.wrap(file);
        int at = random.nextInt(Math.max(1, file.length - Integer.BYTES));
        for (int i = at; i + 2 * Integer.BYTES < file.length; i++) {
            if (isName(file, i + Integer.BYTES)) {
                at =
                        i
                                + (random.nextBoolean()
                                        ? 0
                                        : BOX_HEADER + Integer.BYTES * random.nextInt(4));
                break;
            }
        }
        if (at + Integer.BYTES <= file.length) {
            buffer.putInt(at, HOSTILE[random.nextInt(HOSTILE.length)]);
        }
        return file;
    }

    private static boolean isName(byte[] file, int at) {
        for (int i = at; i < at + Integer.BYTES; i++) {
            if (file[i] < 'a' || file[i] > 'z') {
                return false;
            }
        }
        return true;
    }
}
