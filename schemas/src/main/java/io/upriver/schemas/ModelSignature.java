package io.upriver.schemas;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Base64;
import java.util.HexFormat;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A publisher's Ed25519 signature of a model, in the headers of its record on the models topic.
 *
 * <p><b>What is signed</b>, see {@link #signedBytes}, is text of three lines, each with a line feed
 * behind it: {@value #PURPOSE}, the channel, and the file's SHA-256 in hexadecimal digits. So a
 * signature holds for this file in this channel, and for nothing else that the key signs. It says
 * nothing about when: an older model of the same channel can be put back by whoever may write to
 * the topic, and the channel's model can be withdrawn. Neither it nor the key's name were checked
 * when this was read.
 *
 * @param keyId which key, see {@link #keyIdOf}; null if the record does not say
 * @param signature the 64 bytes of RFC 8032 in base64
 */
public record ModelSignature(@Nullable String keyId, String signature) {

    /** The header with {@link #signature()}. */
    public static final String SIGNATURE = "upriver-signature";

    /** The header with {@link #keyId()}. */
    public static final String KEY_ID = "upriver-key-id";

    /** What Java calls the algorithm. */
    public static final String ALGORITHM = "Ed25519";

    private static final String PURPOSE = "upriver-model-signature-v1";

    private static final int KEY_ID_BYTES = 8;

    /** The signature of a record; null if it has none. */
    public static @Nullable ModelSignature read(Headers headers) {
        String signature = text(headers.lastHeader(SIGNATURE));
        return signature == null
                ? null
                : new ModelSignature(text(headers.lastHeader(KEY_ID)), signature);
    }

    private static @Nullable String text(@Nullable Header header) {
        return header == null || header.value() == null
                ? null
                : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Writes this into the headers of a record. */
    public void write(Headers headers) {
        HeaderFields fields = new HeaderFields(headers);
        fields.set(SIGNATURE, signature);
        fields.set(KEY_ID, keyId);
    }

    /**
     * Signs a file for a channel.
     *
     * @param key an Ed25519 private key
     * @param keyId of its public half, see {@link #keyIdOf}
     * @throws InvalidKeyException if it is another kind of key
     */
    public static ModelSignature sign(PrivateKey key, String keyId, String channel, byte[] file)
            throws InvalidKeyException {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(signedBytes(channel, file));
            return new ModelSignature(keyId, Base64.getEncoder().encodeToString(signature.sign()));
        } catch (NoSuchAlgorithmException | SignatureException e) {
            throw new IllegalStateException("every Java since 15 has Ed25519", e);
        }
    }

    /** What a publisher signs. */
    public static byte[] signedBytes(String channel, byte[] file) {
        String text = PURPOSE + "\n" + channel + "\n" + hex(sha256(file), 32) + "\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A key's short name: the first 16 hexadecimal digits of the SHA-256 of the public key.
     *
     * @param x509 the public key as Java and OpenSSL encode it, SubjectPublicKeyInfo in DER
     */
    public static String keyIdOf(byte[] x509) {
        return hex(sha256(x509), KEY_ID_BYTES);
    }

    private static String hex(byte[] bytes, int count) {
        return HexFormat.of().formatHex(bytes, 0, count);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
