package javakit;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import org.junit.Before;
import org.junit.Test;

public class CacheTest {
    private Cache<String, Integer> cache;

    @Before
    public void setUp() {
        cache = new Cache<>(2, key -> key.isEmpty() ? null : key.length());
    }

    @Test
    public void loadsWhatIsNotThere() {
        assertEquals(Integer.valueOf(3), cache.get("abc"));
        assertTrue(cache.has("abc"));
        assertEquals(1, cache.size());
    }

    @Test
    public void dropsWhatWasAskedForLongestAgo() {
        cache.get("a");
        cache.get("bb");
        cache.get("a");
        cache.get("ccc");
        assertTrue(cache.has("a"));
        assertFalse(cache.has("bb"));
        assertEquals(2, cache.size());
    }

    @Test
    public void keepsNoMissingValue() {
        assertNull(cache.get(""));
        assertEquals(0, cache.size());
    }

    @Test
    public void tellsHowOftenItHelped() {
        assertEquals(0, cache.hitRate(), 0);
        cache.get("a");
        cache.get("a");
        cache.get("a");
        cache.get("b");
        assertEquals(0.5, cache.hitRate(), 1e-9);
    }

    @Test
    public void forgetsAll() {
        cache.get("a");
        cache.get("a");
        cache.clear();
        assertEquals(0, cache.size());
        assertEquals(0, cache.hitRate(), 0);
    }

    @Test(expected = IllegalArgumentException.class)
    public void needsRoom() {
        new Cache<String, String>(0, key -> key);
    }
}
