package runproof;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A run for each of many bugs, by a compiler and test processes that stay. Requests and answers are those of {@code runproof_warm.py}. A bug's classes are loaded beside those of the bugs before it; what tests
 * leave behind elsewhere stays for the next bug. So an answer is good for a first look alone, and one without a report says that a plain run must tell.
 */
final class Warm {
    /** Loaded classes are given back late, and what tests leave behind grows. */
    private static final int MOST_RUNS = 50;
    private final Path project;
    private final List<String> arguments;
    private final Build build;
    private final Map<String, TestHost> hosts = new HashMap<>();
    private Map<SourceSet, List<String>> broken;

    private Warm(Path project, List<String> arguments) {
        this.project = project;
        this.arguments = arguments;
        build = new Build(project);
    }

    /** A plain run must tell. */
    private static final class Cold extends IOException {
        private static final long serialVersionUID = 1;

        Cold(String message) {
            super(message);
        }
    }

    static int serve(Path project, List<String> arguments) throws IOException {
        PrintStream output = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false);
        System.setOut(System.err);
        InputStream input = System.in;
        Warm warm = new Warm(project, arguments);
        while (true) {
            String line = readLine(input);
            if (line == null) break;
            int space = line.indexOf(' ');
            byte[] message = input.readNBytes(Integer.parseInt(line.substring(space + 1).trim()));
            @SuppressWarnings("unchecked")
            Map<String, Object> request = (Map<String, Object>) Json.parse(new String(message, StandardCharsets.UTF_8));
            try {
                output.write(warm.answer(request));
            } catch (IOException | RuntimeException error) {
                output.write(String.valueOf(error.getMessage()).getBytes(StandardCharsets.UTF_8));
            }
            output.write(line.substring(0, space).getBytes(StandardCharsets.US_ASCII));
            output.flush();
            warm.refresh();
        }
        for (TestHost host : warm.hosts.values()) host.close();
        return 0;
    }

    @SuppressWarnings("unchecked")
    private byte[] answer(Map<String, Object> request) throws IOException {
        long until = System.nanoTime() + (long) ((Double) request.get("seconds") * 1e9);
        if (broken == null) broken = build.run();
        if (!broken.isEmpty()) throw new Cold("the project does not compile");
        Map<String, Object> variables = (Map<String, Object>) request.get("variables");
        List<Object> lines = (List<Object>) request.get("select");
        Map<String, Double> limits = lines == null ? null : Suite.limits(lines.stream().map(String::valueOf).toList());
        Suite suite = new Suite(project, build, limits, variables.containsKey("FAIL_FAST"), Suite.number(String.valueOf(variables.getOrDefault("TEST_SECONDS", ""))), "");
        // A test process may start while the compiler works.
        for (Build.Part part : build.parts()) if (!part.test().classes().isEmpty() && (limits == null || has(part, limits))) host(part).start();
        Path folder = Files.createTempDirectory("runproof-change");
        try {
            Build.Part changed = null;
            List<String> errors = List.of();
            if (request.get("file") instanceof String path) {
                Path file = Path.of(path);
                changed = build.parts().stream().filter(part -> part.main().has(file)).findFirst().orElseThrow(() -> new Cold("no module has the file"));
                errors = changed.main().change(file, content(file, request), folder);
                if (errors == null) throw new Cold("other files would have to be compiled too");
            }
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            boolean hasFailed;
            try (Report report = new Report(written)) {
                if (!errors.isEmpty()) report.collectionFailure(changed.main().name(), errors);
                for (Build.Part part : errors.isEmpty() ? build.parts() : List.<Build.Part>of()) {
                    List<Path> places = new java.util.ArrayList<>(List.of(folder));
                    places.addAll(build.folders(part));
                    if (!part.test().classes().isEmpty() && (limits == null || has(part, limits)) && !suite.runTests(part, host(part), places, report, arguments, "", until)) break;
                }
                hasFailed = report.hasFailed();
            }
            byte[] bytes = written.toByteArray();
            written.write(("\nend " + (hasFailed ? 1 : 0) + " report=" + bytes.length + "\n").getBytes(StandardCharsets.US_ASCII));
            return written.toByteArray();
        } finally {
            Tools.delete(folder);
        }
    }

    private static byte[] content(Path file, Map<String, Object> request) throws IOException {
        byte[] old = Files.readAllBytes(file);
        int start = ((Double) request.get("start")).intValue();
        int end = ((Double) request.get("end")).intValue();
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        made.write(old, 0, start);
        made.write(((String) request.get("replacement")).getBytes(StandardCharsets.UTF_8));
        made.write(old, end, old.length - end);
        return made.toByteArray();
    }

    private static boolean has(Build.Part part, Map<String, Double> limits) {
        Map<String, String> classes = part.test().classes();
        return limits.keySet().stream().anyMatch(id -> TestIds.classIn(id, classes.keySet()) != null);
    }

    private TestHost host(Build.Part part) {
        return hosts.computeIfAbsent(part.module().name(), name -> new TestHost(part, List.of(), null));
    }

    /** After an answer was given: what has run often enough is replaced. */
    private void refresh() throws IOException {
        for (TestHost host : hosts.values()) {
            if (host.runs() >= MOST_RUNS) host.close();
            host.start();
        }
    }

    private static String readLine(InputStream input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) return null;
            line.append((char) next);
        }
        return line.toString();
    }
}
