package io.upriver.kafka;

/**
 * What is wrong with a topic.
 *
 * @param losesWork whether segments, models or settings get lost or stuck by it; otherwise it costs
 *     time or safety only
 * @param topic its name
 * @param property what is wrong of it, such as {@code cleanup.policy}
 * @param expected what it should be
 * @param actual what it is
 * @param mend what to do about it
 */
public record TopicFault(
        boolean losesWork,
        String topic,
        String property,
        String expected,
        String actual,
        String mend) {

    /** All of it in one sentence. */
    public String sentence() {
        return "topic %s: expected %s %s, got %s; %s"
                .formatted(topic, property, expected, actual, mend);
    }
}
