package io.upriver.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.data.ImagePair;
import io.upriver.evaluate.TestSet;
import io.upriver.learn.Sha256;
import io.upriver.publish.Gate.Passed;
import io.upriver.publish.Gate.Refused;
import io.upriver.publish.Gate.Verdict;
import io.upriver.schemas.ModelMetadata;
import io.upriver.schemas.ModelMetadata.Planes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Judges a model that was adapted to a stream. It must be better on later frames of the stream, by
 * a margin, than each model that it could be instead: the one that it started from, the one that
 * the stream has now, the one that its channel has. And it may not have forgotten the rest of the
 * world: on general pictures it may lose {@value #WORST_GENERAL_LOSS} dB against the one that it
 * started from.
 */
public final class StreamGate implements Judge {
    /** The key in the metadata of a model that passed, or was forced: the figures, JSON. */
    public static final String GAIN = "upriver.gain";

    /** The most that general pictures may lose, in dB of their mean. */
    public static final double WORST_GENERAL_LOSS = 0.1;

    private static final String LATER = "later";
    private static final String GENERAL = "general";
    private static final int DIGITS_SHOWN = 12;

    private final double marginDecibels;
    private final List<TestSet> sets = new ArrayList<>();
    private final List<Rival> rivals;

    /**
     * A model that the candidate could be instead.
     *
     * @param name for sentences
     * @param model the ONNX file
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by digest
    public record Rival(String name, byte[] model) {
        private String title() {
            return name + " " + Sha256.of(model).substring(0, DIGITS_SHOWN);
        }
    }

    private record Measured(Rival rival, Map<String, Double> psnr) {}

    /**
     * @param marginDecibels gain on the later frames, at least 0
     * @param later pairs of luma from frames after all that was learned from
     * @param general pairs of luma of anything else; may be none
     * @param rivals the model that it started from first
     */
    public StreamGate(
            double marginDecibels,
            List<ImagePair> later,
            List<ImagePair> general,
            List<Rival> rivals) {
        this.marginDecibels = new Gate(marginDecibels).marginDecibels();
        this.rivals = List.copyOf(rivals);
        sets.add(new TestSet(LATER, later));
        if (!general.isEmpty()) {
            sets.add(new TestSet(GENERAL, general));
        }
    }

    @Override
    public Judgement judge(byte[] model, String channel, Optional<byte[]> current) {
        ModelFile candidate = ModelFile.of("candidate", model);
        Map<String, Double> psnr = candidate.psnr(sets);
        List<Rival> all = new ArrayList<>(rivals);
        current.ifPresent(file -> all.add(new Rival("channel " + channel, file)));
        Map<String, Measured> measured = new LinkedHashMap<>(); // by digest
        List<String> others = new ArrayList<>();
        for (Rival rival : all) {
            if (!measured.containsKey(Sha256.of(rival.model()))) {
                try {
                    measured.put(Sha256.of(rival.model()), measure(rival, candidate.metadata()));
                } catch (RuntimeException e) { // anybody may have put it there
                    others.add("; not compared with " + rival.name() + ": " + e.getMessage());
                }
            }
        }
        if (measured.isEmpty()) {
            throw new IllegalStateException("nothing to compare with" + String.join("", others));
        }
        Measured start = measured.values().iterator().next();
        Verdict verdict = judge(psnr, start, List.copyOf(measured.values()), others);
        return new Judgement(psnr, start.psnr(), verdict, Map.of(GAIN, json(psnr, start)));
    }

    private Measured measure(Rival rival, ModelMetadata candidate) {
        ModelFile file = ModelFile.of(rival.name(), rival.model());
        int scale = file.metadata().scale();
        if (scale != candidate.scale() || file.metadata().planes() != Planes.LUMA) {
            throw new IllegalStateException(
                    "expected luma at scale %d, got %s at scale %d"
                            .formatted(
                                    candidate.scale(), file.metadata().planes().wireName(), scale));
        }
        return new Measured(rival, file.psnr(sets));
    }

    private Verdict judge(
            Map<String, Double> psnr, Measured start, List<Measured> all, List<String> others) {
        List<String> won = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        for (Measured one : all) {
            double gain = Gate.gain(psnr.get(LATER), one.psnr().get(LATER));
            String figures =
                    words(
                            "%+.3f dB over %s (%.3f after %.3f)",
                            gain, one.rival().title(), psnr.get(LATER), one.psnr().get(LATER));
            (gain >= marginDecibels - Gate.ROUNDING ? won : lost).add(figures);
        }
        String on = words(" on %d later frames", sets.get(0).pairs().size());
        String general = "";
        boolean forgot = false;
        if (sets.size() > 1) {
            double gain = Gate.gain(psnr.get(GENERAL), start.psnr().get(GENERAL));
            forgot = !(gain >= -WORST_GENERAL_LOSS - Gate.ROUNDING);
            general =
                    words(
                            "%+.3f dB on %d general pictures (%.3f after %.3f)",
                            gain,
                            sets.get(1).pairs().size(),
                            psnr.get(GENERAL),
                            start.psnr().get(GENERAL));
        }
        String rest = (general.isEmpty() ? "" : ", " + general) + String.join("", others);
        if (!lost.isEmpty()) {
            return new Refused(
                    words("expected a gain of at least %.3f dB, got ", marginDecibels)
                            + String.join(" and ", lost)
                            + on
                            + rest);
        }
        String gained = String.join(" and ", won) + on;
        return forgot
                ? new Refused(
                        words(
                                        "expected general pictures to lose at most %.3f dB, got ",
                                        WORST_GENERAL_LOSS)
                                + general
                                + ", "
                                + gained
                                + String.join("", others))
                : new Passed(gained + rest);
    }

    private String json(Map<String, Double> psnr, Measured start) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("over", Sha256.of(start.rival().model()));
        for (TestSet set : sets) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("pictures", set.pairs().size());
            one.put("psnr", psnr.get(set.name()));
            one.put("before", start.psnr().get(set.name()));
            figures.put(set.name(), one);
        }
        try {
            return new ObjectMapper().writeValueAsString(figures);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String words(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
