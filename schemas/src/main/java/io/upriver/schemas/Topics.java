package io.upriver.schemas;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The names of the topics, which share one prefix so that several installations fit on one cluster.
 *
 * @param prefix letters, digits, dot, underscore and hyphen, as Kafka allows in a topic's name; the
 *     longest name made from it has at most 249 characters
 */
public record Topics(String prefix) {

    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]+");
    private static final String LONGEST_SUFFIX = ".model-status";

    /** The topics of an installation that sets no prefix: {@code upriver.segments} and so on. */
    public static final Topics DEFAULT = new Topics("upriver");

    public Topics {
        if (!LEGAL.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "topic prefix: expected letters, digits, '.', '_' and '-', got "
                            + Expect.shown(prefix));
        }
        int longest = prefix.length() + LONGEST_SUFFIX.length();
        if (longest > Expect.MAX_NAME_CHARS) {
            throw new IllegalArgumentException(
                    "topic prefix: expected at most "
                            + (Expect.MAX_NAME_CHARS - LONGEST_SUFFIX.length())
                            + " characters, got "
                            + prefix.length());
        }
    }

    /** Segments to be upscaled; the value is the media itself. */
    public String segments() {
        return prefix + ".segments";
    }

    /** Upscaled segments: the same key, partition and sequence as the segment they came from. */
    public String upscaled() {
        return prefix + ".upscaled";
    }

    /** Segments that could not be processed, unchanged, with the reason in a header. */
    public String rejected() {
        return prefix + ".rejected";
    }

    /** Models: the key is the channel, the value the ONNX file, no value means withdrawn. */
    public String models() {
        return prefix + ".models";
    }

    /**
     * What each worker did with each model: {@link ModelStatus} as JSON, the key is the channel.
     */
    public String modelStatus() {
        return prefix + ".model-status";
    }

    /** Settings of each stream: {@link StreamSettings} as JSON, the key is the stream id. */
    public String streams() {
        return prefix + ".streams";
    }

    /** One line of account for each segment: {@link SegmentReport} as JSON. */
    public String reports() {
        return prefix + ".reports";
    }

    /** Every topic with what it needs, in the order in which a segment's life meets them. */
    public List<Topic> all() {
        return List.of(
                new Topic(segments(), Partitions.MANY, false, true),
                new Topic(upscaled(), Partitions.MANY, false, true),
                new Topic(rejected(), Partitions.MANY, false, true),
                new Topic(models(), Partitions.ONE, true, true),
                new Topic(modelStatus(), Partitions.ONE, false, false),
                new Topic(streams(), Partitions.ONE, true, false),
                new Topic(reports(), Partitions.MANY, false, false));
    }

    /** How many partitions a topic needs. */
    public enum Partitions {
        /**
         * As many as the work is to be spread over, and the same number for all topics of this
         * kind: an upscaled or rejected segment stays in the partition number it came from.
         */
        MANY,
        /** One: every worker reads the whole topic. */
        ONE
    }

    /**
     * A topic and what it needs of the broker.
     *
     * @param compacted whether only the last value of each key is kept
     * @param large whether the values are media or model files: megabytes that no compression makes
     *     smaller
     */
    public record Topic(String name, Partitions partitions, boolean compacted, boolean large) {

        /**
         * The topic's settings, names and values as Kafka has them, as a new map.
         *
         * @param maxMessageBytes the largest record batch of a {@code large} topic, in bytes; other
         *     topics keep the broker's limit
         */
        public Map<String, String> configs(int maxMessageBytes) {
            Expect.between("maxMessageBytes", maxMessageBytes, 1, Integer.MAX_VALUE);
            Map<String, String> configs = new LinkedHashMap<>();
            configs.put(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    compacted
                            ? TopicConfig.CLEANUP_POLICY_COMPACT
                            : TopicConfig.CLEANUP_POLICY_DELETE);
            if (large) {
                configs.put(TopicConfig.COMPRESSION_TYPE_CONFIG, "producer");
                configs.put(
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
            }
            return configs;
        }
    }
}
