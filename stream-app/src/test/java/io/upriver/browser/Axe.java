package io.upriver.browser;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;

/** axe-core's opinion of a page: WCAG 2.1, A and AA. */
final class Axe {

    private static final String ABOUT = "/META-INF/maven/org.webjars.npm/axe-core/pom.properties";

    private static final String RUN =
            """
            async () => {
              const found = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
              return found.violations
                .filter((one) => ['serious', 'critical'].includes(one.impact))
                .map((one) => `${one.id}: ${one.help}: ${one.nodes.map((n) => n.html.slice(0, 120) + ' ' + n.failureSummary).join(' | ')}`);
            }
            """;

    private Axe() {}

    /** What is serious or critical, in sentences. */
    @SuppressWarnings("unchecked")
    static List<String> seriousViolations(Page page) {
        page.evaluate(source());
        return (List<String>) page.evaluate(RUN);
    }

    private static String source() {
        try (InputStream about = Axe.class.getResourceAsStream(ABOUT)) {
            Properties properties = new Properties();
            properties.load(about);
            try (InputStream script =
                    Axe.class.getResourceAsStream(
                            "/META-INF/resources/webjars/axe-core/%s/axe.min.js"
                                    .formatted(properties.getProperty("version")))) {
                return new String(script.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
