package io.upriver.publish;

import io.upriver.evaluate.TensorContract;
import io.upriver.publish.Gate.Refused;
import io.upriver.publish.Judge.Judgement;
import io.upriver.publish.ModelTopic.Position;
import io.upriver.schemas.ModelSignature;
import io.upriver.schemas.SigningKey;
import io.upriver.schemas.StreamSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Publishes a model: file, parity, tensors, judge, and only then the topic. Nothing is written when
 * something fails.
 */
public final class Publication {
    /**
     * The key in the metadata of a model that was published in spite of what failed: those
     * sentences, a line each.
     */
    public static final String FORCED = "upriver.forced";

    /**
     * On which terms.
     *
     * @param judge says whether the model may take the place of the channel's current one
     * @param force in spite of missing parity and of the judge
     * @param dryRun everything but write
     * @param key signs what is written, for its channel; empty for an unsigned one
     */
    public record Terms(Judge judge, boolean force, boolean dryRun, Optional<SigningKey> key) {}

    /**
     * What was published, or would have been.
     *
     * @param file the ONNX file as it was published
     * @param channel the record's key
     * @param model the model's name
     * @param digest SHA-256 of what stands in the topic, hexadecimal
     * @param psnr luma PSNR in dB by held-out set
     * @param current the same of the model before; empty where there was nothing to compare with
     * @param verdict the judge's sentence
     * @param forced sentences about what failed; empty where nothing did
     * @param signedBy the id of the key that signed it; empty when none did
     * @param position where it was written; empty when it was not
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Published(
            byte[] file,
            String channel,
            String model,
            String digest,
            Map<String, Double> psnr,
            Map<String, Double> current,
            String verdict,
            List<String> forced,
            Optional<String> signedBy,
            Optional<Position> position) {}

    private Publication() {}

    /**
     * Publishes {@code file} in a channel.
     *
     * @throws IllegalStateException for the first thing that keeps it from being published
     * @throws IllegalArgumentException if there can be no such channel
     */
    public static Published publish(Path file, String channel, Terms terms, ModelTopic topic)
            throws IOException {
        if (channel.isBlank() || channel.equals(StreamSettings.NO_MODEL)) {
            throw new IllegalArgumentException(
                    "channel: expected a name other than "
                            + StreamSettings.NO_MODEL
                            + ", got '"
                            + channel
                            + "'");
        }
        ModelFile candidate = ModelFile.read(file);
        topic.requireRoom(channel, candidate.bytes());
        List<String> failed = new ArrayList<>();
        candidate.parityObjection().ifPresent(failed::add);
        refuseUnlessForced(candidate, failed, terms);
        TensorContract.check(candidate.bytes(), candidate.metadata());
        Judgement judgement = judge(candidate, channel, terms, topic);
        if (judgement.verdict() instanceof Refused refused) {
            failed.add(refused.sentence());
        }
        refuseUnlessForced(candidate, failed, terms);

        ModelFile published = candidate;
        for (Map.Entry<String, String> note : judgement.notes().entrySet()) {
            published = published.with(note.getKey(), note.getValue());
        }
        if (!failed.isEmpty()) {
            published = published.with(FORCED, String.join("\n", failed));
        }
        byte[] bytes = published.bytes();
        topic.requireRoom(channel, bytes);
        Optional<ModelSignature> signature = terms.key().map(key -> key.sign(channel, bytes));
        Optional<Position> position =
                terms.dryRun()
                        ? Optional.empty()
                        : Optional.of(topic.write(channel, bytes, signature));
        return new Published(
                bytes,
                channel,
                published.metadata().name(),
                published.digest(),
                judgement.psnr(),
                judgement.current(),
                judgement.verdict().sentence(),
                List.copyOf(failed),
                terms.key().map(SigningKey::id),
                position);
    }

    private static void refuseUnlessForced(ModelFile candidate, List<String> failed, Terms terms) {
        if (!failed.isEmpty() && !terms.force()) {
            throw new IllegalStateException(candidate.origin() + ": " + failed.get(0));
        }
    }

    private static Judgement judge(
            ModelFile candidate, String channel, Terms terms, ModelTopic topic) throws IOException {
        Optional<byte[]> current = topic.current(channel);
        if (current.isPresent() && Arrays.equals(current.get(), candidate.bytes())) {
            return new Judgement(
                    Map.of(), Map.of(), new Refused("already current in channel " + channel));
        }
        return terms.judge().judge(candidate.bytes(), channel, current);
    }
}
