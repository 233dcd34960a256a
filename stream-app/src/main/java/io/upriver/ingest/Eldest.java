package io.upriver.ingest;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that lets go of the key that came first when there are too many. */
final class Eldest<K, V> extends LinkedHashMap<K, V> {

    private static final long serialVersionUID = 1L;

    private final int most;

    Eldest(int most) {
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
