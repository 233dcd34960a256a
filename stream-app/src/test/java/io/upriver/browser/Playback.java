package io.upriver.browser;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the page {@code player.html} saw when a browser played a stream to its end. Times are in
 * seconds.
 *
 * @param hlsJs version of the player in the page
 * @param done false where the page was not at an end in time
 * @param ended whether the browser played to the end
 * @param width of the pictures as the browser sees them
 * @param height of the pictures as the browser sees them
 * @param position where the browser is in the stream
 * @param duration of the stream
 * @param playedIn from the start to the end
 * @param longestHalt longest time in which the position did not change
 * @param waits events at which the browser had nothing to play
 * @param errors what hls.js calls errors
 * @param warnings what hls.js says of media that do not fit
 * @param buffered ranges, from and to
 * @param frames decoded
 * @param dropped frames that came too late to be shown
 */
record Playback(
        String hlsJs,
        boolean done,
        boolean ended,
        int width,
        int height,
        double position,
        double duration,
        double playedIn,
        double longestHalt,
        List<String> waits,
        List<String> errors,
        List<String> warnings,
        List<List<Double>> buffered,
        int frames,
        int dropped) {

    /**
     * Opens the pages in Chromium, all at once, and waits until each is done.
     *
     * @param patience how long; the reports are of then, whether done or not
     */
    static List<Playback> of(List<String> pages, Duration patience) throws IOException {
        List<Playback> all = new ArrayList<>();
        try (Chromium chromium = new Chromium()) {
            List<Page> tabs = new ArrayList<>();
            for (String page : pages) {
                Page tab = chromium.browser().newPage();
                tab.navigate(page);
                tabs.add(tab);
            }
            long deadline = System.nanoTime() + patience.toNanos();
            for (Page tab : tabs) {
                while (!Boolean.TRUE.equals(tab.evaluate("report.done"))
                        && System.nanoTime() < deadline) {
                    tab.waitForTimeout(500);
                }
                String report = (String) tab.evaluate("JSON.stringify(report)");
                all.add(new ObjectMapper().readValue(report, Playback.class));
            }
        }
        return all;
    }
}
