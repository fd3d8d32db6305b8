package runproof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Brings the jars of a project with a pom by Maven, where its repositories answer: the class path of each module, and what starts tests of the project's own version of JUnit. Where they do not answer, Debian's
 * jars are taken (see Jars).
 */
final class Install {
    private static final Path LOCAL = Path.of("/opt/env/m2");
    private static final Path LISTS = Path.of("/opt/env/java-jars");
    private static final String DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin";

    private Install() {}

    static int run(Path project) throws IOException {
        if (!Files.exists(project.resolve("pom.xml"))) {
            say("jars are Debian's: only those that a pom names are resolved by Maven");
            return 0;
        }
        if (!BuildTool.isThere("mvn")) {
            say("jars are Debian's: there is no Maven");
            return 0;
        }
        Files.createDirectories(LISTS);
        // One go through all modules, up to the classes, so that modules find each other.
        boolean isResolved = maven(project, 600, "-fae", "-DskipTests", "-Dmaven.javadoc.skip=true", "-Drat.skip=true", "-Dcheckstyle.skip=true", "-Denforcer.skip=true", "-Danimal.sniffer.skip=true", "test-compile",
                DEPENDENCY_PLUGIN + ":build-classpath", "-Dmdep.includeScope=test", "-Dmdep.outputFile=${basedir}/.runproof-classpath");
        int found = 0;
        List<Module> modules = Project.modules(project);
        for (Module module : modules) {
            Path list = module.folder().resolve(".runproof-classpath");
            if (!Files.exists(list)) continue;
            List<Path> jars = Stream.of(Tools.read(list).trim().split(":")).filter(text -> text.endsWith(".jar")).map(Path::of).toList();
            List<Path> all = new ArrayList<>(jars);
            all.addAll(launcher(project, jars));
            Tools.write(Jars.resolvedFile(module.name()), String.join("\n", all.stream().map(Path::toString).distinct().toList()) + "\n");
            Files.delete(list);
            found++;
        }
        if (found == 0) say("Maven's repositories do not answer: jars are Debian's, by their Maven names and in the newest version there is");
        else if (!isResolved || found < modules.size()) say("Maven resolved the jars of " + found + " of " + modules.size() + " modules");
        if (found > 0) {
            // What "mvn test" needs when there is no network any more; fetched by doing it.
            maven(project, 600, "-fae", "-Dmaven.test.failure.ignore=true", "-Dtest=RunproofNone", "-DfailIfNoTests=false", "-Dsurefire.failIfNoSpecifiedTests=false", "test");
        }
        return 0;
    }

    /** What starts tests, in the version of the JUnit that was resolved. */
    private static List<Path> launcher(Path project, List<Path> jars) throws IOException {
        List<Path> found = new ArrayList<>();
        String platform = version(jars, "junit-platform-commons");
        String jupiter = version(jars, "junit-jupiter-api");
        if (platform == null) return found;
        found.addAll(fetch(project, "org.junit.platform", "junit-platform-launcher", platform));
        found.addAll(fetch(project, "org.junit.platform", "junit-platform-engine", platform));
        if (jupiter == null) return found;
        for (String name : List.of("junit-jupiter-engine", "junit-jupiter-params")) if (version(jars, name) == null) found.addAll(fetch(project, "org.junit.jupiter", name, jupiter));
        if (version(jars, "junit-vintage-engine") == null) found.addAll(fetch(project, "org.junit.vintage", "junit-vintage-engine", jupiter));
        if (version(jars, "junit") == null) found.addAll(fetch(project, "junit", "junit", "4.13.2"));
        if (jars.stream().noneMatch(jar -> jar.getFileName().toString().startsWith("hamcrest"))) found.addAll(fetch(project, "org.hamcrest", "hamcrest-core", "1.3"));
        return found;
    }

    private static String version(List<Path> jars, String name) {
        return jars.stream().map(jar -> jar.getFileName().toString()).filter(file -> file.matches(java.util.regex.Pattern.quote(name) + "-[0-9].*\\.jar")).map(file -> file.substring(name.length() + 1, file.length() - 4)).findFirst().orElse(null);
    }

    private static List<Path> fetch(Path project, String group, String artifact, String version) throws IOException {
        Path jar = LOCAL.resolve(group.replace('.', '/')).resolve(artifact).resolve(version).resolve(artifact + "-" + version + ".jar");
        if (!Files.exists(jar)) maven(project, 120, "-N", DEPENDENCY_PLUGIN + ":get", "-Dartifact=" + group + ":" + artifact + ":" + version, "-Dtransitive=false");
        return Files.exists(jar) ? List.of(jar) : List.of();
    }

    private static boolean maven(Path project, int seconds, String... goals) throws IOException {
        List<String> words = new ArrayList<>(List.of("mvn", "-B", "-q", "-Dmaven.repo.local=" + LOCAL, "-Dmaven.wagon.http.retryHandler.count=0", "-Dmaven.wagon.rto=20000", "-Dmaven.wagon.httpconnectionManager.ttlSeconds=20"));
        words.addAll(List.of(goals));
        Process process = new ProcessBuilder(words).directory(project.toFile()).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.INHERIT).start();
        try {
            if (process.waitFor(seconds, TimeUnit.SECONDS)) return process.exitValue() == 0;
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            return false;
        } catch (InterruptedException error) {
            throw new IOException(error);
        }
    }

    private static void say(String text) {
        System.err.println("note: " + text);
    }
}
