package runproof;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** As much of JSON as is needed here. Objects are maps, arrays lists, numbers doubles. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Object parse(String text) {
        return new Json(text).value();
    }

    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char one : text.toCharArray()) {
            if (one == '"' || one == '\\') quoted.append('\\').append(one);
            else if (one < ' ' || Character.isSurrogate(one)) quoted.append(String.format("\\u%04x", (int) one));
            else quoted.append(one);
        }
        return quoted.append('"').toString();
    }

    private Object value() {
        skip();
        switch (text.charAt(at)) {
            case '{' -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (at++, skip(); text.charAt(at) != '}'; skip()) {
                    if (text.charAt(at) == ',') {
                        at++;
                        continue;
                    }
                    String key = string();
                    skip();
                    at++;
                    map.put(key, value());
                }
                at++;
                return map;
            }
            case '[' -> {
                List<Object> list = new ArrayList<>();
                for (at++, skip(); text.charAt(at) != ']'; skip()) {
                    if (text.charAt(at) == ',') at++;
                    else list.add(value());
                }
                at++;
                return list;
            }
            case '"' -> {
                return string();
            }
            default -> {
                int start = at;
                while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) at++;
                String word = text.substring(start, at);
                return switch (word) {
                    case "null" -> null;
                    case "true" -> Boolean.TRUE;
                    case "false" -> Boolean.FALSE;
                    default -> Double.valueOf(word);
                };
            }
        }
    }

    private String string() {
        StringBuilder found = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) {
            char one = text.charAt(at);
            if (one != '\\') {
                found.append(one);
                continue;
            }
            char next = text.charAt(++at);
            switch (next) {
                case 'u' -> {
                    found.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                    at += 4;
                }
                case 'n' -> found.append('\n');
                case 't' -> found.append('\t');
                case 'r' -> found.append('\r');
                case 'b' -> found.append('\b');
                case 'f' -> found.append('\f');
                default -> found.append(next);
            }
        }
        at++;
        return found.toString();
    }

    private void skip() {
        while (Character.isWhitespace(text.charAt(at))) at++;
    }
}
