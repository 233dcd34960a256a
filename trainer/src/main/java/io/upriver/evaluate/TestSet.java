package io.upriver.evaluate;

import io.upriver.data.Bicubic;
import io.upriver.data.ImageFolders;
import io.upriver.data.ImagePair;
import io.upriver.data.Picture;
import io.upriver.data.Psnr;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Pictures to measure a network on: the mean over the pictures of the luma PSNR, on bytes, without
 * {@code scale} pixels at each border.
 *
 * @param name the folder's
 * @param pairs pictures and their shrunken copies
 */
public record TestSet(String name, List<ImagePair> pairs) {

    public TestSet {
        pairs = List.copyOf(pairs);
    }

    /**
     * Reads a folder of pictures. Unreadable ones are an error here: a mean over fewer would
     * mislead.
     */
    public static TestSet read(Path folder, int scale, int channels) throws IOException {
        ImageFolders found = ImageFolders.read(List.of(folder));
        if (!found.unreadable().isEmpty()) {
            throw new IOException(folder + ": unreadable " + found.unreadable());
        }
        return new TestSet(
                folder.toAbsolutePath().normalize().getFileName().toString(),
                found.images().parallelStream()
                        .map(
                                image ->
                                        ImagePair.of(
                                                image.file().toString(),
                                                image.picture().toChannels(channels),
                                                scale))
                        .toList());
    }

    /** Of bicubic enlargement. */
    public double bicubicPsnr() {
        return psnr(1, low -> Bicubic.enlarge(low, pairs.get(0).scale()));
    }

    /**
     * Of an upscaler that takes pictures with sides that are a multiple of {@code multiple}: others
     * are grown by repeating their last row and column, and the output is cut back.
     */
    public double psnr(int multiple, UnaryOperator<Picture> upscaler) {
        double sum = 0;
        for (ImagePair pair : pairs) {
            Picture upscaled =
                    upscaler.apply(pair.low().padToMultiple(multiple))
                            .crop(0, 0, pair.high().width(), pair.high().height());
            sum += Psnr.decibels(pair.high(), upscaled, pair.scale());
        }
        return sum / pairs.size();
    }
}
