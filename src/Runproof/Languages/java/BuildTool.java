package runproof;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** Tests run by the project's own build tool, without network; its reports, one for each class, become one. */
final class BuildTool {
    private BuildTool() {}

    static boolean isThere(String command) {
        for (String folder : System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":")) if (Files.isExecutable(Path.of(folder, command))) return true;
        return false;
    }

    /** @param arguments further words for the tool, such as "-pl" and a module */
    static int run(String tool, Path project, List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>(tool.equals("maven") ? maven() : gradle(project));
        words.addAll(arguments);
        clear(project, tool);
        long begin = System.currentTimeMillis();
        Process process = new ProcessBuilder(words).directory(project.toFile()).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.INHERIT).start();
        int code;
        try {
            code = process.waitFor();
        } catch (InterruptedException error) {
            throw new IOException(error);
        }
        try (Report report = new Report(new BufferedOutputStream(Files.newOutputStream(Path.of(Tools.variable("REPORT")))))) {
            Map<String, String> files = new TreeMap<>();
            for (Path source : Tools.sources(project)) files.putIfAbsent(source.getFileName().toString(), project.relativize(source).toString());
            for (Path file : reports(project, tool)) if (Files.getLastModifiedTime(file).toMillis() >= begin - 1000) append(file, report, project);
            // A build that failed without a failing test did not compile, or its tests ended before their time.
            if (code != 0 && !report.hasFailed()) report.collectionFailure(tool, List.of(tool + " ended with exit code " + code));
        }
        return code;
    }

    private static List<String> maven() throws IOException {
        List<String> words = new ArrayList<>(List.of("mvn", "-o", "-B", "-q", "-fae", "-Dmaven.repo.local=/opt/env/m2", "-Dstyle.color=never", "-Drat.skip=true", "-Dcheckstyle.skip=true", "-Denforcer.skip=true", "-Djacoco.skip=true", "-Dsurefire.useFile=false"));
        String select = Tools.variable("SELECT");
        if (!select.isEmpty()) {
            Map<String, Set<String>> methods = new LinkedHashMap<>();
            for (String id : Suite.limits(Files.readAllLines(Path.of(select))).keySet()) {
                String method = TestIds.methodOf(id);
                int dot = method.lastIndexOf('.');
                if (dot > 0) methods.computeIfAbsent(method.substring(0, dot), key -> new LinkedHashSet<>()).add(method.substring(dot + 1));
            }
            List<String> patterns = new ArrayList<>();
            methods.forEach((type, names) -> patterns.add(type + "#" + String.join("+", names)));
            words.addAll(List.of("-Dtest=" + String.join(",", patterns), "-DfailIfNoTests=false", "-Dsurefire.failIfNoSpecifiedTests=false"));
        }
        if (!Tools.variable("FAIL_FAST").isEmpty()) words.add("-Dsurefire.skipAfterFailureCount=1");
        if (!Tools.variable("SHUFFLE").isEmpty()) words.addAll(List.of("-Dsurefire.runOrder=random", "-Dsurefire.runOrder.random.seed=" + Tools.variable("SHUFFLE")));
        words.add("test");
        return words;
    }

    private static List<String> gradle(Path project) {
        boolean isOwn = Files.exists(project.resolve("gradlew"));
        return List.of(isOwn ? "./gradlew" : "gradle", "--offline", "--no-daemon", "--console=plain", "--continue", "-g", "/opt/env/gradle", "cleanTest", "test");
    }

    private static List<Path> reports(Path project, String tool) {
        String folder = tool.equals("maven") ? "surefire-reports" : "test-results";
        List<Path> found = new ArrayList<>();
        try (java.util.stream.Stream<Path> all = Files.walk(project)) {
            all.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml") && file.toString().contains("/" + folder + "/") && Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)).sorted().forEach(found::add);
        } catch (IOException | java.io.UncheckedIOException error) {
            System.err.println(error.getMessage());
        }
        return found;
    }

    private static void clear(Path project, String tool) throws IOException {
        for (Path file : reports(project, tool)) Files.delete(file);
    }

    private static void append(Path file, Report report, Path project) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            NodeList cases = factory.newDocumentBuilder().parse(file.toFile()).getElementsByTagName("testcase");
            // Reports lie in MODULE/target or MODULE/build.
            Path module = file.getParent();
            while (module != null && !module.equals(project) && !module.getFileName().toString().matches("target|build")) module = module.getParent();
            Path base = module == null || module.equals(project) ? project : module.getParent();
            for (int i = 0; i < cases.getLength(); i++) {
                Element one = (Element) cases.item(i);
                String type = one.getAttribute("classname");
                String id = TestIds.clean(type + "." + one.getAttribute("name"));
                Path source = base.resolve("src/test/java").resolve(type.replaceAll("\\$.*", "").replace('.', '/') + ".java");
                String[] outcome = {"passed", "", "", ""};
                for (Node child = one.getFirstChild(); child != null; child = child.getNextSibling()) {
                    if (!(child instanceof Element element)) continue;
                    String word = switch (element.getTagName()) {
                        case "failure" -> "failed";
                        case "error" -> one.getAttribute("name").isEmpty() ? "errored" : "failed";
                        case "skipped" -> "skipped";
                        default -> null;
                    };
                    if (word != null) outcome = new String[] {word, element.getAttribute("type"), element.getAttribute("message"), element.getTextContent()};
                }
                String seconds = one.getAttribute("time").replace(",", "");
                report.test(id, type, Files.exists(source) ? project.relativize(source).toString() : null, outcome[0], seconds.isEmpty() ? "0" : seconds, outcome[1], outcome[2], outcome[3]);
            }
        } catch (Exception error) {
            System.err.println(file + ": " + error.getMessage());
            report.cut();
        }
    }
}
