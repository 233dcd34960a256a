package io.upriver.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.schemas.ModelSignature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures that the {@code openssl} program made, see {@code ModelSignatureTest}. */
class TrustTest {

    private static final String KEY =
            "MCowBQYDK2VwAyEAGHOI6I1XbFLzJBv+XI31ARGuC9XH/0rRXoj1A7Y69Tw=";
    private static final String OTHER =
            "MCowBQYDK2VwAyEApOjmWoe05CdT+qqhd9MgcNcFnMz6G93tz73JsQSW3dA=";
    private static final String ID = "a395f14d7cecce5c";
    private static final byte[] FILE = "not really a model".getBytes(StandardCharsets.UTF_8);
    private static final String BY_OPENSSL =
            "x6V7hhJBQMLWNQwIBpU1JR8YnM1DmAvgRthjE0G/LFeCFSTrRrH8PNb1bpQdncObx/AqipQmeBjOtiREH+C4Aw==";

    private final Trust trust = Trust.in(List.of(TrustedKey.parse(KEY), TrustedKey.parse(OTHER)));

    @Test
    void takesWhatATrustedKeySigned() {
        trust.require("default", FILE, new ModelSignature(ID, BY_OPENSSL));
    }

    @Test
    void takesEverythingWithoutKeys() {
        Trust.EVERYBODY.require("default", FILE, null);
        Trust.in(List.of()).require("default", FILE, new ModelSignature(null, "nonsense"));
    }

    @Test
    void refusesEverythingElse() {
        String other = TrustedKey.parse(OTHER).id();
        ModelSignature good = new ModelSignature(ID, BY_OPENSSL);
        String start =
                "expected a signature by one of the trusted keys [" + ID + ", " + other + "]";
        String broken = "expected a signature by key %s of this file for channel %s, got one that";

        assertRefused(start + " in the header upriver-signature, got none", "default", FILE, null);
        assertRefused(
                start + ", got one by 0123",
                "default",
                FILE,
                new ModelSignature("0123", BY_OPENSSL));
        assertRefused(
                start + ", got one by null", "default", FILE, new ModelSignature(null, BY_OPENSSL));
        assertRefused(broken.formatted(ID, "anime"), "anime", FILE, good);
        assertRefused(broken.formatted(ID, "default"), "default", new byte[9], good);
        assertRefused(
                broken.formatted(other, "default"),
                "default",
                FILE,
                new ModelSignature(other, BY_OPENSSL));
        assertRefused(
                broken.formatted(ID, "default"), "default", FILE, new ModelSignature(ID, "AAAA"));
        assertRefused(
                "expected the header upriver-signature in base64, got '?!'",
                "default",
                FILE,
                new ModelSignature(ID, "?!"));
    }

    @Test
    void readsAKeyFromAFile(@TempDir Path folder) throws IOException {
        // Given
        Path file =
                Files.writeString(
                        folder.resolve("key.pem"),
                        "-----BEGIN PUBLIC KEY-----\n" + KEY + "\n-----END PUBLIC KEY-----\n");

        // When
        TrustedKey key = TrustedKey.parse(file.toString());

        // Then
        assertEquals(TrustedKey.parse(KEY), key);
        assertEquals(ID, key.id());
    }

    @Test
    void saysWhatIsNoKey(@TempDir Path folder) throws IOException {
        Path secret =
                Files.writeString(folder.resolve("secret.pem"), "-----BEGIN PRIVATE KEY-----\n");

        assertNoKey("expected an Ed25519 public key in base64 or the name of a .pem", "AAAA");
        assertNoKey("expected one public key in " + secret, secret.toString());
        assertNoKey("expected a readable file with a public key, got none.pem", "none.pem");
        Exception twice =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Trust.in(List.of(TrustedKey.parse(KEY), TrustedKey.parse(KEY))));
        assertEquals("expected every key once, got [" + ID + ", " + ID + "]", twice.getMessage());
    }

    private void assertRefused(String words, String channel, byte[] file, ModelSignature by) {
        Exception refusal =
                assertThrows(ModelException.class, () -> trust.require(channel, file, by));
        assertTrue(refusal.getMessage().startsWith(words), refusal.getMessage());
    }

    private static void assertNoKey(String words, String text) {
        Exception refusal =
                assertThrows(IllegalArgumentException.class, () -> TrustedKey.parse(text));
        assertTrue(refusal.getMessage().startsWith(words), refusal.getMessage());
    }
}
