package io.upriver.schemas;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model file says of itself, in its ONNX metadata: what serving must know to use it, and
 * where it comes from.
 *
 * @param name what people call it, such as {@code default-x2}
 * @param scale by how much width and height grow, 1 to 8
 * @param planes which planes go in and come out
 * @param multiple the number that width and height of the input must be divisible by, 1 when any
 *     will do
 * @param receptiveField how far, in input samples on each side, the output at one place looks; a
 *     tile with so many more samples around it comes out as in the whole frame
 * @param architecture the network's shape, as JSON text, or null
 * @param parameters how many numbers were learned, or null
 * @param trainingData the digest of the training data, or null
 * @param settings the trainer's settings, or null
 * @param seed the trainer's seed, or null
 * @param scores how well it did, or null
 * @param teacher the network it was distilled from, or null
 * @param producer who made the file, or null
 */
public record ModelMetadata(
        String name,
        int scale,
        Planes planes,
        int multiple,
        int receptiveField,
        @Nullable String architecture,
        @Nullable Long parameters,
        @Nullable String trainingData,
        @Nullable String settings,
        @Nullable Long seed,
        @Nullable String scores,
        @Nullable String teacher,
        @Nullable String producer) {

    /** The version of these keys: {@value #FORMAT_VALUE}. */
    public static final String FORMAT = "upriver.format";

    /** The key of {@link #name()}. */
    public static final String NAME = "upriver.name";

    /** The key of {@link #scale()}, decimal. */
    public static final String SCALE = "upriver.scale";

    /** The key of {@link #planes()}, a wire name. */
    public static final String PLANES = "upriver.planes";

    /** The key of {@link #multiple()}, decimal. */
    public static final String MULTIPLE = "upriver.multiple";

    /** The key of {@link #receptiveField()}, decimal. */
    public static final String RECEPTIVE_FIELD = "upriver.receptiveField";

    /** The key of {@link #architecture()}, JSON text. */
    public static final String ARCHITECTURE = "upriver.architecture";

    /** The key of {@link #parameters()}, decimal. */
    public static final String PARAMETERS = "upriver.parameters";

    /** The key of {@link #trainingData()}. */
    public static final String TRAINING_DATA = "upriver.trainingData";

    /** The key of {@link #settings()}. */
    public static final String SETTINGS = "upriver.settings";

    /** The key of {@link #seed()}, decimal. */
    public static final String SEED = "upriver.seed";

    /** The key of {@link #scores()}. */
    public static final String SCORES = "upriver.scores";

    /** The key of {@link #teacher()}. */
    public static final String TEACHER = "upriver.teacher";

    /** The key of {@link #producer()}. */
    public static final String PRODUCER = "upriver.producer";

    /** The only value of {@link #FORMAT}. */
    public static final String FORMAT_VALUE = "1";

    private static final int MAX_RECEPTIVE_FIELD = 1024;

    public ModelMetadata {
        Expect.name(NAME, name);
        Expect.between(SCALE, scale, 1, 8);
        Expect.present(PLANES, planes);
        Expect.between(MULTIPLE, multiple, 1, 256);
        Expect.between(RECEPTIVE_FIELD, receptiveField, 0, MAX_RECEPTIVE_FIELD);
        if (Expect.textOrNull(ARCHITECTURE, architecture) != null && !Json.isJson(architecture)) {
            throw new IllegalArgumentException(
                    ARCHITECTURE + ": expected JSON, got " + Expect.shown(architecture));
        }
        if (parameters != null) {
            Expect.notNegative(PARAMETERS, parameters);
        }
        Expect.textOrNull(TRAINING_DATA, trainingData);
        Expect.textOrNull(SETTINGS, settings);
        Expect.textOrNull(SCORES, scores);
        Expect.textOrNull(TEACHER, teacher);
        Expect.textOrNull(PRODUCER, producer);
    }

    /** Which planes go into a network and come out of it. */
    public enum Planes implements WireNamed {
        /** One plane of luma, {@code [N,1,H,W]}; chroma is interpolated outside. */
        LUMA,
        /** Red, green and blue, {@code [N,3,H,W]}: networks from elsewhere. */
        RGB
    }

    /** Metadata with only what serving must know. */
    public static ModelMetadata of(
            String name, int scale, Planes planes, int multiple, int receptiveField) {
        return new ModelMetadata(
                name,
                scale,
                planes,
                multiple,
                receptiveField,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** The keys and values for the ONNX file, as a new map; what is null has no key. */
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put(FORMAT, FORMAT_VALUE);
        map.put(NAME, name);
        map.put(SCALE, Integer.toString(scale));
        map.put(PLANES, planes.wireName());
        map.put(MULTIPLE, Integer.toString(multiple));
        map.put(RECEPTIVE_FIELD, Integer.toString(receptiveField));
        putIfThere(map, ARCHITECTURE, architecture);
        putIfThere(map, PARAMETERS, parameters);
        putIfThere(map, TRAINING_DATA, trainingData);
        putIfThere(map, SETTINGS, settings);
        putIfThere(map, SEED, seed);
        putIfThere(map, SCORES, scores);
        putIfThere(map, TEACHER, teacher);
        putIfThere(map, PRODUCER, producer);
        return map;
    }

    /**
     * Reads the metadata of an ONNX file; other keys are ignored.
     *
     * @throws IllegalArgumentException when a needed key is missing or a value is wrong, naming the
     *     key
     */
    public static ModelMetadata from(Map<String, String> map) {
        String format = required(map, FORMAT);
        if (!format.equals(FORMAT_VALUE)) {
            throw new IllegalArgumentException(
                    FORMAT + ": expected " + FORMAT_VALUE + ", got " + Expect.shown(format));
        }
        return new ModelMetadata(
                required(map, NAME),
                integer(map, SCALE),
                planes(required(map, PLANES)),
                integer(map, MULTIPLE),
                integer(map, RECEPTIVE_FIELD),
                map.get(ARCHITECTURE),
                numberOrNull(map, PARAMETERS),
                map.get(TRAINING_DATA),
                map.get(SETTINGS),
                numberOrNull(map, SEED),
                map.get(SCORES),
                map.get(TEACHER),
                map.get(PRODUCER));
    }

    private static void putIfThere(Map<String, String> map, String key, @Nullable Object value) {
        if (value != null) {
            map.put(key, value.toString());
        }
    }

    private static String required(Map<String, String> map, String key) {
        String value = map.get(key);
        if (value == null) {
            throw new IllegalArgumentException(
                    key + ": expected in the model's metadata, got nothing");
        }
        return value;
    }

    private static Planes planes(String text) {
        try {
            return WireNamed.parse(Planes.class, text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(PLANES + ": " + e.getMessage(), e);
        }
    }

    private static int integer(Map<String, String> map, String key) {
        String text = required(map, key);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    key + ": expected a whole number, got " + Expect.shown(text), e);
        }
    }

    private static @Nullable Long numberOrNull(Map<String, String> map, String key) {
        String text = map.get(key);
        try {
            return text == null ? null : Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    key + ": expected a whole number, got " + Expect.shown(text), e);
        }
    }
}
