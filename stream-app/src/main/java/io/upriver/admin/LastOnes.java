package io.upriver.admin;

import java.util.LinkedHashMap;
import java.util.Map;

/** The values that were put last, and no more than a number of them; the oldest go. */
final class LastOnes<K, V> extends LinkedHashMap<K, V> {

    private static final long serialVersionUID = 1L;

    private final int most;

    LastOnes(int most) {
        this.most = most;
    }

    /** The key becomes the newest. */
    @Override
    public V put(K key, V value) {
        V before = remove(key);
        super.put(key, value);
        return before;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
