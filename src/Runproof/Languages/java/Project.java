package runproof;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The modules of a project, those that others need first: as its poms or Gradle files say plainly, else by where its files lie. */
final class Project {
    private static final Pattern PACKAGE = Pattern.compile("(?m)^\\s*package\\s+([\\w.]+)\\s*;");
    private static final Pattern TEST_FOLDER = Pattern.compile("(^|/)(tests?|src/\\w*[tT]est\\w*|\\w+-tests?|junit)(/|$)");
    private static final Pattern GRADLE_DEPENDENCY = Pattern.compile("(?m)^\\s*(\\w+)[ (]+['\"]([\\w.-]+):([\\w.-]+)(?::[^'\"]*)?['\"]");
    private static final Pattern GRADLE_PROJECT = Pattern.compile("(?m)^\\s*(\\w+)[ (]+project\\(\\s*(?:path\\s*[:=]\\s*)?['\"]:([\\w.:-]+)['\"]");
    private static final Pattern GRADLE_INCLUDE = Pattern.compile("['\"]:?([\\w./:-]+)['\"]");
    /** What Surefire runs by itself. */
    private static final List<String> SUREFIRE = List.of("**/Test*.java", "**/*Test.java", "**/*Tests.java", "**/*TestCase.java");

    private Project() {}

    static List<Module> modules(Path folder) {
        List<Module> modules = new ArrayList<>();
        if (Files.exists(folder.resolve("pom.xml"))) addMaven(folder, folder, modules, 0);
        else if (isGradle(folder)) addGradle(folder, modules);
        modules.removeIf(module -> module.main().isEmpty() && module.test().isEmpty());
        if (modules.stream().allMatch(module -> module.test().isEmpty())) modules = List.of(byPlace(folder, modules.isEmpty() ? List.of() : modules.get(0).dependencies()));
        return ordered(modules);
    }

    private static String nameOf(Path root, Path folder) {
        return folder.equals(root) ? "root" : root.relativize(folder).toString();
    }

    private static void addMaven(Path root, Path folder, List<Module> modules, int depth) {
        Pom pom = depth > 5 ? null : Pom.read(folder.resolve("pom.xml"));
        if (pom == null || modules.stream().anyMatch(module -> module.folder().equals(folder))) return;
        for (String name : pom.modules()) {
            Path inner = folder.resolve(name).normalize();
            if (inner.startsWith(root)) addMaven(root, Files.isDirectory(inner) ? inner : inner.getParent(), modules, depth + 1);
        }
        if (pom.packaging().equals("pom")) return;
        List<String> options = new ArrayList<>();
        String level = level(pom);
        if (!level.isEmpty()) options.addAll(List.of("-source", level, "-target", level));
        String encoding = pom.property("project.build.sourceEncoding");
        options.addAll(List.of("-encoding", encoding.isEmpty() || encoding.contains("$") ? "UTF-8" : encoding));
        List<String> more = new ArrayList<>(pom.configuredList("maven-compiler-plugin", "compilerArgs"));
        if (more.contains("-parameters") || pom.configured("maven-compiler-plugin", "parameters").equals("true")) options.add("-parameters");
        List<String> includes = pom.configuredList("maven-surefire-plugin", "includes");
        modules.add(new Module(
                nameOf(root, folder), folder, existing(folder, pom.build("sourceDirectory"), "src/main/java"), existing(folder, pom.build("testSourceDirectory"), "src/test/java"),
                resources(folder, pom.resources("resources", "resource"), "src/main/resources"), resources(folder, pom.resources("testResources", "testResource"), "src/test/resources"),
                List.of(), options, jvmOptions(pom.configured("maven-surefire-plugin", "argLine")), pom.configuredMap("maven-surefire-plugin", "systemPropertyVariables"),
                includes.isEmpty() ? SUREFIRE : includes, pom.configuredList("maven-surefire-plugin", "excludes"), named(pom)));
    }

    /** Its dependencies; one of the project's modules by its Maven name is found again by {@link #ordered}. */
    private static List<Pom.Dependency> named(Pom pom) {
        List<Pom.Dependency> found = new ArrayList<>(pom.dependencies());
        found.add(0, new Pom.Dependency("runproof-own", pom.artifact(), "own", false, "", ""));
        return found;
    }

    private static String level(Pom pom) {
        for (String text : new String[] {
            pom.configured("maven-compiler-plugin", "release"), pom.property("maven.compiler.release"), pom.configured("maven-compiler-plugin", "source"), pom.property("maven.compiler.source"), pom.property("java.version")
        }) {
            String level = text.startsWith("1.") ? text.substring(2) : text;
            if (!level.matches("[0-9]{1,2}")) continue;
            int number = Integer.parseInt(level);
            // The compiler here knows none older than 7, and code for an older one rarely minds 8.
            return number < 8 ? "8" : number > Runtime.version().feature() ? "" : level;
        }
        return "";
    }

    private static List<String> jvmOptions(String line) {
        List<String> found = new ArrayList<>();
        String[] words = line.trim().split("\\s+");
        for (int i = 0; i < words.length; i++) {
            if (words[i].matches("--add-(opens|exports|modules|reads)") && i + 1 < words.length) found.add(words[i] + "=" + words[++i]);
            else if (words[i].matches("--add-(opens|exports|modules|reads)=.*|-D[\\w.-]+(=[^$]*)?|-Xss\\w+|-Xmx\\w+|-ea|-enableassertions") && !words[i].contains("${")) found.add(words[i]);
        }
        return found;
    }

    private static List<Path> existing(Path folder, String said, String usual) {
        Path path = folder.resolve(said.isEmpty() ? usual : said);
        return Files.isDirectory(path) ? List.of(path) : List.of();
    }

    private static List<Path> resources(Path folder, List<String> said, String usual) {
        return (said.isEmpty() ? List.of(usual) : said).stream().map(folder::resolve).filter(Files::isDirectory).toList();
    }

    private static boolean isGradle(Path folder) {
        return List.of("build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts").stream().anyMatch(name -> Files.exists(folder.resolve(name)));
    }

    private static void addGradle(Path root, List<Module> modules) {
        Set<Path> folders = new LinkedHashSet<>();
        for (String name : List.of("settings.gradle", "settings.gradle.kts")) {
            if (!Files.exists(root.resolve(name))) continue;
            for (String line : Tools.read(root.resolve(name)).split("\n(?!\\s*['\"])")) {
                if (!line.trim().startsWith("include")) continue;
                Matcher included = GRADLE_INCLUDE.matcher(line);
                while (included.find()) folders.add(root.resolve(included.group(1).replace(':', '/')).normalize());
            }
        }
        folders.add(root);
        String shared = gradleText(root);
        for (Path folder : folders) {
            if (!folder.startsWith(root) || !Files.isDirectory(folder)) continue;
            String text = gradleText(folder);
            List<Pom.Dependency> dependencies = new ArrayList<>();
            dependencies.add(new Pom.Dependency("runproof-own", nameOf(root, folder).replace('/', ':'), "own", false, "", ""));
            for (String source : text.equals(shared) ? List.of(text) : List.of(text, shared)) {
                Matcher declared = GRADLE_DEPENDENCY.matcher(source);
                while (declared.find()) dependencies.add(new Pom.Dependency(declared.group(2), declared.group(3), declared.group(1).startsWith("test") ? "test" : "", false, "", ""));
            }
            Matcher project = GRADLE_PROJECT.matcher(text);
            while (project.find()) dependencies.add(new Pom.Dependency("runproof-project", project.group(2), project.group(1).startsWith("test") ? "test" : "", false, "", ""));
            Matcher level = Pattern.compile("sourceCompatibility\\s*=\\s*['\"]?(?:JavaVersion\\.VERSION_)?(?:1[._])?(\\d+)").matcher(text + shared);
            List<String> options = new ArrayList<>(List.of("-encoding", "UTF-8"));
            if (level.find() && Integer.parseInt(level.group(1)) <= Runtime.version().feature()) {
                String number = String.valueOf(Math.max(8, Integer.parseInt(level.group(1))));
                options.addAll(List.of("-source", number, "-target", number));
            }
            modules.add(new Module(
                    nameOf(root, folder), folder, existing(folder, "", "src/main/java"), existing(folder, "", "src/test/java"), resources(folder, List.of(), "src/main/resources"), resources(folder, List.of(), "src/test/resources"),
                    List.of(), options, List.of(), Map.of(), List.of(), List.of(), dependencies));
        }
    }

    private static String gradleText(Path folder) {
        return List.of("build.gradle", "build.gradle.kts").stream().map(folder::resolve).filter(Files::exists).map(Tools::read).findFirst().orElse("");
    }

    /** One module of all files below a folder: the roots of their packages, told apart by what their paths say. */
    private static Module byPlace(Path folder, List<Pom.Dependency> declared) {
        Map<Path, Boolean> roots = new TreeMap<>();
        for (Path file : Tools.sources(folder)) {
            Matcher clause = PACKAGE.matcher(Tools.read(file));
            Path root = file.getParent();
            for (String part : clause.find() ? clause.group(1).split("\\.") : new String[0]) root = root == null ? null : root.getParent();
            if (root != null && root.startsWith(folder)) roots.put(root, TEST_FOLDER.matcher(folder.relativize(root).toString()).find());
        }
        List<Path> main = roots.entrySet().stream().filter(root -> !root.getValue()).map(Map.Entry::getKey).toList();
        List<Path> test = roots.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
        List<Path> mainResources = new ArrayList<>(main);
        List<Path> testResources = new ArrayList<>(test);
        main.forEach(root -> mainResources.add(root.resolveSibling("resources")));
        test.forEach(root -> testResources.add(root.resolveSibling("resources")));
        mainResources.removeIf(path -> !Files.isDirectory(path));
        testResources.removeIf(path -> !Files.isDirectory(path));
        return new Module("root", folder, main, test, mainResources, testResources, List.of(), List.of("-encoding", "UTF-8"), List.of(), Map.of(), List.of(), List.of(), declared);
    }

    /** Those that are needed come first. */
    private static List<Module> ordered(List<Module> modules) {
        Map<String, Module> byName = new LinkedHashMap<>();
        for (Module module : modules) module.dependencies().stream().filter(one -> one.scope().equals("own")).forEach(own -> byName.put(own.artifact(), module));
        Map<String, Module> done = new LinkedHashMap<>();
        for (Module module : modules) visit(module, byName, done, 0);
        return List.copyOf(done.values());
    }

    private static Set<String> visit(Module module, Map<String, Module> byName, Map<String, Module> done, int depth) {
        Set<String> needs = new LinkedHashSet<>();
        if (done.containsKey(module.name())) {
            needs.addAll(done.get(module.name()).needs());
            needs.add(module.name());
            return needs;
        }
        List<Pom.Dependency> outside = new ArrayList<>();
        for (Pom.Dependency one : module.dependencies()) {
            Module other = one.scope().equals("own") ? null : byName.get(one.artifact());
            if (other != null && other != module && depth < 50) needs.addAll(visit(other, byName, done, depth + 1));
            else if (!one.scope().equals("own") && !one.group().equals("runproof-project")) outside.add(one);
        }
        List<String> nearest = new ArrayList<>(needs);
        nearest.sort(Comparator.comparing((String name) -> -List.copyOf(done.keySet()).indexOf(name)));
        done.put(module.name(), new Module(
                module.name(), module.folder(), module.main(), module.test(), module.mainResources(), module.testResources(), nearest, module.options(), module.jvm(), module.properties(), module.includes(), module.excludes(), outside));
        needs.add(module.name());
        return needs;
    }
}
