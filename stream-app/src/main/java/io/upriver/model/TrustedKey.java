package io.upriver.model;

import io.upriver.schemas.ModelSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * An Ed25519 public key whose owner may publish models.
 *
 * @param id its name in the records, {@link ModelSignature#keyIdOf}
 */
public record TrustedKey(String id, PublicKey key) {

    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";

    /**
     * Reads a key.
     *
     * @param text a key in base64 (SubjectPublicKeyInfo, as {@code openssl pkey -pubout} puts it
     *     between its two lines), or the name of a file of such lines, which ends with {@code .pem}
     * @throws IllegalArgumentException if there is none
     */
    public static TrustedKey parse(String text) {
        String base64 = text.strip().endsWith(".pem") ? read(Path.of(text.strip())) : text;
        try {
            byte[] x509 = Base64.getMimeDecoder().decode(base64);
            PublicKey key =
                    KeyFactory.getInstance(ModelSignature.ALGORITHM)
                            .generatePublic(new X509EncodedKeySpec(x509));
            return new TrustedKey(ModelSignature.keyIdOf(key.getEncoded()), key);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected an Ed25519 public key in base64 or the name of a .pem file, got '%s'"
                            .formatted(text),
                    e);
        }
    }

    private static String read(Path file) {
        try {
            String text = Files.readString(file);
            int begin = text.indexOf(BEGIN);
            int end = text.indexOf(END);
            if (begin < 0 || end < begin || text.indexOf(BEGIN, end) >= 0) {
                throw new IllegalArgumentException(
                        "expected one public key in %s, between \"%s\" and \"%s\""
                                .formatted(file, BEGIN, END));
            }
            return text.substring(begin + BEGIN.length(), end);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "expected a readable file with a public key, got %s: %s"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    /** Whether a signature of these bytes was made with this key's private half. */
    boolean holds(byte[] signed, byte[] signature) {
        try {
            Signature check = Signature.getInstance(ModelSignature.ALGORITHM);
            check.initVerify(key);
            check.update(signed);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // such as another length than 64 bytes
        }
    }
}
