package javakit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpanTest {
    private final Span week = new Span(1, 7);

    @Test
    void countsBothEnds() {
        assertEquals(7, week.length());
        assertEquals(1, new Span(3, 3).length());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7})
    void containsItsDays(int day) {
        assertTrue(week.contains(day));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8})
    void doesNotContainOthers(int day) {
        assertFalse(week.contains(day));
    }

    @Test
    void refusesAnEndBeforeTheBeginning() {
        assertThrows(IllegalArgumentException.class, () -> new Span(2, 1));
    }

    @Test
    void overlapsInOneDay() {
        assertTrue(week.overlaps(new Span(7, 9)));
        assertTrue(new Span(7, 9).overlaps(week));
        assertFalse(week.overlaps(new Span(8, 9)));
    }

    @Test
    void findsCommonDays() {
        assertEquals(Optional.of(new Span(5, 7)), week.common(new Span(5, 9)));
        assertEquals(Optional.empty(), week.common(new Span(9, 9)));
    }

    @Test
    void joinsWhatTouches() {
        assertEquals(Optional.of(new Span(1, 9)), week.joined(new Span(8, 9)));
        assertEquals(Optional.of(new Span(-2, 7)), week.joined(new Span(-2, 0)));
        assertEquals(Optional.empty(), week.joined(new Span(9, 9)));
    }

    @Test
    void moves() {
        assertEquals(new Span(4, 10), week.moved(3));
    }
}
