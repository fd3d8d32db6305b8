package javakit;

import java.util.Optional;

/** Days from a first to a last one, both included; days are numbered. */
public record Span(int first, int last) {
    public Span {
        if (last < first) {
            throw new IllegalArgumentException("a span ends on its first day or later");
        }
    }

    public int length() {
        return last - first + 1;
    }

    public boolean contains(int day) {
        return day >= first && day <= last;
    }

    public boolean overlaps(Span other) {
        return first <= other.last && other.first <= last;
    }

    /** The days that both have. */
    public Optional<Span> common(Span other) {
        if (!overlaps(other)) {
            return Optional.empty();
        }
        return Optional.of(new Span(Math.max(first, other.first), Math.min(last, other.last)));
    }

    /** One span of both, where they overlap or touch. */
    public Optional<Span> joined(Span other) {
        boolean isApart = last + 1 < other.first || other.last + 1 < first;
        if (isApart) {
            return Optional.empty();
        }
        return Optional.of(new Span(Math.min(first, other.first), Math.max(last, other.last)));
    }

    public Span moved(int days) {
        return new Span(first + days, last + days);
    }
}
