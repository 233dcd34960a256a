package io.upriver.model;

import io.upriver.schemas.ModelSignature;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whose models are taken: everybody's, or those that were signed with one of a few keys. */
public final class Trust {

    /** Everybody who may write to the topic. */
    public static final Trust EVERYBODY = new Trust(List.of());

    private final Map<String, TrustedKey> keys = new LinkedHashMap<>();

    private Trust(List<TrustedKey> keys) {
        keys.forEach(key -> this.keys.put(key.id(), key));
    }

    /**
     * Only the owners of these keys; everybody where there are none.
     *
     * @throws IllegalArgumentException if a key is given twice
     */
    public static Trust in(List<TrustedKey> keys) {
        Trust trust = new Trust(keys);
        if (trust.keys.size() != keys.size()) {
            throw new IllegalArgumentException(
                    "expected every key once, got "
                            + keys.stream().map(TrustedKey::id).sorted().toList());
        }
        return trust;
    }

    /**
     * Checks who published a model.
     *
     * @param signature null if the record has none
     * @throws ModelException if it is not signed by a trusted key, for this channel
     */
    void require(String channel, byte[] onnx, @Nullable ModelSignature signature) {
        if (keys.isEmpty()) {
            return;
        }
        if (signature == null) {
            throw new ModelException(
                    "expected a signature by one of the trusted keys %s in the header %s, got none"
                            .formatted(keys.keySet(), ModelSignature.SIGNATURE));
        }
        TrustedKey key = signature.keyId() == null ? null : keys.get(signature.keyId());
        if (key == null) {
            throw new ModelException(
                    "expected a signature by one of the trusted keys %s, got one by %s"
                            .formatted(keys.keySet(), signature.keyId()));
        }
        if (!key.holds(ModelSignature.signedBytes(channel, onnx), bytes(signature))) {
            throw new ModelException(
                    "expected a signature by key %s of this file for channel %s, got one that does not hold"
                            .formatted(key.id(), channel));
        }
    }

    private static byte[] bytes(ModelSignature signature) {
        try {
            return Base64.getDecoder().decode(signature.signature());
        } catch (IllegalArgumentException e) {
            throw new ModelException(
                    "expected the header %s in base64, got '%.100s'"
                            .formatted(ModelSignature.SIGNATURE, signature.signature()),
                    e);
        }
    }
}
