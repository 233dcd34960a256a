package io.upriver.app;

import io.upriver.model.TrustedKey;
import org.eclipse.microprofile.config.spi.Converter;

/** Reads public keys, or the names of their files, from settings. */
public final class TrustedKeyConverter implements Converter<TrustedKey> {

    private static final long serialVersionUID = 1L;

    @Override
    public TrustedKey convert(String value) {
        return TrustedKey.parse(value);
    }
}
