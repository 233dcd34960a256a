package io.upriver.train;

import io.upriver.data.BatchSource;
import io.upriver.data.CodedPairs;
import io.upriver.data.CodedSettings;
import io.upriver.data.Crops;
import io.upriver.data.ImagePair;
import io.upriver.data.Mixture;
import io.upriver.data.Mixture.Part;
import io.upriver.data.Picture;
import io.upriver.learn.TrainingSettings;
import io.upriver.student.StudentSpec;
import java.io.PrintWriter;
import java.util.List;

/** Pictures that went through a video codec, where the settings ask for them. */
final class CodedData {
    private static final long VALIDATION_SEED = 1;

    private CodedData() {}

    /** The clean batches, mixed with coded ones. */
    static BatchSource mixed(
            BatchSource clean,
            List<ImagePair> training,
            StudentSpec student,
            TrainingSettings settings,
            PrintWriter log) {
        double share = settings.codedShare();
        if (share == 0) {
            return clean;
        }
        List<ImagePair> coded = make(training, student, CodedSettings.defaults(), settings.seed());
        log.printf("coded: %d pairs%n", coded.size());
        log.flush();
        Crops crops = Crops.of(coded, settings.batch(), settings.patch(), settings.seed());
        // With the seed of the mixture inside, both would draw the same number in a step.
        long seed = ~settings.seed();
        return new Mixture(List.of(new Part(clean, 1 - share), new Part(crops, share)), seed);
    }

    /** Pairs to choose by: coded ones if coded ones are trained on. The same for every run. */
    static List<ImagePair> validation(
            List<ImagePair> clean, StudentSpec student, TrainingSettings settings) {
        return settings.codedShare() == 0
                ? clean
                : make(clean, student, CodedSettings.defaults(), VALIDATION_SEED);
    }

    private static List<ImagePair> make(
            List<ImagePair> pairs, StudentSpec student, CodedSettings settings, long seed) {
        if (student.channels() != 1) {
            throw new IllegalArgumentException(
                    "settings: codedShare is above 0, allowed is 0 for a student in colour");
        }
        List<Picture> pictures = pairs.stream().map(ImagePair::high).toList();
        return CodedPairs.make(pictures, settings, student.scale(), seed);
    }
}
