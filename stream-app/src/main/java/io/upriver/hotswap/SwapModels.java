package io.upriver.hotswap;

import io.upriver.graph.ChangedModels;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.ModelMetadata;
import io.upriver.schemas.ModelSignature;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The models of a run, signed with a key that is made for it: good ones, no two with the same
 * digest, each brighter or darker than the one before by {@value #STEP} code values or more, so
 * that a picture tells which kind of model made it; and bad ones.
 */
final class SwapModels {

    /** Far more than coding changes the mean of a picture, and little enough for the trial. */
    static final int STEP = 4;

    private static final int[] BRIGHTER = {STEP, -STEP, 0};

    /**
     * A model as it is published.
     *
     * @param name for people
     * @param brighter what its pictures are brighter by, in code values
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Model(String name, byte[] file, @Nullable ModelSignature signature, int brighter) {

        String digest() {
            return ModelRegistry.digestOf(file);
        }
    }

    private final String channel;
    private final byte[] first;
    private final KeyPair owner = newKey();
    private final List<Model> bad = new ArrayList<>();

    /**
     * @param first a good model of scale 2, which the channel has before the first swap
     */
    SwapModels(String channel, byte[] first) {
        this.channel = channel;
        this.first = first;
        ChangedModels.bad(first)
                .forEach((name, file) -> bad.add(bad(name, file, sign(owner, file))));
        byte[] scale = ChangedModels.withMetadata(first, ModelMetadata.SCALE, "3");
        bad.add(bad("another scale in its metadata", scale, sign(owner, scale)));
        byte[] near = ChangedModels.withMetadata(first, ModelMetadata.RECEPTIVE_FIELD, "2");
        bad.add(bad("looks farther than it says", near, sign(owner, near)));
        byte[] other = ChangedModels.withMetadata(first, ModelMetadata.SETTINGS, "somebody's");
        bad.add(bad("not signed", other, null));
        bad.add(bad("signature of another file", other, sign(owner, first)));
        bad.add(bad("signed by somebody", other, sign(newKey(), other)));
    }

    private static Model bad(String name, byte[] file, @Nullable ModelSignature signature) {
        return new Model(name, file, signature, 0);
    }

    /** The only key whose models a worker is to take, in base64. */
    String trustedKey() {
        return Base64.getEncoder().encodeToString(owner.getPublic().getEncoded());
    }

    /** The model that serves before the first swap. */
    Model first() {
        return new Model("first", first, null, 0);
    }

    /** The model of a swap, from 0. */
    Model good(int swap) {
        int brighter = BRIGHTER[swap % BRIGHTER.length];
        byte[] file =
                ChangedModels.withMetadata(
                        ChangedModels.brighter(first, brighter),
                        ModelMetadata.SETTINGS,
                        "swap " + swap);
        return new Model("swap " + swap, file, sign(owner, file), brighter);
    }

    /** One of the bad models, in turn. */
    Model bad(int number) {
        return bad.get(number % bad.size());
    }

    /** How many kinds of bad models there are. */
    int kinds() {
        return bad.size();
    }

    private ModelSignature sign(KeyPair key, byte[] file) {
        try {
            String id = ModelSignature.keyIdOf(key.getPublic().getEncoded());
            return ModelSignature.sign(key.getPrivate(), id, channel, file);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("a key that was just made", e);
        }
    }

    private static KeyPair newKey() {
        try {
            return KeyPairGenerator.getInstance(ModelSignature.ALGORITHM).generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java since 15 has Ed25519", e);
        }
    }
}
