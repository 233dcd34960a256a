package io.upriver.schemas;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerTest {

    @ParameterizedTest
    @EnumSource
    void isFoundByTheTypeItWrites(Container container) {
        assertEquals(Optional.of(container), Container.ofContentType(container.contentType()));
    }

    @ParameterizedTest
    @CsvSource({
        "VIDEO/MP2T, MPEG_TS",
        "' video/mp4 ; codecs=\"avc1.64001f\"', MP4",
        "video/matroska, MATROSKA",
        "video/webm, MATROSKA"
    })
    void understandsOtherSpellingsOfAType(String contentType, Container expected) {
        assertEquals(Optional.of(expected), Container.ofContentType(contentType));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "video", "video/quicktime", "video/mp4x", "text/plain; video/mp4"})
    void knowsNoOtherType(String contentType) {
        assertEquals(Optional.empty(), Container.ofContentType(contentType));
    }

    @Test
    void sniffsATransportStreamByTwoSyncBytes() {
        // Given two packets' beginnings, and one that lacks the second
        byte[] two = new byte[189];
        two[0] = 0x47;
        two[188] = 0x47;
        byte[] one = new byte[189];
        one[0] = 0x47;

        // Then one is not enough
        assertEquals(Optional.of(Container.MPEG_TS), Container.sniff(two));
        assertEquals(Optional.empty(), Container.sniff(one));
        assertEquals(Optional.empty(), Container.sniff(new byte[] {0x47}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftyp", "styp", "moov", "moof", "sidx", "emsg", "free"})
    void sniffsMp4ByItsFirstBox(String box) {
        byte[] data = ("\0\0\0\u0018" + box + "isom").getBytes(ISO_8859_1);
        assertEquals(Optional.of(Container.MP4), Container.sniff(data));
    }

    @Test
    void sniffsMatroskaByItsMagic() {
        byte[] data = {0x1A, 0x45, (byte) 0xDF, (byte) 0xA3, 0x01};
        assertEquals(Optional.of(Container.MATROSKA), Container.sniff(data));
    }

    @Test
    void sniffsNothingInAnythingElse() {
        // Given seeded noise of every short length, which begins like nothing
        Samples samples = new Samples(1);
        for (int length = 0; length < 200; length++) {
            byte[] noise = samples.bytes(length);
            if (length > 0) {
                noise[0] = 0x00;
            }

            // Then no container is seen in it
            assertEquals(Optional.empty(), Container.sniff(noise), "length " + length);
        }
    }

    @Test
    void sniffsNothingInABeginningCutShort() {
        assertEquals(Optional.empty(), Container.sniff("\0\0\0\u0018fty".getBytes(ISO_8859_1)));
        assertEquals(Optional.empty(), Container.sniff(new byte[] {0x1A, 0x45, (byte) 0xDF}));
    }
}
