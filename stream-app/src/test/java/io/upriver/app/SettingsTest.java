package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithDefault;
import io.upriver.media.LargestPicture;
import io.upriver.segment.PictureLimits;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    private static final String NAME = "upriver.segment.largest-picture";

    @Test
    void letPicturesThroughUpTo8kAndMakeThemTwiceAsLarge() throws NoSuchMethodException {
        assertEquals(
                PictureLimits.DEFAULT,
                new PictureLimits(
                        read(defaultOf("largestPicture")),
                        read(defaultOf("largestUpscaledPicture"))));
    }

    /** As the framework does it at start. */
    @Test
    void refuseAWrongSizeByItsName() {
        Exception refusal = assertThrows(IllegalArgumentException.class, () -> read("very large"));

        assertTrue(refusal.getMessage().contains(NAME), refusal.getMessage());
        assertTrue(
                refusal.getMessage()
                        .contains("expected a size such as 8192x4320, got 'very large'"),
                refusal.getMessage());
    }

    private static String defaultOf(String method) throws NoSuchMethodException {
        return Settings.Segment.class.getMethod(method).getAnnotation(WithDefault.class).value();
    }

    private static LargestPicture read(String value) {
        return new SmallRyeConfigBuilder()
                .withConverter(LargestPicture.class, 100, new LargestPictureConverter())
                .withSources(new PropertiesConfigSource(Map.of(NAME, value), "test", 100))
                .build()
                .getValue(NAME, LargestPicture.class);
    }
}
