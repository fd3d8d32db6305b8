package javakit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionTest {
    @ParameterizedTest
    @CsvSource({"1.2.3, 1.2.3", "1, 1.0.0", "1.2-rc.1, 1.2.0-rc.1"})
    void reads(String text, String expected) {
        assertEquals(expected, Version.parse(text).toString());
    }

    @Test
    void refusesWhatIsNoVersion() {
        assertThrows(IllegalArgumentException.class, () -> Version.parse("1.2.3.4"));
        IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> Version.parse("1.x"));
        assertEquals("no number: x", error.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"1.0.0, 2.0.0", "1.2.0, 1.10.0", "1.0.1, 1.0.2", "1.0.0-beta, 1.0.0", "1.0.0-alpha, 1.0.0-beta"})
    void orders(String older, String newer) {
        assertTrue(Version.parse(older).compareTo(Version.parse(newer)) < 0);
        assertTrue(Version.parse(newer).compareTo(Version.parse(older)) > 0);
    }

    @Test
    void equalsWhatHasTheSameNumbers() {
        assertEquals(Version.parse("1.2"), Version.parse("1.2.0"));
        assertEquals(Version.parse("1.2").hashCode(), Version.parse("1.2.0").hashCode());
        assertNotEquals(Version.parse("1.2.3"), Version.parse("1.2.3-beta"));
    }

    @Test
    void knowsStableOnes() {
        assertTrue(Version.parse("1.0").isStable());
        assertFalse(Version.parse("0.9").isStable());
        assertFalse(Version.parse("1.0-beta").isStable());
    }

    @Test
    void countsOn() {
        Version version = Version.parse("1.2.3-beta");
        assertEquals("2.0.0", version.next(0).toString());
        assertEquals("1.3.0", version.next(1).toString());
        assertEquals("1.2.4", version.next(2).toString());
        assertEquals("1.2.3-beta", version.toString());
    }

    @Test
    void findsTheNewest() {
        List<Version> versions = List.of(Version.parse("1.2"), Version.parse("1.10"), Version.parse("1.9"));
        assertEquals("1.10.0", Version.newest(versions).toString());
        assertThrows(NoSuchElementException.class, () -> Version.newest(List.of()));
    }
}
