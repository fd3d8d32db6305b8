package runproof;

import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Names of tests as Surefire's reports give them: class, method, and the number or name of a case: {@code a.b.CTest.adds}, {@code a.b.CTest.adds(int, int)[2]}, {@code a.b.CTest$Inner.adds}. */
final class TestIds {
    private static final Pattern NO_PARAMETERS = Pattern.compile("\\(\\)(?=\\[|$)");

    private TestIds() {}

    static String of(TestIdentifier test, TestPlan plan) {
        String type = classOf(test, plan);
        return clean(type + "." + NO_PARAMETERS.matcher(test.getLegacyReportingName()).replaceAll(""));
    }

    /** Of a test, or of the nearest thing around it that has one. */
    static String classOf(TestIdentifier test, TestPlan plan) {
        Optional<TestIdentifier> one = Optional.of(test);
        while (one.isPresent()) {
            TestSource source = one.get().getSource().orElse(null);
            if (source instanceof MethodSource method) return method.getClassName();
            if (source instanceof ClassSource type) return type.getClassName();
            one = plan.getParent(one.get());
        }
        return "";
    }

    /** On one line, and without what XML cannot hold. */
    static String clean(String text) {
        StringBuilder cleaned = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char one = text.charAt(i);
            boolean isPair = Character.isHighSurrogate(one) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
            if (isPair) cleaned.append(one).append(text.charAt(++i));
            else if (one < ' ' || one == 0x7f || Character.isSurrogate(one) || one >= 0xfffe) cleaned.append(String.format("\\u%04x", (int) one));
            else cleaned.append(one);
        }
        return cleaned.toString();
    }

    /** The class that an id names, among those that are known; null where it names none. */
    static String classIn(String id, Collection<String> classes) {
        String best = null;
        for (int dot = id.indexOf('.'); dot >= 0; dot = id.indexOf('.', dot + 1)) {
            if (classes.contains(id.substring(0, dot))) best = id.substring(0, dot);
        }
        return best;
    }

    /** An id without the number or name of a case. */
    static String methodOf(String id) {
        int end = id.length();
        for (char one : new char[] {'(', '[', '{', ' '}) {
            int at = id.indexOf(one);
            if (at > 0) end = Math.min(end, at);
        }
        return id.substring(0, end);
    }
}
