package javakit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {
    private static Money euro(long units) {
        return new Money(units, "eur");
    }

    @Test
    void addsAmountsOfOneCurrency() {
        assertEquals(euro(350), euro(100).plus(euro(250)));
    }

    @Test
    void subtracts() {
        Money rest = euro(100).minus(euro(250));
        assertEquals(-150, rest.units());
        assertTrue(rest.isNegative());
    }

    @Test
    void nothingIsNotNegative() {
        assertFalse(euro(0).isNegative());
    }

    @Test
    void refusesOtherCurrencies() {
        Money dollar = new Money(100, "usd");
        assertThrows(IllegalArgumentException.class, () -> euro(100).plus(dollar));
    }

    @Test
    void refusesWhatIsNoCurrency() {
        assertThrows(IllegalArgumentException.class, () -> new Money(1, "euro"));
        assertThrows(IllegalArgumentException.class, () -> new Money(1, null));
    }

    @Test
    void noticesAnAmountThatIsTooLarge() {
        assertThrows(ArithmeticException.class, () -> euro(Long.MAX_VALUE).plus(euro(1)));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.00 EUR", "5, 0.05 EUR", "10, 0.10 EUR", "12345, 123.45 EUR", "-105, -1.05 EUR"})
    void formats(long units, String expected) {
        assertEquals(expected, euro(units).format());
    }

    @Test
    void comparesByAmount() {
        assertTrue(euro(1).compareTo(euro(2)) < 0);
        assertTrue(euro(2).compareTo(euro(1)) > 0);
        assertEquals(0, euro(2).compareTo(euro(2)));
    }

    @Test
    void equalsByAmountAndCurrency() {
        assertEquals(euro(5), new Money(5, "EUR"));
        assertEquals(euro(5).hashCode(), new Money(5, "EUR").hashCode());
        assertNotEquals(euro(5), new Money(5, "usd"));
        assertNotEquals(euro(5), euro(6));
    }

    @Nested
    class Split {
        @Test
        void givesTheRestToTheFirst() {
            assertEquals(List.of(euro(34), euro(33), euro(33)), euro(100).split(3));
        }

        @Test
        void splitsDebts() {
            assertEquals(List.of(euro(-4), euro(-3)), euro(-7).split(2));
        }

        @Test
        void needsAPart() {
            assertThrows(IllegalArgumentException.class, () -> euro(100).split(0));
        }
    }
}
