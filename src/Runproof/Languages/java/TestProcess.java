package runproof;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TimeZone;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.vintage.engine.VintageTestEngine;

/**
 * A process that runs tests as it is told over a socket, one run after the other, by the JUnit Platform with the engines of JUnit 3, 4 and 5. The code under test is in this process: what it says is judged by
 * sentinels, the countercheck and a report that ends, never trusted for its own sake.
 */
public final class TestProcess {
    private TestProcess() {}

    public static void main(String[] arguments) throws Exception {
        // Loads the framework before any class of the repository can be.
        LauncherFactory.create(config()).execute(LauncherDiscoveryRequestBuilder.request().selectors(DiscoverySelectors.selectClass(TestProcess.class)).build());
        if (arguments[0].equals("prepare")) return;
        try (Channel channel = Channel.to(Path.of(arguments[0]))) {
            while (true) {
                Request request = Request.read(channel);
                if (request == null) break;
                run(request, channel);
            }
        }
        Runtime.getRuntime().halt(0);
    }

    /** What is asked; see {@link TestHost}. */
    private record Request(List<String> classes, Set<String> chosen, Set<String> without, List<URL> places, boolean failFast, String shuffle, String reach) {
        static Request read(Channel channel) throws IOException {
            Request request = new Request(new ArrayList<>(), new HashSet<>(), new HashSet<>(), new ArrayList<>(), false, "", "");
            for (String[] line = channel.receive(); line != null; line = channel.receive()) {
                switch (line[0]) {
                    case "class" -> request.classes.add(line[1]);
                    case "only" -> request.chosen.add(line[1]);
                    case "without" -> request.without.add(line[1]);
                    case "place" -> request.places.add(url(line[1]));
                    case "go" -> {
                        return new Request(request.classes, request.chosen, request.without, request.places, line[1].equals("stop"), line[2], line[3]);
                    }
                    default -> { }
                }
            }
            return null;
        }

        private static URL url(String path) throws MalformedURLException {
            return Path.of(path).toUri().toURL();
        }
    }

    private static LauncherConfig config() {
        // Nothing that the repository registers: listeners and engines of its own could steer the run.
        return LauncherConfig.builder().enableTestEngineAutoRegistration(false).enableTestExecutionListenerAutoRegistration(false).enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false).enablePostDiscoveryFilterAutoRegistration(false).addTestEngines(new JupiterTestEngine(), new VintageTestEngine()).build();
    }

    private static void run(Request request, Channel channel) throws IOException {
        Properties properties = (Properties) System.getProperties().clone();
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        java.io.PrintStream out = System.out;
        java.io.PrintStream err = System.err;
        Thread thread = Thread.currentThread();
        ClassLoader usual = thread.getContextClassLoader();
        URLClassLoader own = request.places.isEmpty() ? null : new URLClassLoader(request.places.toArray(new URL[0]), TestProcess.class.getClassLoader());
        if (own != null) thread.setContextClassLoader(own);
        Listener listener = new Listener(channel, request.chosen, request.failFast, request.reach);
        try {
            execute(request, listener);
            listener.end();
            channel.send("done");
        } catch (Listener.Stop stop) {
            listener.end();
            channel.send("stopped");
        } catch (Throwable error) {
            channel.send("broken", Listener.words(error));
        } finally {
            thread.setContextClassLoader(usual);
            System.setProperties(properties);
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
            System.setOut(out);
            System.setErr(err);
            if (own != null) own.close();
        }
    }

    private static void execute(Request request, Listener listener) {
        LauncherDiscoveryRequestBuilder wanted = LauncherDiscoveryRequestBuilder.request();
        List<String> classes = new ArrayList<>(request.classes);
        if (!request.shuffle.isEmpty()) {
            long seed = Long.parseLong(request.shuffle);
            Collections.shuffle(classes, new Random(seed));
            wanted.configurationParameter("junit.jupiter.testmethod.order.default", "org.junit.jupiter.api.MethodOrderer$Random");
            wanted.configurationParameter("junit.jupiter.execution.order.random.seed", request.shuffle);
        }
        List<DiscoverySelector> selectors = new ArrayList<>();
        for (String name : classes) selectors.add(DiscoverySelectors.selectClass(name));
        wanted.selectors(selectors);
        wanted.configurationParameter("junit.jupiter.execution.parallel.enabled", "false");

        // A class that cannot be loaded is told and passed over.
        wanted.configurationParameter("junit.platform.discovery.listener.default", "logging");
        if (!request.chosen.isEmpty() || !request.without.isEmpty()) wanted.filters(new Chosen(request));
        Launcher launcher = LauncherFactory.create(config());
        launcher.execute(wanted.build(), listener);
    }

    /** Methods with a chosen test. Which cases a method has is known only while it runs: all of them run. */
    private static final class Chosen implements PostDiscoveryFilter {
        private final Set<String> wanted = new HashSet<>();
        private final Set<String> without = new HashSet<>();

        Chosen(Request request) {
            for (String id : request.chosen) wanted.add(TestIds.methodOf(id));
            for (String id : request.without) without.add(TestIds.methodOf(id));
        }

        @Override
        public FilterResult apply(TestDescriptor test) {
            if (!(test.getSource().orElse(null) instanceof MethodSource method)) return FilterResult.included("no method");
            // A case of a method that has several by JUnit 4 has the method for its source as well.
            String id = TestIds.methodOf(TestIds.clean(method.getClassName() + "." + method.getMethodName()));
            boolean isIn = (wanted.isEmpty() || wanted.contains(id)) && !without.contains(id);
            return FilterResult.includedIf(isIn);
        }
    }
}
