package javakit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** An amount in the smallest unit of a currency. */
public final class Money implements Comparable<Money> {
    private final long units;
    private final String currency;

    public Money(long units, String currency) {
        if (currency == null || currency.length() != 3) {
            throw new IllegalArgumentException("a currency has three letters");
        }
        this.units = units;
        this.currency = currency.toUpperCase();
    }

    public long units() {
        return units;
    }

    public String currency() {
        return currency;
    }

    public Money plus(Money other) {
        requireSame(other);
        return new Money(Math.addExact(units, other.units), currency);
    }

    public Money minus(Money other) {
        requireSame(other);
        return new Money(Math.subtractExact(units, other.units), currency);
    }

    public boolean isNegative() {
        return units < 0;
    }

    /** Parts that differ by no more than one unit; the larger ones come first. */
    public List<Money> split(int parts) {
        if (parts <= 0) {
            throw new IllegalArgumentException("at least one part");
        }
        long each = units / parts;
        long rest = Math.abs(units % parts);
        int sign = isNegative() ? -1 : 1;
        List<Money> shares = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            shares.add(new Money(i < rest ? each + sign : each, currency));
        }
        return shares;
    }

    /** The amount with two decimals, such as {@code -1.05 EUR}. */
    public String format() {
        long size = Math.abs(units);
        StringBuilder text = new StringBuilder();
        if (isNegative()) {
            text.append('-');
        }
        text.append(size / 100);
        text.append('.');
        if (size % 100 < 10) {
            text.append('0');
        }
        text.append(size % 100);
        return text.append(' ').append(currency).toString();
    }

    private void requireSame(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException(currency + " and " + other.currency);
        }
    }

    @Override
    public int compareTo(Money other) {
        requireSame(other);
        return Long.compare(units, other.units);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Money money && units == money.units && currency.equals(money.currency);
    }

    @Override
    public int hashCode() {
        return Objects.hash(units, currency);
    }
}
