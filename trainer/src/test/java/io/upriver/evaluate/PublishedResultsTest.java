package io.upriver.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PublishedResultsTest {

    @Test
    void givesTheFiguresOfTheSetsAsked() {
        List<Result> results = PublishedResults.of(4, List.of("Set14", "Drawn"));
        Result smfanet =
                results.stream().filter(row -> row.name().equals("SMFANet+")).findFirst().get();
        assertEquals(Map.of("Set14", 28.87), smfanet.psnr());
        assertEquals(28_000_000_000L, smfanet.multiplyAdds());
        assertEquals(496_000, smfanet.parameters());
        assertEquals("as published", smfanet.source());
    }

    @Test
    void knowsNothingOfOtherSetsAndScales() {
        assertTrue(PublishedResults.of(2, List.of("Drawn")).isEmpty());
        assertTrue(PublishedResults.of(3, List.of("Set5")).isEmpty());
    }

    @Test
    void everyNetworkIsBetterThanBicubicOnEverySet() {
        for (int scale : new int[] {2, 4}) {
            List<Result> results =
                    PublishedResults.of(scale, List.of("Set5", "Set14", "BSD100", "Urban100"));
            Map<String, Double> bicubic = results.get(0).psnr();
            assertEquals("bicubic", results.get(0).name());
            assertEquals(4, bicubic.size());
            for (Result network : results.subList(1, results.size())) {
                network.psnr()
                        .forEach(
                                (set, psnr) ->
                                        assertTrue(
                                                psnr > bicubic.get(set),
                                                network.name() + " x" + scale + " on " + set));
            }
        }
    }
}
