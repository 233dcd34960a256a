package io.upriver.evaluate;

import io.upriver.data.Bicubic;
import io.upriver.data.ImageFolders;
import io.upriver.data.ImagePair;
import io.upriver.data.Picture;
import io.upriver.data.Psnr;
import io.upriver.data.Ssim;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Pictures to measure a network on: PSNR and SSIM of luma, on bytes, without {@code scale} pixels
 * at each border. A set's figure is the mean over its pictures.
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

    /** Bicubic enlargement, picture by picture. */
    public List<Quality> bicubic() {
        return measure(low -> Bicubic.enlarge(low, pairs.get(0).scale()));
    }

    /** What an upscaler makes of the small copies, picture by picture in the order of the pairs. */
    public List<Quality> measure(UnaryOperator<Picture> upscaler) {
        return pairs.stream().map(pair -> quality(pair, upscaler.apply(pair.low()))).toList();
    }

    private static Quality quality(ImagePair pair, Picture upscaled) {
        try {
            return new Quality(
                    Psnr.decibels(pair.high(), upscaled, pair.scale()),
                    Ssim.mean(pair.high(), upscaled, pair.scale()));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(pair.name() + ": " + e.getMessage(), e);
        }
    }
}
