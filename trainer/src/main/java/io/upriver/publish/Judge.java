package io.upriver.publish;

import io.upriver.publish.Gate.Verdict;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Says whether a model may take the place of the one that a channel has. */
public interface Judge {
    /**
     * What was found.
     *
     * @param psnr luma PSNR of the candidate in dB by set; empty where it was not measured
     * @param current the same of the model that it is to replace; empty where there is none, or it
     *     was not measured
     * @param notes keys and values that the published model is to have in its metadata
     */
    record Judgement(
            Map<String, Double> psnr,
            Map<String, Double> current,
            Verdict verdict,
            Map<String, String> notes) {

        Judgement(Map<String, Double> psnr, Map<String, Double> current, Verdict verdict) {
            this(psnr, current, verdict, Map.of());
        }
    }

    /**
     * Judges.
     *
     * @param candidate an ONNX file that passed all other checks
     * @param channel where it is to go
     * @param current the file that the channel has, not the same one
     * @throws IOException if what is measured on cannot be read
     */
    Judgement judge(byte[] candidate, String channel, Optional<byte[]> current) throws IOException;
}
