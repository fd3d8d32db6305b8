package runproof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The product's files of a module, or its tests, and the classes that they give. What changed since the last time is compiled alone; if what others see of it changed too, all of the set and all that stands
 * upon it are compiled again. Files that do not compile the first time are left out from then on (a jar that they need is not there), and named.
 */
final class SourceSet {
    private static final int MOST_ROUNDS = 12;
    private final Path project;
    private final Module module;
    private final boolean isTest;
    private final List<Path> classPath;
    private final Path output;
    private final Path indexFile;
    private Index index;
    private Compiler compiler;

    SourceSet(Path project, Module module, boolean isTest, List<Path> classPath) {
        this.project = project;
        this.module = module;
        this.isTest = isTest;
        this.classPath = classPath;
        output = module.output(isTest);
        indexFile = output.resolveSibling(output.getFileName() + ".index");
        index = Index.read(indexFile);
    }

    /**
     * @param errors none where it compiles
     * @param isNew whether what stands upon it must be compiled again
     */
    record Outcome(List<String> errors, boolean isNew) {}

    /** The name under which a failure is reported. */
    String name() {
        return (module.name().equals("root") ? "" : module.name() + " ") + (isTest ? "tests" : "main");
    }

    Path output() {
        return output;
    }

    /** File → why it was left out. */
    Map<String, String> leftOut() {
        return index == null ? Map.of() : index.leftOut;
    }

    /** Class → file, relative to the project. */
    Map<String, String> classes() {
        Map<String, String> found = new TreeMap<>();
        if (index != null) index.entries.forEach((path, entry) -> entry.classes.forEach(name -> found.put(name, path)));
        return found;
    }

    boolean has(Path file) {
        return index != null && index.entries.containsKey(relative(file));
    }

    private String relative(Path file) {
        return project.relativize(file).toString();
    }

    private List<Path> sources() {
        List<Path> found = new ArrayList<>();
        for (Path root : isTest ? module.test() : module.main()) found.addAll(Tools.sources(root));
        return found;
    }

    private Compiler compiler() {
        if (compiler == null) {
            List<Path> all = new ArrayList<>(List.of(output));
            all.addAll(classPath);
            compiler = new Compiler(all);
        }
        return compiler;
    }

    /** @param isBelowNew something that this is compiled against is not the same any more */
    Outcome build(boolean isBelowNew) throws IOException {
        String key = Tools.hash(module.options() + "\n" + classPath);
        Map<String, String> hashes = new LinkedHashMap<>();
        for (Path source : sources()) hashes.put(relative(source), Tools.hash(Files.readAllBytes(source)));
        boolean isBroken = index != null && index.key.equals("broken " + key);
        if (index == null || !isBroken && !index.key.equals(key)) return whole(key, hashes, true);
        if (isBelowNew || isBroken) return whole(key, hashes, false);
        List<String> changed = new ArrayList<>();
        List<String> added = new ArrayList<>();
        for (Map.Entry<String, String> source : hashes.entrySet()) {
            Index.Entry known = index.entries.get(source.getKey());
            if (known == null && !index.leftOut.containsKey(source.getKey())) added.add(source.getKey());
            else if (known != null && !known.hash.equals(source.getValue())) changed.add(source.getKey());
        }
        Set<String> gone = new HashSet<>(index.entries.keySet());
        gone.removeAll(hashes.keySet());
        if (!gone.isEmpty() || added.stream().anyMatch(path -> isNamed(path, hashes.keySet()))) return whole(key, hashes, false);
        changed.addAll(added);
        return changed.isEmpty() ? new Outcome(List.of(), false) : part(key, hashes, changed);
    }

    /** Whether another file has the name of this one's class in it: it may mean another class from now on. */
    private boolean isNamed(String path, Set<String> all) {
        String name = Path.of(path).getFileName().toString().replace(".java", "");
        Pattern word = Pattern.compile("\\b" + Pattern.quote(name) + "\\b");
        return all.stream().anyMatch(other -> !other.equals(path) && word.matcher(Tools.read(project.resolve(other))).find());
    }

    private Outcome part(String key, Map<String, String> hashes, List<String> changed) throws IOException {
        Compiler.Result result = compiler().compile(changed.stream().map(project::resolve).toList(), module.options(), Map.of());
        if (!result.isGood()) return new Outcome(errors(result), true);
        boolean isSame = true;
        for (String path : changed) isSame &= !index.entries.containsKey(path) || isSame(path, result.classes().get(project.resolve(path)));
        if (!isSame) return whole(key, hashes, false);
        for (String path : changed) {
            Index.Entry known = index.entries.get(path);
            if (known != null) for (String name : known.classes) Files.deleteIfExists(classFile(name));
            keep(path, hashes.get(path), result.classes().get(project.resolve(path)));
        }
        index.write(indexFile);
        return new Outcome(List.of(), false);
    }

    /** Whether others see the same of the new classes of a file as of those that are there. */
    private boolean isSame(String path, Map<String, byte[]> classes) throws IOException {
        Map<String, byte[]> old = new TreeMap<>();
        for (String name : index.entries.get(path).classes) if (Files.exists(classFile(name))) old.put(name, Files.readAllBytes(classFile(name)));
        return Abi.of(old).equals(Abi.of(classes));
    }

    private Outcome whole(String key, Map<String, String> hashes, boolean isFirst) throws IOException {
        Tools.delete(output);
        Files.createDirectories(output);
        compiler = null;
        Map<String, String> leftOut = new TreeMap<>(isFirst ? Map.of() : index.leftOut);
        Compiler.Result result;
        for (int round = 0; ; round++) {
            result = compiler().compile(hashes.keySet().stream().filter(path -> !leftOut.containsKey(path)).map(project::resolve).toList(), module.options(), Map.of());
            Set<Path> broken = new HashSet<>(result.errors().keySet());
            broken.remove(null);
            if (result.isGood()) break;
            if (!isFirst || round == MOST_ROUNDS || broken.isEmpty()) {
                // What there was is gone: the next time begins anew, and leaves out no more than before.
                index = new Index("broken " + key);
                index.leftOut.putAll(isFirst ? Map.of() : leftOut);
                index.write(indexFile);
                return new Outcome(errors(result), true);
            }
            for (Path file : broken) leftOut.put(relative(file), result.errors().get(file).get(0));
        }
        index = new Index(key);
        index.leftOut.putAll(leftOut);
        for (Map.Entry<Path, Map<String, byte[]>> source : result.classes().entrySet()) {
            String path = source.getKey().isAbsolute() ? relative(source.getKey()) : source.getKey().toString();
            if (source.getKey().isAbsolute() || !source.getValue().isEmpty()) keep(path, hashes.getOrDefault(path, ""), source.getValue());
        }
        // Generated classes belong to no file whose change could be noticed.
        index.entries.remove("generated");
        index.write(indexFile);
        return new Outcome(List.of(), true);
    }

    private List<String> errors(Compiler.Result result) {
        return result.errors().values().stream().flatMap(List::stream).map(line -> line.replace(project + "/", "")).toList();
    }

    private Path classFile(String name) {
        return output.resolve(name.replace('.', '/') + ".class");
    }

    private void keep(String path, String hash, Map<String, byte[]> classes) throws IOException {
        for (Map.Entry<String, byte[]> one : classes.entrySet()) {
            Path file = classFile(one.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, one.getValue());
        }
        index.entries.put(path, new Index.Entry(hash, List.copyOf(classes.keySet())));
    }

    /**
     * The classes of one changed file, written into a folder that stands before the others.
     *
     * @return the errors; null where others would have to be compiled anew too, which a plain run tells better
     */
    List<String> change(Path file, byte[] content, Path folder) throws IOException {
        Compiler.Result result = compiler().compile(List.of(file), module.options(), Map.of(file, content));
        if (!result.isGood()) return errors(result);
        Map<String, byte[]> classes = result.classes().get(file);
        if (result.classes().size() > 1 || !isSame(relative(file), classes)) return null;
        for (Map.Entry<String, byte[]> one : classes.entrySet()) {
            Path target = folder.resolve(one.getKey().replace('.', '/') + ".class");
            Files.createDirectories(target.getParent());
            Files.write(target, one.getValue());
        }
        return List.of();
    }

    /** What the last time left: sources with their hashes and classes. */
    private static final class Index {
        private final String key;
        private final Map<String, Entry> entries = new TreeMap<>();
        private final Map<String, String> leftOut = new TreeMap<>();

        private Index(String key) {
            this.key = key;
        }

        private record Entry(String hash, List<String> classes) {}

        private static Index read(Path file) {
            if (!Files.exists(file)) return null;
            List<String> lines = Tools.read(file).lines().toList();
            Index index = new Index(lines.isEmpty() ? "" : lines.get(0));
            for (String line : lines) {
                String[] parts = line.split("\t", -1);
                if (parts[0].equals("S") && parts.length == 4) index.entries.put(parts[1], new Entry(parts[2], parts[3].isEmpty() ? List.of() : List.of(parts[3].split(","))));
                else if (parts[0].equals("L") && parts.length == 3) index.leftOut.put(parts[1], parts[2]);
            }
            return index;
        }

        private void write(Path file) throws IOException {
            StringBuilder text = new StringBuilder(key).append('\n');
            entries.forEach((path, entry) -> text.append("S\t").append(path).append('\t').append(entry.hash).append('\t').append(String.join(",", entry.classes)).append('\n'));
            leftOut.forEach((path, why) -> text.append("L\t").append(path).append('\t').append(why.replaceAll("\\s+", " ")).append('\n'));
            Tools.write(file, text.toString());
        }
    }
}
