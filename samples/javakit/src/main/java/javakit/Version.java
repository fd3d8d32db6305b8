package javakit;

import java.util.NoSuchElementException;
import java.util.List;

/** A version of three numbers, with an optional name of what comes before it. */
public final class Version implements Comparable<Version> {
    private final int[] numbers;
    private final String before;

    private Version(int[] numbers, String before) {
        this.numbers = numbers;
        this.before = before;
    }

    /** Reads {@code 1.2.3} or {@code 1.2.3-beta}; numbers that are left out are 0. */
    public static Version parse(String text) {
        int dash = text.indexOf('-');
        String plain = dash < 0 ? text : text.substring(0, dash);
        String before = dash < 0 ? "" : text.substring(dash + 1);
        String[] parts = plain.split("\\.", -1);
        if (parts.length > 3) {
            throw new IllegalArgumentException("more than three numbers: " + text);
        }
        int[] numbers = new int[3];
        for (int i = 0; i < parts.length; i++) {
            try {
                numbers[i] = Integer.parseInt(parts[i]);
            } catch (NumberFormatException error) {
                throw new IllegalArgumentException("no number: " + parts[i], error);
            }
        }
        return new Version(numbers, before);
    }

    public boolean isStable() {
        return before.isEmpty() && numbers[0] > 0;
    }

    /** The next one of a part: 0 major, 1 minor, 2 patch. */
    public Version next(int part) {
        int[] next = numbers.clone();
        next[part]++;
        for (int i = part + 1; i < next.length; i++) {
            next[i] = 0;
        }
        return new Version(next, "");
    }

    public static Version newest(List<Version> versions) {
        Version best = null;
        for (Version one : versions) {
            if (best == null || one.compareTo(best) > 0) {
                best = one;
            }
        }
        if (best == null) {
            throw new NoSuchElementException("no version");
        }
        return best;
    }

    @Override
    public int compareTo(Version other) {
        for (int i = 0; i < numbers.length; i++) {
            int order = Integer.compare(numbers[i], other.numbers[i]);
            if (order != 0) {
                return order;
            }
        }
        if (before.isEmpty() || other.before.isEmpty()) {
            return Boolean.compare(before.isEmpty(), other.before.isEmpty());
        }
        return before.compareTo(other.before);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Version version && compareTo(version) == 0;
    }

    @Override
    public int hashCode() {
        return numbers[0] * 10_000 + numbers[1] * 100 + numbers[2];
    }

    @Override
    public String toString() {
        String text = numbers[0] + "." + numbers[1] + "." + numbers[2];
        return before.isEmpty() ? text : text + "-" + before;
    }
}
