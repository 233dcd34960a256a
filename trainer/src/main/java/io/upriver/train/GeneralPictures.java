package io.upriver.train;

import io.upriver.data.BatchSource;
import io.upriver.data.CodedPairs;
import io.upriver.data.CodedSettings;
import io.upriver.data.Crops;
import io.upriver.data.ImagePair;
import io.upriver.data.Mixture;
import io.upriver.data.Mixture.Part;
import io.upriver.data.TrainingData;
import io.upriver.learn.TrainingSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * Pictures of anything, coded as a stream is: a student that is adapted to the stream learns from
 * some of them on the way, so that it does not forget the rest of the world, and is judged by
 * others.
 */
final class GeneralPictures {
    private static final long SEED = 1;

    @Option(
            names = "--data",
            arity = "1..*",
            paramLabel = "DIR",
            description =
                    "Folders of pictures: it goes on learning from them as well, and may not lose much on those that train"
                            + " student sets apart.")
    List<Path> folders = List.of();

    @Option(
            names = "--general",
            defaultValue = "0.5",
            paramLabel = "SHARE",
            description = "Share of the steps that learn from --data, if given (${DEFAULT-VALUE}).")
    double share;

    /**
     * Pairs of luma.
     *
     * @param training to learn from; none without folders
     * @param validation to judge by, the pictures that every training on these folders sets apart
     */
    record Pairs(List<ImagePair> training, List<ImagePair> validation) {}

    Pairs read(CodedSettings coding, int scale, TrainingSettings settings) throws IOException {
        if (folders.isEmpty()) {
            return new Pairs(List.of(), List.of());
        }
        int apart = TrainingSettings.defaults(1, SEED).validationPictures();
        TrainingData data = TrainingData.read(folders, scale, 1, apart, settings.patch());
        return new Pairs(
                share == 0 ? List.of() : coded(data.training(), coding, scale),
                coded(data.validation(), coding, scale));
    }

    private static List<ImagePair> coded(List<ImagePair> clean, CodedSettings coding, int scale) {
        return CodedPairs.make(clean.stream().map(ImagePair::high).toList(), coding, scale, SEED);
    }

    /** The stream's crops, mixed with general ones where there are any. */
    BatchSource mixed(List<ImagePair> stream, List<ImagePair> general, TrainingSettings settings) {
        BatchSource own = crops(stream, settings);
        if (general.isEmpty()) {
            return own;
        }
        List<Part> parts =
                List.of(new Part(own, 1 - share), new Part(crops(general, settings), share));
        return new Mixture(parts, ~settings.seed());
    }

    private static Crops crops(List<ImagePair> pairs, TrainingSettings settings) {
        return Crops.of(pairs, settings.batch(), settings.patch(), settings.seed());
    }
}
