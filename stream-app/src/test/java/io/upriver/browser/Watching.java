package io.upriver.browser;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A page with the player of a stream, and what is written down while it plays. */
final class Watching {

    /** Looks fifty times a second; times are in seconds. */
    private static final String RECORDER =
            """
            () => {
              const after = document.querySelector('video.after');
              const report = { longestHalt: 0, position: after.currentTime, played: 0, drifts: [], waits: 0 };
              let moved = performance.now();
              const begun = after.currentTime;
              after.addEventListener('waiting', () => report.waits++);
              setInterval(() => {
                const now = performance.now();
                if (after.currentTime !== report.position) {
                  report.position = after.currentTime;
                  report.played = after.currentTime - begun;
                  moved = now;
                } else {
                  report.longestHalt = Math.max(report.longestHalt, (now - moved) / 1000);
                }
                const drift = document.querySelector('.player').dataset.drift;
                if (drift) {
                  report.drifts.push(Math.abs(Number(drift)));
                }
              }, 20);
              globalThis.playback = report;
            }
            """;

    private final Page page;
    private final List<String> errors = new ArrayList<>();

    Watching(Page page) {
        this.page = page;
        page.onConsoleMessage(this::note);
        page.onPageError(errors::add);
    }

    private void note(ConsoleMessage message) {
        if (message.type().equals("error")) {
            errors.add(message.text() + " at " + message.location());
        }
    }

    Page page() {
        return page;
    }

    /** What the browser has complained of. */
    List<String> errors() {
        return errors;
    }

    /** Waits until pictures move, and writes down from then on. */
    void record() {
        await(page, "document.querySelector('video.after')?.currentTime > 1");
        page.evaluate(RECORDER);
    }

    /**
     * Waits for a condition. Playwright's own way to wait would have the page evaluate text, which
     * its policy forbids.
     */
    static void await(Page page, String condition) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!Boolean.TRUE.equals(page.evaluate(condition))) {
            assertTrue(System.nanoTime() < end, "expected within 30 s: " + condition);
            page.waitForTimeout(50);
        }
    }

    /** A figure of what was written down. */
    double figure(String name) {
        return ((Number) report().get(name)).doubleValue();
    }

    /** The drift that a part of all looks did not exceed, in seconds. */
    double drift(double part) {
        List<?> drifts = (List<?>) report().get("drifts");
        return drifts.stream()
                .mapToDouble(drift -> ((Number) drift).doubleValue())
                .sorted()
                .skip((long) (part * (drifts.size() - 1)))
                .findFirst()
                .orElseThrow();
    }

    private Map<?, ?> report() {
        return (Map<?, ?>) page.evaluate("playback");
    }
}
