package runproof;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One run. Variables: RUNPROOF_REPORT (JUnit XML to write), RUNPROOF_SELECT (tests to run, each a line "SECONDS ID" with its limit), RUNPROOF_SHUFFLE (seed), RUNPROOF_FAIL_FAST, RUNPROOF_TEST_SECONDS (limit of
 * each test without one of its own), RUNPROOF_REACH and RUNPROOF_BEHAVIOUR (JSON lines to write).
 */
final class Suite {
    private static final int MOST_RESTARTS = 4;
    private static final int LATE_TO_STOP = 2;
    private final Path project;
    private final Build build;
    private final Map<String, Double> limits;
    private final boolean failFast;
    private final double usualLimit;
    private final String shuffle;
    private final List<String[]> failures = new ArrayList<>();
    private final Set<String> chosenFailed = new LinkedHashSet<>();

    /** @param limits chosen test → limit in seconds; null for all tests */
    Suite(Path project, Build build, Map<String, Double> limits, boolean failFast, double usualLimit, String shuffle) {
        this.project = project;
        this.build = build;
        this.limits = limits;
        this.failFast = failFast;
        this.usualLimit = usualLimit;
        this.shuffle = shuffle;
    }

    /** @param arguments names of test classes, or folders of modules; none for all */
    static int run(Path project, List<String> arguments) throws IOException {
        String select = Tools.variable("SELECT");
        Build build = new Build(project);
        Map<SourceSet, List<String>> broken = build.run();
        String reach = Tools.variable("REACH");
        Suite suite = new Suite(project, build, select.isEmpty() ? null : limits(Files.readAllLines(Path.of(select))), !Tools.variable("FAIL_FAST").isEmpty(), number(Tools.variable("TEST_SECONDS")), Tools.variable("SHUFFLE"));
        String list = reach.isEmpty() ? null : suite.writeReachList();
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        int code;
        try (Report report = new Report(written)) {
            suite.tellBroken(report, broken);
            for (Build.Part part : build.parts()) {
                if (!build.isGood(part, broken)) continue;
                try (TestHost host = new TestHost(part, build.folders(part), list)) {
                    if (!suite.runTests(part, host, List.of(), report, arguments, reach, System.nanoTime() + TimeUnit.HOURS.toNanos(3))) break;
                }
            }
            suite.writeBehaviour();
            if (suite.limits == null) build.tellMissing();
            code = report.hasFailed() ? 1 : 0;
        }
        // Only now, when no test runs any more: a file that was planted there meanwhile is gone, links too.
        Path file = Path.of(Tools.variable("REPORT"));
        Files.deleteIfExists(file);
        Files.write(file, written.toByteArray(), StandardOpenOption.CREATE_NEW);
        return code;
    }

    static Map<String, Double> limits(Collection<String> lines) {
        Map<String, Double> limits = new LinkedHashMap<>();
        for (String line : lines) {
            int space = line.indexOf(' ');
            if (space > 0) limits.put(line.substring(space + 1), number(line.substring(0, space)));
        }
        return limits;
    }

    static double number(String text) {
        try {
            return text.isEmpty() ? 0 : Double.parseDouble(text);
        } catch (NumberFormatException error) {
            return 0;
        }
    }

    /** What does not compile now, and what never did. */
    void tellBroken(Report report, Map<SourceSet, List<String>> broken) throws IOException {
        for (Map.Entry<SourceSet, List<String>> one : broken.entrySet()) {
            report.collectionFailure(one.getKey().name(), one.getValue());
            System.out.println(String.join("\n", one.getValue().subList(0, Math.min(50, one.getValue().size()))));
        }
        if (limits != null) return;
        for (Build.Part part : build.parts()) {
            for (SourceSet set : List.of(part.main(), part.test())) {
                for (Map.Entry<String, String> file : set.leftOut().entrySet()) report.collectionFailure(file.getKey(), List.of(file.getValue()));
            }
        }
    }

    /** @return whether further modules are to be run */
    boolean runTests(Build.Part part, TestHost host, List<Path> places, Report report, List<String> arguments, String reach, long until) throws IOException {
        Map<String, String> files = part.test().classes();
        List<String> classes = classes(part, files, arguments);
        Set<String> chosen = new LinkedHashSet<>();
        if (limits != null) {
            Set<String> outer = new LinkedHashSet<>();
            for (String id : limits.keySet()) {
                String type = TestIds.classIn(id, files.keySet());
                if (type == null) continue;
                outer.add(outermost(type));
                chosen.add(id);
            }
            Set<String> known = new HashSet<>(classes);
            classes = outer.stream().filter(known::contains).toList();
        }
        if (classes.isEmpty()) return true;
        Set<String> without = new HashSet<>();
        Set<String> late = new LinkedHashSet<>();
        String[] running = {null};
        for (int restart = 0; ; restart++) {
            TestHost.Asked asked = new TestHost.Asked(classes, chosen, without, places, failFast, shuffle, reach, limits == null ? Map.of() : limits, usualLimit);
            TestHost.Ending ending = host.run(asked, line -> {
                running[0] = line[0].equals("start") ? line[1] : null;
                if (line[0].equals("end") && line.length == 10) tell(line, files, report);
            }, until);
            if (ending == TestHost.Ending.WHOLE) return !(failFast && !chosenFailed.isEmpty());
            if (ending == TestHost.Ending.STOPPED) return false;
            if (ending == TestHost.Ending.DIED || running[0] == null || restart == MOST_RESTARTS) {
                System.err.println("the tests ended before their time" + (running[0] == null ? "" : " in " + running[0]));
                report.cut();
                return false;
            }
            String type = TestIds.classIn(running[0], files.keySet());
            report.late(running[0], type, fileOf(type, files), limits == null ? usualLimit : limits.getOrDefault(running[0], usualLimit));
            chosenFailed.add(running[0]);
            late.add(running[0]);
            if (failFast && late.size() >= LATE_TO_STOP) return false;
            without.addAll(report.ids());
        }
    }

    private void tell(String[] line, Map<String, String> files, Report report) {
        try {
            String type = TestIds.classIn(line[1], files.keySet());
            report.test(line[1], type, fileOf(type, files), line[2], line[3], line[4], line[5], line[6]);
            if (line[2].equals("failed") || line[2].equals("errored")) {
                failures.add(line);
                if (limits == null || limits.containsKey(line[1])) chosenFailed.add(line[1]);
            }
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static String outermost(String type) {
        int dollar = type.indexOf('$', type.lastIndexOf('.') + 2);
        return dollar < 0 ? type : type.substring(0, dollar);
    }

    private static String fileOf(String type, Map<String, String> files) {
        return type == null ? null : files.get(type);
    }

    /** Classes of a file of their own name, as Surefire chooses them where a pom stands. */
    private List<String> classes(Build.Part part, Map<String, String> files, List<String> arguments) {
        List<PathMatcher> includes = matchers(part.module().includes());
        List<PathMatcher> excludes = matchers(part.module().excludes());
        List<String> found = new ArrayList<>();
        for (Map.Entry<String, String> one : files.entrySet()) {
            Path file = Path.of(one.getValue());
            String type = one.getKey();
            if (!outermost(type).equals(type) || !file.getFileName().toString().equals(type.substring(type.lastIndexOf('.') + 1) + ".java")) continue;
            if (!includes.isEmpty() && includes.stream().noneMatch(pattern -> pattern.matches(file)) || excludes.stream().anyMatch(pattern -> pattern.matches(file))) continue;
            if (arguments.isEmpty() || arguments.stream().anyMatch(argument -> type.equals(argument) || type.endsWith("." + argument) || file.startsWith(argument.replaceAll("^\\./|/$", "")))) found.add(type);
        }
        return found;
    }

    private static List<PathMatcher> matchers(List<String> patterns) {
        List<PathMatcher> found = new ArrayList<>();
        for (String list : patterns) {
            for (String pattern : list.split(",")) {
                String plain = pattern.trim().replaceAll("\\.class$", ".java");
                if (plain.isEmpty() || plain.startsWith("%") || plain.contains("#") || plain.contains("$")) continue;
                if (plain.endsWith("/")) plain += "**";
                if (!plain.startsWith("**/")) plain = "**/" + plain;
                if (!plain.endsWith(".java") && !plain.endsWith("*")) plain += ".java";
                found.add(FileSystems.getDefault().getPathMatcher("glob:" + plain));
            }
        }
        return found;
    }

    private String writeReachList() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Build.Part part : build.parts()) part.main().classes().forEach((type, file) -> text.append(type).append('\t').append(file).append('\n'));
        Path list = Files.createTempFile("runproof-classes", ".list");
        Files.writeString(list, text);
        return list.toString();
    }

    private void writeBehaviour() throws IOException {
        String file = Tools.variable("BEHAVIOUR");
        if (file.isEmpty()) return;
        StringBuilder text = new StringBuilder();
        Map<String, String> files = new LinkedHashMap<>();
        for (Build.Part part : build.parts()) files.putAll(part.test().classes());
        for (String[] failure : failures) {
            String type = TestIds.classIn(failure[1], files.keySet());
            if (failure[2].equals("failed") && type != null) text.append(Behaviour.line(failure, type, project.resolve(files.get(type)))).append('\n');
        }
        Files.writeString(Path.of(file), text);
    }
}
