package runproof;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Tells what each test did, as soon as it is known. */
final class Listener implements TestExecutionListener {
    private static final Set<String> SET_UP = Set.of("Before", "BeforeEach", "BeforeClass", "BeforeAll", "After", "AfterEach", "AfterClass", "AfterAll");
    private final Channel channel;
    private final Set<String> chosen;
    private final boolean failFast;
    private final ReachWriter reach;
    private final Map<String, Long> began = new HashMap<>();
    private final Set<String> told = new HashSet<>();
    private TestPlan plan;

    Listener(Channel channel, Set<String> chosen, boolean failFast, String reach) {
        this.channel = channel;
        this.chosen = chosen;
        this.failFast = failFast;
        this.reach = reach.isEmpty() ? null : new ReachWriter(reach);
    }

    /** Ends the run: the platform hands on nothing but errors of this kind. */
    static final class Stop extends OutOfMemoryError {
        private static final long serialVersionUID = 1;
    }

    void end() {
        if (reach != null) reach.close();
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (!test.isTest()) return;
        if (reach != null) reach.shared();
        began.put(test.getUniqueId(), System.nanoTime());
        send("start", TestIds.of(test, plan));
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        tellAll(test, "skipped", reason, null);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Throwable thrown = result.getThrowable().orElse(null);
        TestExecutionResult.Status status = result.getStatus();
        if (!test.isTest()) {
            if (status == TestExecutionResult.Status.ABORTED) tellAll(test, "skipped", thrown == null ? "" : message(thrown), null);
            else if (status == TestExecutionResult.Status.FAILED) tellAll(test, "errored", thrown == null ? "" : message(thrown), thrown);
            return;
        }
        String outcome = switch (status) {
            case SUCCESSFUL -> "passed";
            case ABORTED -> "skipped";
            case FAILED -> isSetUp(test, thrown) ? "errored" : "failed";
        };
        tell(test, outcome, thrown == null ? "" : message(thrown), thrown);
    }

    /** All tests below that said nothing yet; the thing itself where there is none. */
    private void tellAll(TestIdentifier test, String outcome, String message, Throwable thrown) {
        if (test.isTest()) {
            tell(test, outcome, message, thrown);
            return;
        }
        boolean any = false;
        for (TestIdentifier one : plan.getDescendants(test)) {
            if (!one.isTest()) continue;
            any = true;
            if (!told.contains(one.getUniqueId())) tell(one, outcome, message, thrown);
        }
        if (!any && outcome.equals("errored")) tell(test, outcome, message, thrown);
    }

    private void tell(TestIdentifier test, String outcome, String message, Throwable thrown) {
        String id = TestIds.of(test, plan);
        told.add(test.getUniqueId());
        if (reach != null) reach.test(id);
        Long start = began.get(test.getUniqueId());
        double seconds = start == null ? 0 : (System.nanoTime() - start) / 1e9;
        String type = thrown == null ? "" : thrown.getClass().getName();
        send("end", id, outcome, String.format(java.util.Locale.ROOT, "%.4f", seconds), type, cut(message, 4000), cut(thrown == null ? "" : words(thrown), 20_000), part(thrown, "getExpected"), part(thrown, "getActual"), cut(test.getDisplayName(), 2000));
        if (failFast && (outcome.equals("failed") || outcome.equals("errored")) && (chosen.isEmpty() || chosen.contains(id))) throw new Stop();
    }

    private void send(String... fields) {
        try {
            channel.send(fields);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** Whether what was thrown comes from a method that prepares or cleans up, and not from the test. */
    private static boolean isSetUp(TestIdentifier test, Throwable thrown) {
        if (thrown == null || !(test.getSource().orElse(null) instanceof MethodSource source)) return false;
        try {
            Set<String> methods = new HashSet<>();
            Set<String> classes = new HashSet<>();
            for (Class<?> type = source.getJavaClass(); type != null && type != Object.class; type = type.getSuperclass()) {
                classes.add(type.getName());
                boolean isOld = java.util.Arrays.stream(type.getDeclaredMethods()).noneMatch(method -> method.isAnnotationPresent(org.junit.Test.class));
                for (Method method : type.getDeclaredMethods()) {
                    for (Annotation annotation : method.getDeclaredAnnotations()) if (SET_UP.contains(annotation.annotationType().getSimpleName())) methods.add(method.getName());
                    if (isOld && junit.framework.TestCase.class.isAssignableFrom(source.getJavaClass()) && (method.getName().equals("setUp") || method.getName().equals("tearDown"))) methods.add(method.getName());
                }
            }
            for (StackTraceElement frame : thrown.getStackTrace()) {
                if (!classes.contains(frame.getClassName())) continue;
                if (frame.getMethodName().equals(source.getMethodName())) return false;
                if (methods.contains(frame.getMethodName())) return true;
            }
        } catch (Throwable error) {
            return false;
        }
        return false;
    }

    private static String message(Throwable thrown) {
        try {
            String message = thrown.getMessage();
            return message == null ? "" : message;
        } catch (Throwable error) {
            return "";
        }
    }

    /** What an assertion expected or got, as the framework itself holds it; empty where it does not say. */
    private static String part(Throwable thrown, String getter) {
        if (thrown == null) return "";
        try {
            if (thrown instanceof org.opentest4j.AssertionFailedError failed) {
                org.opentest4j.ValueWrapper value = getter.equals("getExpected") ? failed.getExpected() : failed.getActual();
                if (value == null) return "";
                String text = value.getStringRepresentation();
                return cut("java.lang.String".equals(value.getType() == null ? "" : value.getType().getName()) ? "\"" + text + "\"" : text, 2000);
            }
            if (thrown instanceof org.junit.ComparisonFailure failed) return cut("\"" + (getter.equals("getExpected") ? failed.getExpected() : failed.getActual()) + "\"", 2000);
            if (thrown instanceof junit.framework.ComparisonFailure failed) return cut("\"" + (getter.equals("getExpected") ? failed.getExpected() : failed.getActual()) + "\"", 2000);
        } catch (Throwable error) {
            return "";
        }
        return "";
    }

    static String words(Throwable thrown) {
        try {
            StringWriter words = new StringWriter();
            thrown.printStackTrace(new PrintWriter(words, true));
            return words.toString();
        } catch (Throwable error) {
            return thrown.getClass().getName();
        }
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
