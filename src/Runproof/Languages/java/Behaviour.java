package runproof;

import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a failing test shows: what was called, what came out, what was expected; from its message, its stack trace and its own source. */
final class Behaviour {
    private static final int LONGEST = 400;
    private static final Pattern EXPECTED = Pattern.compile("expected: ?(?:\\S+)?<(.*?)> but was: ?(?:\\S+)?<(.*?)>", Pattern.DOTALL);
    private static final Pattern NOT_THROWN = Pattern.compile("Expected (?:exception: )?([\\w.$]+)(?: to be thrown, but nothing was thrown|$)|(?:Expected|Should).*(?:throw|exception)|[Ee]xpected \\w*Exception");
    private static final Pattern NOT_EXPECTED = Pattern.compile("(?:unexpected exception type thrown|Unexpected exception type thrown)[;,]? *=*>? *expected: ?<(.*?)> but was: ?<(.*?)>", Pattern.DOTALL);

    private Behaviour() {}

    /** @param failure the line of {@link Listener} */
    static String line(String[] failure, String type, Path file) {
        String kind = failure[4];
        String message = failure[5];
        Check check = null;
        try {
            int at = lineIn(failure[6], type, file.getFileName().toString());
            check = Check.read(file, at, TestIds.methodOf(failure[1].substring(type.length() + 1)));
        } catch (Exception error) {
            System.out.println("note: " + file + ": " + error);
        }
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("test", failure[1]);
        boolean isAssertion = kind.endsWith("AssertionError") || kind.endsWith("AssertionFailedError") || kind.endsWith("ComparisonFailure") || kind.endsWith("MultipleFailuresError") || kind.endsWith("ArrayComparisonFailure");
        Matcher pair = EXPECTED.matcher(message);
        Matcher missed = NOT_THROWN.matcher(message);
        Matcher other = NOT_EXPECTED.matcher(message);
        if (!isAssertion) {
            record.put("kind", "raises");
            record.put("actual", reason(shortName(kind), message));
        } else if (other.find()) {
            record.put("kind", "raises");
            Matcher cause = Pattern.compile("(?m)^Caused by: ([^\n]*)").matcher(failure[6]);
            String said = cause.find() ? cause.group(1).replaceFirst("^" + Pattern.quote(other.group(2)) + "(: |$)", "") : "";
            record.put("actual", reason(shortName(other.group(2)), said));
            record.put("expected", shortName(other.group(1)));
        } else if (failure[7].isEmpty() && missed.find()) {
            record.put("kind", "not-raised");
            record.put("expected", missed.group(1) != null ? shortName(missed.group(1)) : check != null && check.expected != null ? check.expected : "");
        } else {
            boolean isPair = pair.find();
            boolean hasValues = !failure[7].isEmpty() && !failure[8].isEmpty();
            String expected = hasValues ? failure[7] : isPair ? pair.group(1) : check != null && check.wanted != null ? check.wanted : null;
            String actual = hasValues ? failure[8] : isPair ? pair.group(2) : check != null && "true".equals(check.wanted) ? "false" : check != null && "false".equals(check.wanted) ? "true" : null;
            if (expected != null && expected.equals(actual)) {
                record.put("kind", "other");
                message = "the result is not equal to what is expected, although both read " + expected;
            } else if (expected != null && actual != null) {
                record.put("kind", "value");
                record.put("actual", actual);
                record.put("expected", expected);
            } else {
                record.put("kind", "other");
                if (check != null && check.holds != null) record.put("expected", check.holds);
            }
        }
        record.put("message", message);
        if (check != null) {
            record.put("call", check.call);
            record.put("setup", check.setUp);
            record.put("inputs", inputs(check, failure[9]));
        }
        return json(record);
    }

    private static String reason(String type, String message) {
        String first = message.strip().split("\n", 2)[0].strip();
        return first.isEmpty() ? type : type + ": " + first;
    }

    private static String shortName(String type) {
        return type.substring(Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')) + 1);
    }

    /** The line of the outermost frame in the test's own class: there stand the values that it begins with. */
    private static int lineIn(String trace, String type, String file) {
        Pattern frame = Pattern.compile("(?m)^\\s*at (?:[\\w.-]+/{1,2})?" + Pattern.quote(type) + "[.$][^(\n]*\\(" + Pattern.quote(file) + ":(\\d+)\\)");
        int found = 0;
        Matcher frames = frame.matcher(trace.split("(?m)^Caused by: ", 2)[0]);
        while (frames.find()) found = Integer.parseInt(frames.group(1));
        return found;
    }

    /** The arguments of a case, as its name shows them, where it shows them all. */
    private static Map<String, String> inputs(Check check, String display) {
        Map<String, String> inputs = new LinkedHashMap<>();
        Matcher numbered = Pattern.compile("\\[\\d+] (.*)", Pattern.DOTALL).matcher(display);
        if (check.parameters.isEmpty() || !numbered.matches()) return inputs;
        String[] values = check.parameters.size() == 1 ? new String[] {numbered.group(1)} : numbered.group(1).split(", ", -1);
        if (values.length != check.parameters.size()) return inputs;
        String used = String.join("\n", check.setUp) + "\n" + check.call;
        for (int i = 0; i < values.length; i++) {
            String name = check.parameters.get(i);
            if (!values[i].matches("(?s).*@[0-9a-f]{6,8}") && Pattern.compile("(?<![\\w.])" + Pattern.quote(name) + "\\b").matcher(used).find()) inputs.put(name, values[i].replaceFirst("^" + Pattern.quote(name) + "=", ""));
        }
        return inputs;
    }

    private static String json(Object value) {
        if (value instanceof Map<?, ?> map) return "{" + String.join(",", map.entrySet().stream().map(one -> Json.quoted(String.valueOf(one.getKey())) + ":" + json(one.getValue())).toList()) + "}";
        if (value instanceof List<?> list) return "[" + String.join(",", list.stream().map(Behaviour::json).toList()) + "]";
        return Json.quoted(String.valueOf(value));
    }

    /**
     * What a test did and checked at a line.
     *
     * @param holds the condition that should have held, where the assertion names no values
     * @param wanted the value that the assertion's name says
     * @param expected the exception that should have come
     */
    private record Check(String call, String holds, String wanted, String expected, List<String> setUp, List<String> parameters) {
        static Check read(Path file, int line, String methodName) throws Exception {
            TestSource source = TestSource.read(file);
            MethodTree method = line > 0 ? source.methodAt(line) : null;
            if (method == null) method = source.methodNamed(methodName);
            if (method == null) return null;
            Tree statement = line > 0 ? source.statementAt(method, line) : source.lastStatement(method);
            if (statement == null) statement = source.lastStatement(method);
            if (statement == null) return null;
            MethodInvocationTree assertion = source.assertionIn(statement);
            String holds = null;
            String wanted = null;
            String expected = source.expectedOf(method);
            Tree called = statement instanceof ExpressionStatementTree one ? one.getExpression() : statement instanceof VariableTree made && made.getInitializer() != null ? made.getInitializer() : statement;
            if (assertion != null) {
                String name = TestSource.nameOf(assertion);
                List<? extends ExpressionTree> arguments = assertion.getArguments();
                boolean isMessageFirst = source.isMessageFirst() && arguments.size() > (name.matches("assert(True|False|Null|NotNull)|assertThrows") ? 1 : 2) && arguments.get(0) instanceof LiteralTree literal && literal.getKind() == Tree.Kind.STRING_LITERAL
                        && !(name.equals("assertEquals") && arguments.size() == 3 && arguments.get(2).getKind() != Tree.Kind.METHOD_INVOCATION && arguments.get(2) instanceof LiteralTree delta && delta.getKind() != Tree.Kind.STRING_LITERAL && !(arguments.get(1) instanceof LiteralTree));
                int first = isMessageFirst ? 1 : 0;
                if (name.matches("assert(True|False|Null|NotNull)")) {
                    called = arguments.get(first);
                    wanted = name.equals("assertTrue") ? "true" : name.equals("assertFalse") ? "false" : null;
                    holds = switch (name) {
                        case "assertTrue" -> source.text(called);
                        case "assertFalse" -> "!(" + source.text(called) + ")";
                        case "assertNull" -> source.text(called) + " == null";
                        default -> source.text(called) + " != null";
                    };
                } else if (name.matches("assert(Throws|ThrowsExactly|DoesNotThrow|Timeout|TimeoutPreemptively)")) {
                    for (ExpressionTree argument : arguments) {
                        if (argument instanceof LambdaExpressionTree lambda) called = lambda.getBody();
                        else if (argument instanceof MemberSelectTree select && select.getIdentifier().contentEquals("class")) expected = source.text(select.getExpression());
                    }
                } else if (name.equals("assertThat") || name.startsWith("assert") && arguments.size() == 1) {
                    called = arguments.get(first);
                } else if (arguments.size() >= first + 2) {
                    ExpressionTree one = arguments.get(first);
                    ExpressionTree two = arguments.get(first + 1);
                    called = two instanceof LiteralTree && !(one instanceof LiteralTree) ? one : two;
                }
            }
            String call = source.text(called);
            if (call.length() > LONGEST) return null;
            List<String> setUp = source.setUp(method, statement, call, LONGEST);
            List<String> parameters = new ArrayList<>();
            for (VariableTree parameter : method.getParameters()) parameters.add(parameter.getName().toString());
            return new Check(call, holds, wanted, expected, setUp, parameters);
        }
    }
}
