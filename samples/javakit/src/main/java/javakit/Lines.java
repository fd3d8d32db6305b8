package javakit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Text by lines and words. */
public final class Lines {
    private Lines() {}

    /** Lines of at most so many characters, broken between words; a longer word has a line of its own. */
    public static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.trim().split("\\s+")) {
            if (word.isEmpty()) {
                continue;
            }
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            if (line.length() > 0) {
                line.append(' ');
            }
            line.append(word);
        }
        if (line.length() > 0) {
            lines.add(line.toString());
        }
        return lines;
    }

    /** How often each word stands in a text, in the order of the first time, without regard to case. */
    public static Map<String, Integer> counts(String text) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (String word : text.toLowerCase().split("\\W+")) {
            if (!word.isEmpty()) {
                counts.put(word, counts.getOrDefault(word, 0) + 1);
            }
        }
        return counts;
    }

    /** The pairs of a text such as {@code a=1; b=2}; a name without a value has an empty one, and the first of a name counts. */
    public static Map<String, String> pairs(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String part : text.split(";")) {
            String pair = part.strip();
            if (pair.isEmpty()) {
                continue;
            }
            int at = pair.indexOf('=');
            String name = at < 0 ? pair : pair.substring(0, at).strip();
            String value = at < 0 ? "" : pair.substring(at + 1).strip();
            pairs.putIfAbsent(name, value);
        }
        return pairs;
    }

    /** The non-empty lines that begin with a prefix, without it. */
    public static List<String> below(List<String> lines, String prefix) {
        return lines.stream().filter(line -> line.startsWith(prefix)).map(line -> line.substring(prefix.length())).filter(line -> !line.isBlank()).collect(Collectors.toList());
    }

    /** Whether a text reads the same backwards, by its letters and digits alone. */
    public static boolean isPalindrome(String text) {
        int left = 0;
        int right = text.length() - 1;
        while (left < right) {
            if (!Character.isLetterOrDigit(text.charAt(left))) {
                left++;
            } else if (!Character.isLetterOrDigit(text.charAt(right))) {
                right--;
            } else if (Character.toLowerCase(text.charAt(left++)) != Character.toLowerCase(text.charAt(right--))) {
                return false;
            }
        }
        return true;
    }
}
