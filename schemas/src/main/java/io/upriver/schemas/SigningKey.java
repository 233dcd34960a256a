package io.upriver.schemas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** A publisher's Ed25519 private key. Immutable; its text shows nothing of it. */
public final class SigningKey {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    /** Nothing that would mean anything with a signature. */
    private static final byte[] TRIED = {0};

    private final EdECPrivateKey key;
    private final String id;

    private SigningKey(EdECPrivateKey key, String id) {
        this.key = key;
        this.id = id;
    }

    /**
     * Reads a PEM file (PKCS#8, not encrypted) as {@code openssl genpkey -algorithm ed25519} writes
     * it.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if there is no such key in it
     */
    public static SigningKey read(Path pem) throws IOException {
        if (!Files.isRegularFile(pem)) {
            throw new IOException(pem + ": expected a file with a private key, got none");
        }
        String text = Files.readString(pem);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        try {
            byte[] pkcs8 =
                    Base64.getMimeDecoder()
                            .decode(begin < 0 ? "" : text.substring(begin + BEGIN.length(), end));
            EdECPrivateKey key =
                    (EdECPrivateKey)
                            KeyFactory.getInstance(ModelSignature.ALGORITHM)
                                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            return new SigningKey(key, idOf(key));
        } catch (GeneralSecurityException | RuntimeException e) { // none of whose words are shown
            throw new IllegalArgumentException(
                    "%s: expected an Ed25519 private key between \"%s\" and \"%s\""
                            .formatted(pem, BEGIN, END));
        }
    }

    /**
     * The name of the public half. Java does not compute this half from the private one, but makes
     * both from 32 random bytes, which are the private key: here they are not random. That it is
     * the right one is tried out.
     */
    private static String idOf(EdECPrivateKey key) throws GeneralSecurityException {
        byte[] bytes = key.getBytes().orElseThrow();
        KeyPairGenerator generator = KeyPairGenerator.getInstance(ModelSignature.ALGORITHM);
        generator.initialize(NamedParameterSpec.ED25519, new Given(bytes));
        PublicKey publicKey = generator.generateKeyPair().getPublic();
        Signature check = Signature.getInstance(ModelSignature.ALGORITHM);
        check.initVerify(publicKey);
        check.update(TRIED);
        if (!check.verify(signed(key, TRIED))) {
            throw new InvalidAlgorithmParameterException("another public key came out");
        }
        return ModelSignature.keyIdOf(publicKey.getEncoded());
    }

    /** The first 16 digits of the SHA-256 of the public key, as workers know it. */
    public String id() {
        return id;
    }

    /** The signature of a file for a channel. */
    public ModelSignature sign(String channel, byte[] file) {
        try {
            return ModelSignature.sign(key, id, channel, file);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the model cannot be signed: " + e.getMessage(), e);
        }
    }

    private static byte[] signed(EdECPrivateKey key, byte[] bytes) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(ModelSignature.ALGORITHM);
        signature.initSign(key);
        signature.update(bytes);
        return signature.sign();
    }

    @Override
    public String toString() {
        return "signing key " + id;
    }

    /** Gives the bytes that it was given, once. */
    private static final class Given extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final byte[] bytes;

        Given(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] wanted) {
            System.arraycopy(bytes, 0, wanted, 0, wanted.length);
        }
    }
}
