package runproof;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** The JDK's compiler, in this process: what it read of jars stays for the next time. Classes are held in memory, with the source that each came from. */
final class Compiler {
    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();
    private final StandardJavaFileManager files = JAVAC.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
    private final List<Path> classPath;

    /** @param classPath jars and folders of classes, with those of the repository */
    Compiler(List<Path> classPath) {
        this.classPath = classPath;
        try {
            files.setLocationFromPaths(StandardLocation.CLASS_PATH, classPath.stream().filter(Files::exists).toList());
            files.setLocationFromPaths(StandardLocation.SOURCE_PATH, List.of());
        } catch (IOException error) {
            throw new java.io.UncheckedIOException(error);
        }
    }

    /**
     * @param classes source → name of a class → its bytes
     * @param errors source (null for none) → what is wrong
     */
    record Result(Map<Path, Map<String, byte[]>> classes, Map<Path, List<String>> errors) {
        boolean isGood() {
            return errors.isEmpty();
        }

        String text() {
            return String.join("\n", errors.values().stream().flatMap(Collection::stream).limit(20).toList());
        }
    }

    /** @param changed text in the place of a file's own */
    Result compile(Collection<Path> sources, List<String> options, Map<Path, byte[]> changed) {
        Map<Path, Map<String, byte[]>> classes = new LinkedHashMap<>();
        Map<Path, List<String>> errors = new LinkedHashMap<>();
        List<JavaFileObject> units = new ArrayList<>();
        for (Path source : sources) {
            classes.put(source, new TreeMap<>());
            units.add(new Source(source, changed.get(source), encodingOf(options)));
        }
        if (units.isEmpty()) return new Result(classes, errors);
        List<String> words = new ArrayList<>(List.of("-g", "-nowarn", "-Xlint:none", "-implicit:none", "-Xmaxerrs", "10000"));
        // Only processors of jars: none that the code under test could bring.
        List<Path> processors = classPath.stream().filter(path -> path.toString().endsWith(".jar") && hasProcessor(path)).toList();
        if (processors.isEmpty()) words.add("-proc:none");
        words.addAll(options);
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        boolean isGood;
        try {
            if (!processors.isEmpty()) files.setLocationFromPaths(StandardLocation.ANNOTATION_PROCESSOR_PATH, classPath.stream().filter(path -> path.toString().endsWith(".jar")).toList());
            isGood = JAVAC.getTask(null, new Kept(files, classes), diagnostics, words, null, units).call();
        } catch (IOException | RuntimeException | StackOverflowError error) {
            errors.put(null, List.of("the compiler failed: " + error));
            return new Result(classes, errors);
        }
        for (Diagnostic<? extends JavaFileObject> one : diagnostics.getDiagnostics()) {
            if (one.getKind() != Diagnostic.Kind.ERROR) continue;
            Path source = one.getSource() instanceof Source own ? own.path : null;
            String place = source == null ? "" : source + ":" + one.getLineNumber() + ": ";
            errors.computeIfAbsent(source, key -> new ArrayList<>()).add(place + "error: " + one.getMessage(Locale.ROOT));
        }
        if (!isGood && errors.isEmpty()) errors.put(null, List.of("the compiler gave no reason"));
        return new Result(classes, errors);
    }

    /** Compiles a little, so that the classes of the compiler are among those made ready for the next start. */
    static int exercise() throws IOException {
        Path file = Files.createTempFile("Warm", ".java");
        Files.writeString(file, "import java.util.*; class Warm<T> { enum E { A, B } interface I { int f(int x); } int f(List<String> xs, E e) { I i = x -> x + 1; for (String s : xs) { try { switch (e) { case A: return i.f(1); default: } } catch (RuntimeException x) { throw x; } } return xs.stream().mapToInt(String::length).sum(); } }");
        Result result = new Compiler(List.of()).compile(List.of(file), List.of("-encoding", "UTF-8"), Map.of());
        result.classes().values().stream().flatMap(one -> one.values().stream()).forEach(Abi::of);
        Files.delete(file);
        System.out.println(result.text());
        return result.isGood() ? 0 : 1;
    }

    private static final Map<Path, Boolean> PROCESSORS = new java.util.concurrent.ConcurrentHashMap<>();

    private static boolean hasProcessor(Path jar) {
        return PROCESSORS.computeIfAbsent(jar, path -> {
            try (java.util.zip.ZipFile zip = new java.util.zip.ZipFile(path.toFile())) {
                return zip.getEntry("META-INF/services/javax.annotation.processing.Processor") != null;
            } catch (IOException error) {
                return false;
            }
        });
    }

    private static String encodingOf(List<String> options) {
        int at = options.indexOf("-encoding");
        return at < 0 ? "UTF-8" : options.get(at + 1);
    }

    private static final class Source extends SimpleJavaFileObject {
        private final Path path;
        private final byte[] bytes;
        private final String encoding;

        Source(Path path, byte[] bytes, String encoding) {
            super(path.toUri(), Kind.SOURCE);
            this.path = path;
            this.bytes = bytes;
            this.encoding = encoding;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
            return new String(bytes != null ? bytes : Files.readAllBytes(path), encoding);
        }
    }

    private static final class Kept extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final Map<Path, Map<String, byte[]>> classes;

        Kept(StandardJavaFileManager files, Map<Path, Map<String, byte[]>> classes) {
            super(files);
            this.classes = classes;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(JavaFileManager.Location location, String name, JavaFileObject.Kind kind, FileObject sibling) throws IOException {
            if (kind != JavaFileObject.Kind.CLASS) return super.getJavaFileForOutput(location, name, kind, sibling);
            Path source = sibling instanceof Source own ? own.path : Path.of("generated");
            return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/') + ".class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return new ByteArrayOutputStream() {
                        @Override
                        public void close() {
                            classes.computeIfAbsent(source, key -> new TreeMap<>()).put(name, toByteArray());
                        }
                    };
                }
            };
        }

        @Override
        public boolean isSameFile(FileObject one, FileObject other) {
            return one.equals(other) || one.toUri().equals(other.toUri());
        }
    }
}
