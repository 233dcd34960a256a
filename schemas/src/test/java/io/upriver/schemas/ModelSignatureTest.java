package io.upriver.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/**
 * What is signed, against the {@code openssl} program: {@code printf
 * 'upriver-model-signature-v1\n%s\n%s\n' default "$(sha256sum FILE | cut -c1-64)"}, then {@code
 * openssl pkeyutl -sign -rawin}.
 */
class ModelSignatureTest {

    private static final byte[] FILE = "not really a model".getBytes(StandardCharsets.UTF_8);
    private static final byte[] KEY =
            Base64.getDecoder()
                    .decode("MCowBQYDK2VwAyEAGHOI6I1XbFLzJBv+XI31ARGuC9XH/0rRXoj1A7Y69Tw=");
    private static final String BY_OPENSSL =
            "x6V7hhJBQMLWNQwIBpU1JR8YnM1DmAvgRthjE0G/LFeCFSTrRrH8PNb1bpQdncObx/AqipQmeBjOtiREH+C4Aw==";

    @Test
    void signsWhatOpensslSigns() throws GeneralSecurityException {
        assertTrue(holds("default", FILE));
        assertFalse(holds("anime", FILE), "a channel");
        assertFalse(holds("default", new byte[] {1}), "a file");
        assertEquals("a395f14d7cecce5c", ModelSignature.keyIdOf(KEY));
    }

    @Test
    void signsSoThatThePublicHalfHolds() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance(ModelSignature.ALGORITHM).generateKeyPair();

        ModelSignature made = ModelSignature.sign(pair.getPrivate(), "mine", "default", FILE);

        assertEquals("mine", made.keyId());
        assertTrue(holds(pair.getPublic(), made.signature(), "default", FILE));
        assertFalse(holds(pair.getPublic(), made.signature(), "anime", FILE), "a channel");
        assertFalse(holds(pair.getPublic(), BY_OPENSSL, "default", FILE), "a key");
    }

    @Test
    void comesBackFromTheHeaders() {
        // Given
        RecordHeaders headers = new RecordHeaders();
        ModelSignature signature = new ModelSignature("a395f14d7cecce5c", BY_OPENSSL);

        // When
        signature.write(headers);

        // Then
        assertEquals(signature, ModelSignature.read(headers));
        assertEquals(2, headers.toArray().length);
        assertNull(ModelSignature.read(new RecordHeaders()));
    }

    private static boolean holds(String channel, byte[] file) throws GeneralSecurityException {
        PublicKey key =
                KeyFactory.getInstance(ModelSignature.ALGORITHM)
                        .generatePublic(new X509EncodedKeySpec(KEY));
        return holds(key, BY_OPENSSL, channel, file);
    }

    private static boolean holds(PublicKey key, String signature, String channel, byte[] file)
            throws GeneralSecurityException {
        Signature check = Signature.getInstance(ModelSignature.ALGORITHM);
        check.initVerify(key);
        check.update(ModelSignature.signedBytes(channel, file));
        return check.verify(Base64.getDecoder().decode(signature));
    }
}
