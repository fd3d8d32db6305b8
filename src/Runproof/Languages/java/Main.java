package runproof;

import java.nio.file.Path;
import java.util.List;

/**
 * Runproof's program for Java in the sandbox: "install" brings the jars that the modules need (the only step with network), "run" compiles what changed and runs tests or, with RUNPROOF_WARM, stays and
 * does so for one bug after another; "maven" and "gradle" run the tests by these tools. Works where it is started; the variables RUNPROOF_* tell what to run and where to write (see Suite). No code of the
 * repository runs in this process.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        List<String> rest = List.of(arguments).subList(Math.min(1, arguments.length), arguments.length);
        Path folder = Path.of("").toAbsolutePath();
        int code = switch (arguments.length == 0 ? "" : arguments[0]) {
            case "install" -> Install.run(folder);
            case "run" -> Tools.variable("WARM").isEmpty() ? Suite.run(folder, rest) : Warm.serve(folder, rest);
            case "maven", "gradle" -> BuildTool.run(arguments[0], folder, rest);
            case "prepare" -> Compiler.exercise();
            default -> Tools.fail("java.sh install | run | maven | gradle");
        };
        System.out.flush();
        System.err.flush();
        // Halting leaves no archive of classes behind.
        if (arguments.length > 0 && arguments[0].equals("prepare")) System.exit(code);
        Runtime.getRuntime().halt(code);
    }
}
