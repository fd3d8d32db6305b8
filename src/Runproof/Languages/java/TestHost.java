package runproof;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A {@link TestProcess} and what it is asked. It stays for further runs until it is closed, or has to be ended. */
final class TestHost implements AutoCloseable {
    private static final Path HOME = Path.of(System.getProperty("java.class.path").split(":")[0]).getParent();
    private static final String[] END = {"end of the process"};
    private final Build.Part part;
    private final List<Path> classPath;
    private final String reachList;
    private Process process;
    private ServerSocketChannel server;
    private Path place;
    private Channel channel;
    private BlockingQueue<String[]> lines;
    private int runs;

    /**
     * @param folders on its class path, behind the framework and before the jars
     * @param reachList classes whose lines are measured, see {@link ReachAgent}; null for none
     */
    TestHost(Build.Part part, List<Path> folders, String reachList) {
        this.part = part;
        this.reachList = reachList;
        classPath = new ArrayList<>(List.of(HOME.resolve("tool.jar")));
        classPath.addAll(part.jars().framework());
        classPath.addAll(folders);
        classPath.addAll(part.jars().test());
        classPath.add(Path.of("/usr/share/java/asm.jar"));
    }

    enum Ending { WHOLE, STOPPED, LATE, DIED }

    /**
     * One run.
     *
     * @param classes test classes, in the order in which they run
     * @param chosen ids of the tests that count; empty for all
     * @param without tests that are left aside
     * @param places folders of classes that are loaded for this run alone
     */
    record Asked(List<String> classes, Collection<String> chosen, Collection<String> without, List<Path> places, boolean failFast, String shuffle, String reach, Map<String, Double> limits, double usualLimit) {}

    int runs() {
        return runs;
    }

    void start() throws IOException {
        if (process != null) return;
        Path folder = Files.createTempDirectory("runproof-");
        place = folder.resolve("channel");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(place));
        server.configureBlocking(false);
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xlog:disable", "-XX:-UsePerfData", "-Xmx1g", "-ea", "-Dfile.encoding=UTF-8",
                "-Djava.awt.headless=true", "-Dbasedir=" + part.module().folder(), "-Duser.language=en"));
        Path archive = HOME.resolve("tests.jsa");
        if (Files.exists(archive)) words.add("-XX:SharedArchiveFile=" + archive);
        words.addAll(part.module().jvm());
        part.module().properties().forEach((name, value) -> words.add("-D" + name + "=" + value));
        if (reachList != null) words.add("-javaagent:" + HOME.resolve("tool.jar") + "=" + reachList);
        words.addAll(List.of("-cp", String.join(":", classPath.stream().map(Path::toString).toList()), "runproof.TestProcess", place.toString()));
        ProcessBuilder builder = new ProcessBuilder(words).directory(part.module().folder().toFile()).redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        // What the tests print is theirs; standard output of a warm process belongs to its answers.
        builder.redirectOutput(Tools.variable("WARM").isEmpty() ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.to(new java.io.File("/dev/null")));
        builder.environment().keySet().removeIf(name -> name.startsWith("RUNPROOF_"));
        process = builder.start();
        lines = new LinkedBlockingQueue<>();
        channel = null;
        runs = 0;
    }

    private void connect(long until) throws IOException {
        start();
        while (channel == null) {
            SocketChannel socket = server.accept();
            if (socket != null) {
                socket.configureBlocking(true);
                channel = new Channel(socket);
                Files.deleteIfExists(place);
                Thread reader = new Thread(() -> read(channel, lines));
                reader.setDaemon(true);
                reader.start();
                return;
            }
            if (!process.isAlive() || System.nanoTime() > until) throw new IOException("the process that runs the tests does not start");
            try {
                Thread.sleep(2);
            } catch (InterruptedException error) {
                throw new IOException(error);
            }
        }
    }

    private static void read(Channel channel, BlockingQueue<String[]> lines) {
        try {
            for (String[] line = channel.receive(); line != null; line = channel.receive()) lines.add(line);
        } catch (IOException error) {
            // It ended.
        }
        lines.add(END);
    }

    /**
     * @param told gets each line that a test says, "start" and "end"
     * @param until when all must be over, by System.nanoTime
     * @return how it ended; LATE after the test that runs, which was told last, exceeded its limit. Then, and when it died, the process is gone.
     */
    Ending run(Asked asked, Consumer<String[]> told, long until) throws IOException {
        try {
            connect(Math.min(until, System.nanoTime() + TimeUnit.SECONDS.toNanos(60)));
            runs++;
            for (String one : asked.classes) channel.send("class", one);
            for (String one : asked.chosen) channel.send("only", one);
            for (String one : asked.without) channel.send("without", one);
            for (Path one : asked.places) channel.send("place", one.toString());
            channel.send("go", asked.failFast ? "stop" : "", asked.shuffle, asked.reach);
            String running = null;
            long since = 0;
            while (true) {
                double limit = running == null ? 0 : asked.limits.getOrDefault(running, asked.usualLimit);
                long end = limit > 0 ? Math.min(until, since + (long) (limit * 1e9)) : until;
                String[] line = lines.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (line == null) {
                    close();
                    return limit > 0 && System.nanoTime() < until ? Ending.LATE : Ending.DIED;
                }
                switch (line[0]) {
                    case "start" -> {
                        running = line[1];
                        since = System.nanoTime();
                        told.accept(line);
                    }
                    case "end" -> {
                        running = null;
                        told.accept(line);
                    }
                    case "done" -> {
                        return Ending.WHOLE;
                    }
                    case "stopped" -> {
                        return Ending.STOPPED;
                    }
                    default -> {
                        System.err.println(String.join(" ", line));
                        close();
                        return Ending.DIED;
                    }
                }
            }
        } catch (InterruptedException error) {
            throw new IOException(error);
        } catch (IOException error) {
            System.err.println("the process that runs the tests is gone: " + error.getMessage());
            close();
            return Ending.DIED;
        }
    }

    @Override
    public void close() throws IOException {
        if (process == null) return;
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        if (channel != null) channel.close();
        server.close();
        Tools.delete(place.getParent());
        process = null;
        channel = null;
    }
}
