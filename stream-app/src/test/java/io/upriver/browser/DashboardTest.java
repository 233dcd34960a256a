package io.upriver.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.upriver.api.ApiBroker;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicWriter;
import io.upriver.media.Clips;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.Container;
import io.upriver.schemas.Topics;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of the running service in Chromium: a live stream plays in one window for a minute, and
 * meanwhile all else is done in another one. Only with the profile {@code browser}.
 */
@Tag("browser")
@QuarkusTest
@QuarkusTestResource(ApiBroker.class)
@SuppressWarnings("try") // the stream is only there to be watched
class DashboardTest {

    private static final String STREAM = "cam-7";
    private static final double SECONDS = 60;
    private static final double LONGEST_HALT_SECONDS = 1;
    private static final double FRAME_SECONDS = 1.0 / LiveSegments.FRAMES_PER_SECOND;
    private static final Path PICTURES = Path.of("target", "dashboard");

    @TestHTTPResource("/")
    URI root;

    @Inject KafkaAccess access;
    @Inject Topics topics;
    @TempDir static Path directory;

    @Test
    @Timeout(300)
    void showsAndChangesAllWhileAStreamPlays() throws Exception {
        Path clip = LiveSegments.clip(directory.resolve("clip.mp4"));
        List<byte[]> segments = LiveSegments.cut(clip, directory.resolve("cut"), Container.MPEG_TS);
        try (Chromium chromium = new Chromium()) {
            Page page = window(chromium.browser(), 1280, ColorScheme.LIGHT);
            Watching watching = new Watching(window(chromium.browser(), 1280, ColorScheme.DARK));
            saysWhatToDoWhereThereIsNothing(page);
            try (LivePush push = new LivePush(access, topics.segments(), STREAM, segments)) {
                assertThat(page.locator(".stream")).containsText("live", within(30));
                watch(watching);
                movesTheSlider(watching.page());
                swapsTheModel(page, watching.page());
                showsARejectedSegment(page);
                upscalesAFile(page, directory.resolve("file.mp4"));
                isAccessibleAndLooksAsItShould(chromium.browser());
                while (watching.figure("played") < SECONDS) {
                    watching.page().waitForTimeout(500);
                }
            }
            expectAMinuteWithoutAHalt(watching);
        }
    }

    private Page window(Browser browser, int width, ColorScheme theme) {
        Page page =
                browser.newPage(
                        new Browser.NewPageOptions()
                                .setViewportSize(width, 900)
                                .setColorScheme(theme)
                                .setAcceptDownloads(true));
        page.setDefaultTimeout(30_000);
        return page;
    }

    private void open(Page page, String view) {
        page.navigate(root.resolve("/#/" + view).toString());
    }

    private void saysWhatToDoWhereThereIsNothing(Page page) {
        List<String> errors = new Watching(page).errors();
        open(page, "streams");
        assertThat(page.getByRole(AriaRole.STATUS).first()).containsText("Live", within(30));
        assertThat(page.getByRole(AriaRole.MAIN)).containsText("ffmpeg -re");
        assertEquals(List.of(), errors);
    }

    private void watch(Watching watching) {
        open(watching.page(), "streams/" + STREAM);
        watching.record();
        assertEquals(
                List.of(2 * LiveSegments.WIDTH, 2 * LiveSegments.HEIGHT),
                watching.page()
                        .evaluate(
                                "() => { const v = document.querySelector('video.after'); return [v.videoWidth, v.videoHeight]; }"));
        assertEquals(
                List.of(LiveSegments.WIDTH, LiveSegments.HEIGHT),
                watching.page()
                        .evaluate(
                                "() => { const v = document.querySelector('video.before'); return [v.videoWidth, v.videoHeight]; }"));
    }

    private void movesTheSlider(Page page) {
        Locator slider = page.getByRole(AriaRole.SLIDER, named("Divide between original"));
        assertThat(slider).hasAttribute("aria-valuenow", "50");
        slider.focus();
        page.keyboard().press("ArrowRight");
        page.keyboard().press("Shift+ArrowRight");
        assertThat(slider).hasAttribute("aria-valuetext", "original 61 %, upscaled 39 %");
        page.keyboard().press("Home");
        assertThat(slider).hasAttribute("aria-valuenow", "0");

        BoundingBox stage = page.locator(".stage").boundingBox();
        page.mouse().move(stage.x + stage.width * 0.5, stage.y + stage.height / 2);
        page.mouse().down();
        page.mouse().move(stage.x + stage.width * 0.75, stage.y + stage.height / 2);
        page.mouse().up();
        assertThat(slider).hasAttribute("aria-valuenow", "75");
        double edge = page.locator(".layer.after").boundingBox().x;
        assertEquals(stage.x, edge, 1, "the layer itself stays, only less of it is shown");
        assertTrue(
                page.locator(".layer.after")
                        .evaluate("e => getComputedStyle(e).clipPath")
                        .toString()
                        .matches("inset\\(0px 0px 0px 75(\\.\\d+)?%\\)"));
    }

    /** Published in one window; the other one, which plays, says so. */
    private void swapsTheModel(Page page, Page playing) throws Exception {
        Locator shown = playing.locator(".fact:has(dt:text-is('digest')) dd");
        String before = shown.textContent();
        byte[] onnx;
        try (InputStream in = getClass().getResourceAsStream("/models/compressed-x2.onnx")) {
            onnx = in.readAllBytes();
        }
        String digest = ModelRegistry.digestOf(onnx).substring(0, 12);
        assertNotEquals(digest, before);

        open(page, "models");
        page.getByRole(AriaRole.BUTTON, named("Publish a model")).click();
        page.getByLabel("ONNX file")
                .setInputFiles(Files.write(directory.resolve("student.onnx"), onnx));
        page.getByRole(AriaRole.DIALOG)
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Publish"))
                .click();

        assertThat(page.locator(".channel")).containsText(digest, within(30));
        assertThat(shown)
                .hasText(digest, new LocatorAssertions.HasTextOptions().setTimeout(30_000));

        // and one that no worker would take is refused in the words of the service
        page.getByRole(AriaRole.BUTTON, named("Publish a model")).click();
        page.getByLabel("ONNX file")
                .setInputFiles(Files.writeString(directory.resolve("no.onnx"), "no model"));
        page.getByRole(AriaRole.DIALOG)
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Publish"))
                .click();
        assertThat(page.getByRole(AriaRole.ALERT))
                .containsText("expected an ONNX file, got 8 other bytes", within(30));
        page.keyboard().press("Escape");
    }

    private void showsARejectedSegment(Page page) {
        TopicWriter.write(
                access,
                List.of(
                        new ProducerRecord<>(
                                topics.segments(),
                                1,
                                "cam-9".getBytes(StandardCharsets.UTF_8),
                                new byte[188])));
        page.getByRole(AriaRole.LINK, named("Rejected")).click();
        assertThat(page.locator(".rejection").first())
                .containsText("expected a value that begins like one of", within(30));
        assertThat(page.locator(".rejection").first()).containsText("cam-9");
        page.getByRole(AriaRole.BUTTON, named("Replay")).first().click();
        assertThat(page.locator(".rejection")).hasCount(2);
    }

    private void upscalesAFile(Page page, Path file) throws Exception {
        Clips.make(file, Clips.PICTURE + Clips.TONE + Clips.H264 + "-c:a aac -shortest");
        int width = Clips.stream(file, "v:0").get("width").asInt();
        page.getByRole(AriaRole.LINK, named("Jobs")).click();
        page.getByLabel("Video file").setInputFiles(file);
        page.getByRole(AriaRole.BUTTON, named("Upscale")).click();
        Locator job = page.locator(".job").first();
        assertThat(job.locator(".badge"))
                .hasText("done", new LocatorAssertions.HasTextOptions().setTimeout(120_000));

        Download download =
                page.waitForDownload(
                        () ->
                                job.getByRole(
                                                AriaRole.LINK,
                                                new Locator.GetByRoleOptions().setName("Download"))
                                        .click());
        Path result = directory.resolve("result.mp4");
        download.saveAs(result);
        assertEquals(2 * width, Clips.stream(result, "v:0").get("width").asInt());
        assertArrayEquals(
                Clips.packetHashes(file).get(1).toArray(),
                Clips.packetHashes(result).get(1).toArray(),
                "the sound");

        job.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Compare")).click();
        Watching.await(
                page,
                "['before', 'after'].every((name) => document.querySelector(`video.${name}`)?.currentTime > 0.5)");
    }

    /** Both widths and themes, every view; pictures are left for people to look at. */
    private void isAccessibleAndLooksAsItShould(Browser browser) throws Exception {
        Files.createDirectories(PICTURES);
        List<String> violations = new ArrayList<>();
        for (ColorScheme theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : List.of(1280, 390)) {
                Page page = window(browser, width, theme);
                for (String view :
                        List.of("streams", "streams/" + STREAM, "models", "rejected", "jobs")) {
                    open(page, view);
                    assertThat(page.getByRole(AriaRole.STATUS).first())
                            .containsText("Live", within(30));
                    page.waitForTimeout(view.contains("/") ? 2_500 : 400);
                    String name =
                            "%s-%d-%s"
                                    .formatted(
                                            view.replace('/', '-'),
                                            width,
                                            theme.name().toLowerCase(Locale.ROOT));
                    page.screenshot(
                            new Page.ScreenshotOptions()
                                    .setPath(PICTURES.resolve(name + ".png"))
                                    .setFullPage(true));
                    Axe.seriousViolations(page).forEach(said -> violations.add(name + ": " + said));
                    int overflow =
                            ((Number) page.evaluate("document.documentElement.scrollWidth"))
                                    .intValue();
                    assertTrue(overflow <= width, () -> name + " is %d wide".formatted(overflow));
                }
                page.close();
            }
        }
        assertEquals(List.of(), violations);
    }

    private static void expectAMinuteWithoutAHalt(Watching watching) {
        System.out.printf(
                "%.1f s played, longest halt %.2f s, %.0f waits, drift 50 %%: %.0f ms, 95 %%: %.0f ms%n",
                watching.figure("played"),
                watching.figure("longestHalt"),
                watching.figure("waits"),
                1000 * watching.drift(0.5),
                1000 * watching.drift(0.95));
        assertTrue(
                watching.figure("longestHalt") <= LONGEST_HALT_SECONDS,
                () -> "stood still for %.2f s".formatted(watching.figure("longestHalt")));
        assertTrue(
                watching.drift(0.5) <= FRAME_SECONDS,
                () -> "%.3f s apart".formatted(watching.drift(0.5)));
        assertEquals(List.of(), watching.errors());
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name);
    }

    private static LocatorAssertions.ContainsTextOptions within(int seconds) {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(1000.0 * seconds);
    }
}
