package runproof;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** JUnit XML, written as tests end; a report that is not closed tells that the run was cut off. */
final class Report implements AutoCloseable {
    static final String TIME_LIMIT = "runproof: time limit";
    private final OutputStream output;
    private final Set<String> ids = new HashSet<>();
    private boolean isWhole = true;
    private boolean hasFailed;

    Report(OutputStream output) throws IOException {
        this.output = output;
        write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"java\">\n");
    }

    boolean hasFailed() {
        return hasFailed || !isWhole;
    }

    /** A part of the run was cut off: the report stays open. */
    void cut() {
        isWhole = false;
    }

    boolean has(String id) {
        return ids.contains(id);
    }

    Set<String> ids() {
        return ids;
    }

    /** @param type of the class, the part of the id before the name */
    void test(String id, String type, String file, String outcome, String seconds, String kind, String message, String details) throws IOException {
        ids.add(id);
        String name = type != null && id.startsWith(type + ".") ? id.substring(type.length() + 1) : id;
        StringBuilder text = new StringBuilder("<testcase classname=\"").append(escaped(type == null ? "" : type)).append("\" name=\"").append(escaped(name)).append("\" time=\"").append(seconds).append('"');
        if (file != null) text.append(" file=\"").append(escaped(file)).append('"');
        text.append("><properties><property name=\"nodeid\" value=\"").append(escaped(id)).append("\"/></properties>");
        if (!outcome.equals("passed")) {
            String element = switch (outcome) {
                case "failed" -> "failure";
                case "skipped" -> "skipped";
                default -> "error";
            };
            hasFailed |= !outcome.equals("skipped");
            text.append('<').append(element).append(" message=\"").append(escaped(message)).append("\" type=\"").append(escaped(kind)).append("\">").append(escaped(details)).append("</").append(element).append('>');
        }
        write(text.append("</testcase>\n").toString());
    }

    void late(String id, String type, String file, double limit) throws IOException {
        test(id, type, file, "errored", String.format(Locale.ROOT, "%.3f", limit), "", TIME_LIMIT, "");
    }

    /** What does not compile. */
    void collectionFailure(String where, List<String> errors) throws IOException {
        hasFailed = true;
        // The reader shows the last line.
        List<String> lines = new java.util.ArrayList<>(errors.subList(0, Math.min(20, errors.size())));
        java.util.Collections.reverse(lines);
        write("<testcase classname=\"\" name=\"" + escaped(where) + "\"><error message=\"collection failure\">" + escaped(String.join("\n", lines)) + "</error></testcase>\n");
    }

    @Override
    public void close() throws IOException {
        if (isWhole) write("</testsuite>\n</testsuites>\n");
        output.close();
    }

    private void write(String text) throws IOException {
        output.write(text.getBytes(StandardCharsets.UTF_8));
        output.flush();
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char one = text.charAt(i);
            switch (one) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\n' -> escaped.append("&#10;");
                case '\t' -> escaped.append("&#9;");
                default -> {
                    boolean isPair = Character.isHighSurrogate(one) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
                    if (isPair) escaped.append(one).append(text.charAt(++i));
                    else if (one < ' ' || Character.isSurrogate(one) || one >= 0xfffe) escaped.append('\ufffd');
                    else escaped.append(one);
                }
            }
        }
        return escaped.toString();
    }
}
