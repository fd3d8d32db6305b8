package runproof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;

/** What all parts of this program use. */
final class Tools {
    /** Build output and what is known of the modules: outside of the repository. */
    static final Path HOME = Path.of("/opt/env/java");

    private Tools() {}

    /** The variable RUNPROOF_NAME; empty where it is not set. */
    static String variable(String name) {
        String value = System.getenv("RUNPROOF_" + name);
        return value == null ? "" : value;
    }

    static int fail(String message) {
        System.err.println(message);
        return 2;
    }

    static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** Regular files below a folder, in order of their paths; links are not followed, hidden folders and build output are left out. */
    static List<Path> files(Path folder, Predicate<Path> wanted) {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(folder)) return found;
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path inner, BasicFileAttributes attributes) {
                    String name = inner.getFileName() == null ? "" : inner.getFileName().toString();
                    boolean isLeft = !inner.equals(folder) && (name.startsWith(".") || name.equals("target") && Files.exists(inner.resolveSibling("pom.xml")));
                    return isLeft ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && wanted.test(file)) found.add(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException error) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        Collections.sort(found);
        return found;
    }

    static List<Path> sources(Path folder) {
        return files(folder, file -> file.toString().endsWith(".java") && !file.endsWith("module-info.java"));
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path inner, IOException error) throws IOException {
                Files.delete(inner);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)).substring(0, 24);
        } catch (NoSuchAlgorithmException error) {
            throw new IllegalStateException(error);
        }
    }

    static String hash(String text) {
        return hash(text.getBytes(StandardCharsets.UTF_8));
    }
}
