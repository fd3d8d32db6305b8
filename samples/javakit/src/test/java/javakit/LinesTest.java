package javakit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class LinesTest {
    @Test
    void wrapsBetweenWords() {
        assertEquals(List.of("a bc", "def"), Lines.wrap("a bc def", 4));
    }

    @Test
    void fillsALineToItsWidth() {
        assertEquals(List.of("ab cd", "ef"), Lines.wrap("ab cd ef", 5));
    }

    @Test
    void keepsALongWordWhole() {
        assertEquals(List.of("a", "longword", "b"), Lines.wrap("a longword b", 4));
    }

    @Test
    @DisplayName("wraps nothing")
    void wrapsNothing() {
        assertEquals(List.of(), Lines.wrap("   ", 10));
    }

    @Test
    void countsWordsWithoutCase() {
        assertEquals(Map.of("the", 2, "end", 1), Lines.counts("The end, the."));
    }

    @Test
    void keepsTheOrderOfWords() {
        assertEquals(List.of("zebra", "ant", "bee"), List.copyOf(Lines.counts("zebra ant bee zebra").keySet()));
    }

    @Test
    void readsPairs() {
        assertEquals(Map.of("a", "1", "b", "x=y", "c", ""), Lines.pairs(" a = 1;b=x=y; c ;"));
    }

    @Test
    void takesTheFirstOfAName() {
        assertEquals(Map.of("a", "1"), Lines.pairs("a=1; a=2"));
    }

    @Test
    void findsWhatStandsBelow() {
        assertEquals(List.of("one", "two"), Lines.below(List.of("- one", "three", "- ", "- two"), "- "));
    }

    @RepeatedTest(2)
    void knowsPalindromes() {
        assertTrue(Lines.isPalindrome("A man, a plan, a canal: Panama"));
        assertTrue(Lines.isPalindrome(""));
        assertFalse(Lines.isPalindrome("ab"));
        assertFalse(Lines.isPalindrome("abca"));
    }
}
