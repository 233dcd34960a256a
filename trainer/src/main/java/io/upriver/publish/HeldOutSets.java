package io.upriver.publish;

import io.upriver.evaluate.TestSet;
import io.upriver.publish.Gate.Passed;
import io.upriver.publish.Gate.Refused;
import io.upriver.publish.Gate.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges by folders of held-out pictures, on which the channel's current model is measured too.
 *
 * @param folders with none, every candidate is refused
 * @param gate what the candidate must be better by
 */
public record HeldOutSets(List<Path> folders, Gate gate) implements Judge {

    public HeldOutSets {
        folders = List.copyOf(folders);
    }

    @Override
    public Judgement judge(byte[] model, String channel, Optional<byte[]> current)
            throws IOException {
        if (folders.isEmpty()) {
            return new Judgement(Map.of(), Map.of(), new Refused("not measured on held-out sets"));
        }
        ModelFile candidate = ModelFile.of("candidate", model);
        List<TestSet> sets = candidate.read(folders);
        Map<String, Double> psnr = candidate.psnr(sets);
        if (current.isEmpty()) {
            Verdict first = new Passed("channel " + channel + " has no model yet");
            return new Judgement(psnr, Map.of(), first);
        }
        try {
            ModelFile before = ModelFile.of("channel " + channel, current.get());
            return compare(candidate, psnr, before, sets);
        } catch (RuntimeException e) { // anybody may have put it there
            return new Judgement(
                    psnr,
                    Map.of(),
                    new Refused("the current model cannot be measured: " + e.getMessage()));
        }
    }

    private Judgement compare(
            ModelFile candidate, Map<String, Double> psnr, ModelFile before, List<TestSet> sets)
            throws IOException {
        int scale = candidate.metadata().scale();
        if (before.metadata().scale() != scale) {
            Verdict other =
                    new Passed(
                            "the current model has scale %d, there is nothing to compare with for scale %d"
                                    .formatted(before.metadata().scale(), scale));
            return new Judgement(psnr, Map.of(), other);
        }
        boolean samePlanes = before.metadata().planes() == candidate.metadata().planes();
        Map<String, Double> psnrBefore = before.psnr(samePlanes ? sets : before.read(folders));
        return new Judgement(psnr, psnrBefore, gate.judge(psnr, psnrBefore));
    }
}
