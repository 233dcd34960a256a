package io.upriver.data;

import io.upriver.data.ImageFolders.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * The pictures of a training run: most to learn from, a few set apart to choose by.
 *
 * @param training pairs to cut crops from
 * @param validation pairs that are never trained on
 * @param digest identifies the set of pictures: {@link ImageFolders#digest()}
 * @param folders what was found, for reports
 */
public record TrainingData(
        List<ImagePair> training, List<ImagePair> validation, String digest, ImageFolders folders) {

    /**
     * Reads the folders and sets {@code validationCount} pictures apart: those with the smallest
     * content hashes, so that the choice depends on nothing but the pictures.
     *
     * @param channels 1: pairs of luma, 3: of colour
     * @param smallestSide pictures whose shrunken copy has a shorter side than this are an error
     */
    public static TrainingData read(
            List<Path> folders, int scale, int channels, int validationCount, int smallestSide)
            throws IOException {
        ImageFolders found = ImageFolders.read(folders);
        List<Image> byHash =
                found.images().stream().sorted(Comparator.comparing(Image::sha256)).toList();
        if (byHash.size() <= validationCount) {
            throw new IOException(
                    folders
                            + ": "
                            + byHash.size()
                            + " pictures, but "
                            + validationCount
                            + " are set apart for validation");
        }
        List<ImagePair> pairs =
                byHash.parallelStream()
                        .map(
                                image ->
                                        ImagePair.of(
                                                image.file().toString(),
                                                image.picture().toChannels(channels),
                                                scale))
                        .toList();
        for (ImagePair pair : pairs) {
            if (Math.min(pair.low().width(), pair.low().height()) < smallestSide) {
                throw new IOException(
                        pair.name()
                                + ": "
                                + pair.high().width()
                                + "x"
                                + pair.high().height()
                                + " is too small for crops of "
                                + smallestSide * scale);
            }
        }
        return new TrainingData(
                pairs.subList(validationCount, pairs.size()),
                pairs.subList(0, validationCount),
                found.digest(),
                found);
    }
}
