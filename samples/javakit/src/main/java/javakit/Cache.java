package javakit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Keeps the values that were asked for last. */
public final class Cache<K, V> {
    private final int capacity;
    private final Function<K, V> loader;
    private final Map<K, V> kept = new LinkedHashMap<>();
    private int hits;
    private int loads;

    public Cache(int capacity, Function<K, V> loader) {
        if (capacity < 1) {
            throw new IllegalArgumentException("room for one value at least");
        }
        this.capacity = capacity;
        this.loader = loader;
    }

    public V get(K key) {
        V value = kept.remove(key);
        if (value != null) {
            hits++;
        } else {
            value = loader.apply(key);
            loads++;
        }
        if (value == null) {
            return null;
        }
        kept.put(key, value);
        if (kept.size() > capacity) {
            K eldest = kept.keySet().iterator().next();
            kept.remove(eldest);
        }
        return value;
    }

    public boolean has(K key) {
        return kept.containsKey(key);
    }

    public int size() {
        return kept.size();
    }

    /** The part of all questions that needed no loading; 0 before the first. */
    public double hitRate() {
        int asked = hits + loads;
        return asked == 0 ? 0 : (double) hits / asked;
    }

    public void clear() {
        kept.clear();
        hits = 0;
        loads = 0;
    }
}
