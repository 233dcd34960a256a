package io.upriver.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.data.ImagePair;
import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.publish.Gate.Passed;
import io.upriver.publish.Gate.Refused;
import io.upriver.publish.Judge.Judgement;
import io.upriver.publish.StreamGate.Rival;
import io.upriver.student.StudentSpec.Interpolation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Bicubic enlargement is better than bilinear on drawings, and no better on a flat picture. */
class StreamGateTest {
    private static final byte[] BETTER = model(Interpolation.BICUBIC, 2);
    private static final byte[] WORSE = model(Interpolation.BILINEAR, 2);
    private static final List<ImagePair> DRAWN = List.of(pair(drawn(1)), pair(drawn(2)));
    private static final List<ImagePair> FLAT = List.of(pair(flat()));

    @Test
    void passesWhatIsBetterOnLaterFrames() throws Exception {
        Judgement judgement = gate(0.05, DRAWN, List.of()).judge(BETTER, "own", Optional.empty());

        assertInstanceOf(Passed.class, judgement.verdict());
        String sentence = judgement.verdict().sentence();
        assertTrue(
                sentence.matches(
                        "\\+\\d\\.\\d{3} dB over generic [0-9a-f]{12} \\(.*\\) on 2 later frames"),
                sentence);
        JsonNode gain = new ObjectMapper().readTree(judgement.notes().get("upriver.gain"));
        assertEquals(2, gain.get("later").get("pictures").asInt());
        assertTrue(
                gain.get("later").get("psnr").asDouble()
                        > gain.get("later").get("before").asDouble() + 0.05);
    }

    @Test
    void refusesWhatIsNotBetterByTheMargin() {
        Judgement greedy = gate(9, DRAWN, List.of()).judge(BETTER, "own", Optional.empty());
        Judgement flat = gate(0.05, FLAT, List.of()).judge(BETTER, "own", Optional.empty());

        assertInstanceOf(Refused.class, greedy.verdict());
        assertTrue(
                greedy.verdict()
                        .sentence()
                        .startsWith("expected a gain of at least 9.000 dB, got +"),
                greedy.verdict().sentence());
        assertInstanceOf(Refused.class, flat.verdict());
        assertTrue(flat.verdict().sentence().contains("got +0.000 dB"), flat.verdict().sentence());
    }

    @Test
    void refusesWhatHasForgottenTheRest() {
        // Given one that is better by a margin of 0 on flat frames, and worse on drawings
        StreamGate gate = new StreamGate(0, FLAT, DRAWN, List.of(new Rival("generic", BETTER)));

        Judgement judgement = gate.judge(WORSE, "own", Optional.empty());

        assertInstanceOf(Refused.class, judgement.verdict());
        String sentence = judgement.verdict().sentence();
        assertTrue(
                sentence.startsWith("expected general pictures to lose at most 0.100 dB, got -"),
                sentence);
        assertInstanceOf(
                Passed.class,
                gate(0, FLAT, DRAWN).judge(BETTER, "own", Optional.empty()).verdict());
    }

    @Test
    void comparesWithTheChannelsModelToo() {
        // Given a candidate that beats what it started from, and a channel that has its like
        byte[] like = model("another", Interpolation.BICUBIC, 2);

        Judgement judgement = gate(0.05, DRAWN, List.of()).judge(BETTER, "own", Optional.of(like));

        assertInstanceOf(Refused.class, judgement.verdict());
        assertTrue(
                judgement.verdict().sentence().contains("+0.000 dB over channel own "),
                judgement.verdict().sentence());
    }

    @Test
    void saysWhatItCouldNotCompareWith() {
        byte[] three = model(Interpolation.BICUBIC, 3);
        byte[] garbage = {1, 2, 3};

        for (byte[] other : List.of(three, garbage)) {
            Judgement judgement =
                    gate(0.05, DRAWN, List.of()).judge(BETTER, "own", Optional.of(other));

            assertInstanceOf(Passed.class, judgement.verdict());
            String sentence = judgement.verdict().sentence();
            assertTrue(sentence.contains("; not compared with channel own: "), sentence);
        }
    }

    private static StreamGate gate(double margin, List<ImagePair> later, List<ImagePair> general) {
        return new StreamGate(margin, later, general, List.of(new Rival("generic", WORSE)));
    }

    private static byte[] model(Interpolation interpolation, int scale) {
        return model("m", interpolation, scale);
    }

    private static byte[] model(String name, Interpolation interpolation, int scale) {
        return StudentModels.of(
                name, StudentModels.correcting(interpolation, scale), StudentModels.AGREEING);
    }

    private static ImagePair pair(Picture picture) {
        return ImagePair.of("p", picture, 2);
    }

    private static Picture drawn(long seed) {
        return Picture.rgb(SyntheticPictures.draw(96, 80, seed)).luma();
    }

    private static Picture flat() {
        byte[] samples = new byte[96 * 80];
        Arrays.fill(samples, (byte) 90);
        return Picture.luma(96, 80, samples);
    }
}
