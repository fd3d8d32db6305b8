package runproof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Where jars are: those that the install step resolved, else Debian's by their Maven names, in the newest version there is. */
final class Jars {
    private static final List<Path> REPOSITORIES = List.of(Path.of("/opt/env/debian/usr/share/maven-repo"), Path.of("/usr/share/maven-repo"));
    private static final Path SYSTEM = Path.of("/usr/share/java");

    /** What runs tests, where the project's own versions were not resolved: as they must stand together. */
    private static final List<String> FRAMEWORK = List.of(
            "junit-platform-launcher", "junit-platform-engine", "junit-platform-commons", "junit-jupiter-api", "junit-jupiter-params", "junit-jupiter-engine", "junit-vintage-engine", "opentest4j", "apiguardian-api",
            "junit4", "hamcrest");

    /** Aggregates and old names → what has their classes. */
    private static final Map<String, String> OTHER_NAMES = Map.of(
            "junit:junit-dep", "junit:junit", "org.hamcrest:hamcrest-all", "org.hamcrest:hamcrest", "org.hamcrest:hamcrest-core", "org.hamcrest:hamcrest", "org.hamcrest:hamcrest-library", "org.hamcrest:hamcrest",
            "org.mockito:mockito-all", "org.mockito:mockito-core", "org.mockito:mockito-inline", "org.mockito:mockito-core");

    private Jars() {}

    /** The jars of a module: what is compiled against and what runs. */
    record ClassPath(List<Path> main, List<Path> test, List<Path> framework, List<String> missing) {}

    static ClassPath of(Module module) {
        Path resolved = resolvedFile(module.name());
        List<String> missing = new ArrayList<>();
        Set<Path> main = new LinkedHashSet<>();
        Set<Path> test = new LinkedHashSet<>();
        if (Files.exists(resolved)) {
            // Maven does not tell main from test here: what is compiled against what makes no difference to what runs.
            Tools.read(resolved).lines().map(Path::of).filter(Files::exists).forEach(test::add);
            main.addAll(test);
        } else {
            for (Pom.Dependency one : module.dependencies()) {
                if (one.group().isEmpty() || one.scope().equals("import") || one.scope().equals("system")) continue;
                List<Path> jars = withNeeded(one);
                if (jars.isEmpty()) missing.add(one.key());
                test.addAll(jars);
                if (!one.isTest()) main.addAll(jars);
            }
        }
        List<Path> own = test.stream().filter(Jars::isFramework).toList();
        boolean isWhole = Stream.of("junit-platform-launcher", "junit-jupiter-engine").allMatch(name -> own.stream().anyMatch(jar -> nameOf(jar).startsWith(name))) && own.stream().noneMatch(jar -> jar.startsWith("/usr"));
        List<Path> framework = isWhole ? own : FRAMEWORK.stream().map(name -> SYSTEM.resolve(name + ".jar")).toList();
        main.removeIf(Jars::isFramework);
        test.removeIf(Jars::isFramework);
        // Compiled against too: some projects keep helpers of tests among the product's files.
        List<Path> mainPath = new ArrayList<>(main);
        if (module.dependencies().stream().anyMatch(one -> !one.isTest() && (one.group().startsWith("org.junit") || one.group().equals("junit")))) mainPath.addAll(framework);
        return new ClassPath(mainPath, new ArrayList<>(test), framework, missing);
    }

    /** The file in which the install step left the class path of a module. */
    static Path resolvedFile(String module) {
        return Path.of("/opt/env/java-jars").resolve(module.replace('/', '_') + ".classpath");
    }

    private static String nameOf(Path jar) {
        return jar.getFileName().toString();
    }

    private static boolean isFramework(Path jar) {
        String name = nameOf(jar);
        return name.startsWith("junit-") || name.equals("junit4.jar") || name.startsWith("junit4-") || name.equals("junit.jar") || name.startsWith("opentest4j") || name.startsWith("apiguardian") || name.startsWith("hamcrest");
    }

    private static List<Path> withNeeded(Pom.Dependency wanted) {
        Map<String, Path> found = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        Deque<Pom.Dependency> open = new ArrayDeque<>(List.of(wanted));
        while (!open.isEmpty()) {
            Pom.Dependency one = open.poll();
            String key = OTHER_NAMES.getOrDefault(one.key(), one.key());
            if (!seen.add(key)) continue;
            String[] names = key.split(":");
            Path folder = newest(names[0], names[1]);
            if (folder == null) continue;
            Path jar = jar(folder, names[1]);
            if (jar != null) found.put(key, jar);
            Pom pom = Pom.read(pomIn(folder, names[1]));
            for (Pom.Dependency next : pom == null ? List.<Pom.Dependency>of() : pom.dependencies()) {
                if (!next.isOptional() && (next.scope().isEmpty() || next.scope().equals("compile") || next.scope().equals("runtime"))) open.add(next);
            }
        }
        return List.copyOf(found.values());
    }

    /** The pom of the newest version. */
    static Path pom(String group, String artifact) {
        Path folder = newest(group, artifact);
        Path pom = folder == null ? null : pomIn(folder, artifact);
        return pom != null && Files.exists(pom) ? pom : null;
    }

    private static Path pomIn(Path folder, String artifact) {
        return folder.resolve(artifact + "-" + folder.getFileName() + ".pom");
    }

    /** Debian's links lead to the jar; those of packages that were unpacked for the environment lead astray, so the jar is looked for beside. */
    private static Path jar(Path folder, String artifact) {
        Path jar = folder.resolve(artifact + "-" + folder.getFileName() + ".jar");
        if (Files.exists(jar)) return jar;
        for (Path place : List.of(Path.of("/opt/env/debian/usr/share/java"), SYSTEM)) {
            if (Files.exists(place.resolve(artifact + ".jar"))) return place.resolve(artifact + ".jar");
        }
        return null;
    }

    private static Path newest(String group, String artifact) {
        for (Path repository : REPOSITORIES) {
            Path folder = repository.resolve(group.replace('.', '/')).resolve(artifact);
            if (!Files.isDirectory(folder)) continue;
            try (Stream<Path> versions = Files.list(folder)) {
                Path best = versions.filter(version -> Files.exists(pomIn(version, artifact))).max(Comparator.comparing((Path version) -> orderOf(version.getFileName().toString()))).orElse(null);
                if (best != null) return best;
            } catch (IOException error) {
                return null;
            }
        }
        return null;
    }

    /** Numbers padded, so that they compare as text; Debian's "debian" and "4.x" stand behind true versions. */
    private static String orderOf(String version) {
        if (!version.matches("[0-9][0-9.]*.*") || version.endsWith("x")) return "";
        StringBuilder order = new StringBuilder();
        for (String part : version.split("[.-]")) order.append(part.matches("[0-9]{1,9}") ? String.format("%010d", Long.parseLong(part)) : "!" + part).append('.');
        return order.toString();
    }
}
