package io.upriver.teacher;

import io.upriver.data.Picture;
import io.upriver.learn.Sha256;
import io.upriver.learn.WholeFile;
import io.upriver.teacher.Teacher.FeatureMap;
import io.upriver.teacher.Teacher.Labels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A teacher's labels in a folder, each computed once: pictures as PNG, feature maps as half floats
 * (so they are rounded, also when just computed). A file is named by the SHA-256 of what it depends
 * on: the teacher's digest and scale, the low picture, the feature. Damaged files are computed
 * again. Several processes may share the folder; one cache is used by one thread at a time. The
 * caller closes the teacher.
 */
public final class TeacherCache {
    private final Teacher teacher;
    private final Path folder;

    /** Keeps labels in {@code folder}, which is made if it does not exist. */
    public TeacherCache(Teacher teacher, Path folder) throws IOException {
        this.teacher = teacher;
        this.folder = Files.createDirectories(folder);
    }

    /** The picture enlarged by the teacher. */
    public Picture enlarged(Picture low) throws IOException {
        return label(low, List.of()).enlarged();
    }

    /**
     * One feature map of the picture.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    public FeatureMap features(Picture low, String name) throws IOException {
        return label(low, List.of(name)).features().get(name);
    }

    /** Picture and feature maps; the teacher is asked at most once, for those not kept yet. */
    public Labels label(Picture low, List<String> names) throws IOException {
        Optional<Picture> enlarged = read(file(low, "", ".png")).flatMap(PngFile::decode);
        enlarged = enlarged.filter(picture -> isEnlarged(low, picture));
        Map<String, FeatureMap> features = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        for (String name : names) {
            int width = teacher.featureWidth(name);
            read(file(low, name, ".half"))
                    .flatMap(FeatureFile::decode)
                    .filter(map -> map.channels() == width)
                    .ifPresentOrElse(map -> features.put(name, map), () -> missing.add(name));
        }
        if (enlarged.isEmpty() || !missing.isEmpty()) {
            Labels computed = teacher.label(low, missing);
            if (enlarged.isEmpty()) {
                WholeFile.write(file(low, "", ".png"), PngFile.encode(computed.enlarged()));
            }
            for (String name : missing) {
                byte[] rounded = FeatureFile.encode(computed.features().get(name));
                WholeFile.write(file(low, name, ".half"), rounded);
                features.put(name, FeatureFile.decode(rounded).orElseThrow());
            }
            enlarged = Optional.of(computed.enlarged());
        }
        return new Labels(enlarged.get(), features);
    }

    private boolean isEnlarged(Picture low, Picture picture) {
        return picture.width() == low.width() * teacher.scale()
                && picture.height() == low.height() * teacher.scale();
    }

    private Path file(Picture low, String feature, String ending) {
        byte[] sizes =
                ByteBuffer.allocate(4 * Integer.BYTES)
                        .putInt(teacher.scale())
                        .putInt(low.width())
                        .putInt(low.height())
                        .putInt(low.channels())
                        .array();
        return folder.resolve(
                Sha256.of(
                                teacher.digest().getBytes(StandardCharsets.US_ASCII),
                                sizes,
                                low.samples(),
                                feature.getBytes(StandardCharsets.UTF_8))
                        + ending);
    }

    private static Optional<byte[]> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
