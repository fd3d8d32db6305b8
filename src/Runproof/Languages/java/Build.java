package runproof;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All modules of a project with their classes. */
final class Build {
    private final Map<String, Part> parts = new LinkedHashMap<>();

    /** A module with what it is compiled against and what it gives. */
    record Part(Module module, Jars.ClassPath jars, SourceSet main, SourceSet test) {}

    Build(Path project) {
        for (Module module : Project.modules(project)) {
            Jars.ClassPath jars = Jars.of(module);
            List<Path> below = new ArrayList<>();
            for (String need : module.needs()) if (parts.containsKey(need)) below.addAll(List.of(parts.get(need).main().output(), parts.get(need).test().output()));
            List<Path> main = new ArrayList<>(below);
            main.addAll(jars.main());
            // The framework first, as when tests run: nothing of the product can stand for it.
            List<Path> test = new ArrayList<>(jars.framework());
            test.add(module.output(false));
            test.addAll(below);
            test.addAll(jars.test());
            parts.put(module.name(), new Part(module, jars, new SourceSet(project, module, false, main), new SourceSet(project, module, true, test)));
        }
    }

    List<Part> parts() {
        return List.copyOf(parts.values());
    }

    /** Folders of classes and resources that the tests of a module run with: its own, and those of the modules that it needs. */
    List<Path> folders(Part part) {
        Set<Path> found = new LinkedHashSet<>(List.of(part.test().output()));
        found.addAll(part.module().testResources());
        found.add(part.main().output());
        found.addAll(part.module().mainResources());
        for (String need : part.module().needs()) {
            Part other = parts.get(need);
            if (other == null) continue;
            found.add(other.main().output());
            found.addAll(other.module().mainResources());
            found.add(other.test().output());
            found.addAll(other.module().testResources());
        }
        return List.copyOf(found);
    }

    /** The modules whose classes a module uses, and itself. */
    boolean uses(Part part, Part other) {
        return part == other || part.module().needs().contains(other.module().name());
    }

    /**
     * Compiles what changed.
     *
     * @return source set that does not compile → the errors; what stands upon it is not compiled
     */
    Map<SourceSet, List<String>> run() throws IOException {
        Map<SourceSet, List<String>> broken = new LinkedHashMap<>();
        Set<String> changed = new LinkedHashSet<>();
        Set<String> failed = new LinkedHashSet<>();
        for (Part part : parts.values()) {
            String name = part.module().name();
            for (Path jar : part.jars().main()) if (!jar.toFile().exists()) System.out.println("note: " + jar + " is not there");
            boolean isBelowNew = part.module().needs().stream().anyMatch(changed::contains);
            if (part.module().needs().stream().anyMatch(failed::contains)) {
                failed.add(name);
                continue;
            }
            SourceSet.Outcome main = part.main().build(isBelowNew);
            if (main.isNew()) changed.add(name);
            if (!main.errors().isEmpty()) {
                broken.put(part.main(), main.errors());
                failed.add(name);
                continue;
            }
            SourceSet.Outcome test = part.test().build(isBelowNew || main.isNew());
            if (test.isNew()) changed.add(name);
            if (!test.errors().isEmpty()) broken.put(part.test(), test.errors());
        }
        return broken;
    }

    /** Names the jars that were found nowhere. */
    void tellMissing() {
        parts.values().stream().flatMap(part -> part.jars().missing().stream()).distinct().forEach(missing -> System.out.println("no jar for " + missing));
    }

    /** Whether the tests of a module can run: it compiles, and what it needs does. */
    boolean isGood(Part part, Map<SourceSet, List<String>> broken) {
        return !broken.containsKey(part.test()) && parts.values().stream().noneMatch(other -> uses(part, other) && broken.containsKey(other.main()));
    }
}
