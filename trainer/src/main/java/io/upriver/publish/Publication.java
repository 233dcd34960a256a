package io.upriver.publish;

import io.upriver.evaluate.TensorContract;
import io.upriver.evaluate.TestSet;
import io.upriver.publish.Gate.Passed;
import io.upriver.publish.Gate.Refused;
import io.upriver.publish.Gate.Verdict;
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
 * Publishes a model: file, parity, tensors, gate, and only then the topic. Nothing is written when
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
     * @param sets folders of held-out pictures; none only when forced
     * @param gate what the model must be better by than the channel's current one
     * @param force in spite of missing parity and of the gate
     * @param dryRun everything but write
     * @param key signs what is written, for its channel; empty for an unsigned one
     */
    public record Terms(
            List<Path> sets, Gate gate, boolean force, boolean dryRun, Optional<SigningKey> key) {
        public Terms {
            sets = List.copyOf(sets);
            if (sets.isEmpty() && !force) {
                throw new IllegalArgumentException(
                        "sets: expected folders of held-out pictures, got none");
            }
        }
    }

    /**
     * What was published, or would have been.
     *
     * @param channel the record's key
     * @param model the model's name
     * @param digest SHA-256 of what stands in the topic, hexadecimal
     * @param psnr luma PSNR in dB by held-out set
     * @param current the same of the model before; empty where there was nothing to compare with
     * @param verdict the gate's sentence
     * @param forced sentences about what failed; empty where nothing did
     * @param signedBy the id of the key that signed it; empty when none did
     * @param position where it was written; empty when it was not
     */
    public record Published(
            String channel,
            String model,
            String digest,
            Map<String, Double> psnr,
            Map<String, Double> current,
            String verdict,
            List<String> forced,
            Optional<String> signedBy,
            Optional<Position> position) {}

    private record Compared(
            Map<String, Double> psnr, Map<String, Double> current, Verdict verdict) {}

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
        Compared compared = compare(candidate, channel, terms, topic);
        if (compared.verdict() instanceof Refused refused) {
            failed.add(refused.sentence());
        }
        refuseUnlessForced(candidate, failed, terms);

        ModelFile published =
                failed.isEmpty() ? candidate : candidate.with(FORCED, String.join("\n", failed));
        topic.requireRoom(channel, published.bytes());
        Optional<ModelSignature> signature =
                terms.key().map(key -> key.sign(channel, published.bytes()));
        Optional<Position> position =
                terms.dryRun()
                        ? Optional.empty()
                        : Optional.of(topic.write(channel, published.bytes(), signature));
        return new Published(
                channel,
                published.metadata().name(),
                published.digest(),
                compared.psnr(),
                compared.current(),
                compared.verdict().sentence(),
                List.copyOf(failed),
                terms.key().map(SigningKey::id),
                position);
    }

    private static void refuseUnlessForced(ModelFile candidate, List<String> failed, Terms terms) {
        if (!failed.isEmpty() && !terms.force()) {
            throw new IllegalStateException(candidate.origin() + ": " + failed.get(0));
        }
    }

    private static Compared compare(
            ModelFile candidate, String channel, Terms terms, ModelTopic topic) throws IOException {
        Optional<byte[]> current = topic.current(channel);
        if (current.isPresent() && Arrays.equals(current.get(), candidate.bytes())) {
            return new Compared(
                    Map.of(), Map.of(), new Refused("already current in channel " + channel));
        }
        if (terms.sets().isEmpty()) {
            return new Compared(Map.of(), Map.of(), new Refused("not measured on held-out sets"));
        }
        List<TestSet> sets = candidate.read(terms.sets());
        Map<String, Double> psnr = candidate.psnr(sets);
        if (current.isEmpty()) {
            Verdict first = new Passed("channel " + channel + " has no model yet");
            return new Compared(psnr, Map.of(), first);
        }
        try {
            ModelFile before = ModelFile.of("channel " + channel, current.get());
            return compare(candidate, psnr, before, sets, terms);
        } catch (RuntimeException e) { // anybody may have put it there
            return new Compared(
                    psnr,
                    Map.of(),
                    new Refused("the current model cannot be measured: " + e.getMessage()));
        }
    }

    private static Compared compare(
            ModelFile candidate,
            Map<String, Double> psnr,
            ModelFile before,
            List<TestSet> sets,
            Terms terms)
            throws IOException {
        int scale = candidate.metadata().scale();
        if (before.metadata().scale() != scale) {
            Verdict other =
                    new Passed(
                            "the current model has scale %d, there is nothing to compare with for scale %d"
                                    .formatted(before.metadata().scale(), scale));
            return new Compared(psnr, Map.of(), other);
        }
        boolean samePlanes = before.metadata().planes() == candidate.metadata().planes();
        Map<String, Double> psnrBefore = before.psnr(samePlanes ? sets : before.read(terms.sets()));
        return new Compared(psnr, psnrBefore, terms.gate().judge(psnr, psnrBefore));
    }
}
