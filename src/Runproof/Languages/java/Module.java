package runproof;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A part of the project that is compiled as one, with the tests of its own.
 *
 * @param name its folder below the project, or "root"
 * @param needs names of modules whose classes it uses, nearest first
 * @param options of the compiler
 * @param jvm options of the process that runs the tests
 * @param includes patterns of the test files that are run; empty for every class with tests
 * @param dependencies as they are declared
 */
record Module(
        String name, Path folder, List<Path> main, List<Path> test, List<Path> mainResources, List<Path> testResources, List<String> needs, List<String> options, List<String> jvm,
        Map<String, String> properties, List<String> includes, List<String> excludes, List<Pom.Dependency> dependencies) {

    Path output(boolean isTest) {
        return Tools.HOME.resolve("build").resolve(name.replace('/', '_')).resolve(isTest ? "test" : "main");
    }
}
