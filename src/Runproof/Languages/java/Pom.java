package runproof;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * What a pom.xml says plainly: names, modules, source folders, dependencies, the level of the language, how tests are run. Parents in the same repository, or beside a pom of Debian's, are read; profiles
 * are not, save those that are active by default.
 */
final class Pom {
    private static final Pattern PLACE = Pattern.compile("\\$\\{([^}]+)}");
    final Path file;
    private final Element root;
    private final Pom parent;

    private Pom(Path file, Element root, Pom parent) {
        this.file = file;
        this.root = root;
        this.parent = parent;
    }

    /** Null where there is none that can be read. */
    static Pom read(Path file) {
        return read(file, 0);
    }

    private static Pom read(Path file, int depth) {
        if (depth > 8 || !Files.isRegularFile(file)) return null;
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            Element root = factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement();
            Element parent = child(root, "parent");
            Pom above = null;
            if (parent != null) {
                Element place = child(parent, "relativePath");
                String path = place == null ? "../pom.xml" : place.getTextContent().trim();
                Path found = path.isEmpty() ? null : file.resolveSibling(path).normalize();
                if (found != null && Files.isDirectory(found)) found = found.resolve("pom.xml");
                Pom near = found == null ? null : read(found, depth + 1);
                if (near != null && near.artifact().equals(text(parent, "artifactId"))) above = near;
                Path far = above != null ? null : Jars.pom(text(parent, "groupId"), text(parent, "artifactId"));
                if (far != null && !far.equals(file)) above = read(far, depth + 1);
            }
            return new Pom(file, root, above);
        } catch (Exception error) {
            System.err.println("note: " + file + " cannot be read: " + error.getMessage());
            return null;
        }
    }

    String artifact() {
        return fill(text(root, "artifactId"));
    }

    String group() {
        String own = text(root, "groupId");
        Element above = child(root, "parent");
        return fill(own.isEmpty() && above != null ? text(above, "groupId") : own);
    }

    String packaging() {
        return fill(text(root, "packaging"));
    }

    /** Folders of the modules, by their own words. */
    List<String> modules() {
        List<String> found = new ArrayList<>();
        for (Element module : children(child(root, "modules"), "module")) found.add(fill(module.getTextContent().trim()));
        for (Element profile : children(child(root, "profiles"), "profile")) {
            Element activation = child(profile, "activation");
            if (activation == null || !text(activation, "activeByDefault").equals("true")) continue;
            for (Element module : children(child(profile, "modules"), "module")) found.add(fill(module.getTextContent().trim()));
        }
        return found;
    }

    /** Of its own and its parents; those of a parent that is Debian's are left out. */
    List<Dependency> dependencies() {
        List<Dependency> found = new ArrayList<>();
        for (Element one : children(child(root, "dependencies"), "dependency")) {
            found.add(new Dependency(fill(text(one, "groupId")), fill(text(one, "artifactId")), fill(text(one, "scope")), text(one, "optional").equals("true"), fill(text(one, "classifier")), fill(text(one, "version"))));
        }
        if (parent != null && !parent.file.startsWith("/usr/share") && !parent.file.startsWith("/opt/env")) found.addAll(parent.dependencies());
        return found;
    }

    /** A word of the build section; empty where it does not say. */
    String build(String name) {
        Element build = child(root, "build");
        String own = build == null ? "" : fill(text(build, name));
        return own.isEmpty() && parent != null && !parent.file.startsWith("/usr/share") ? parent.build(name) : own;
    }

    /** Folders of resources. */
    List<String> resources(String list, String one) {
        List<String> found = new ArrayList<>();
        for (Element resource : children(child(child(root, "build"), list), one)) found.add(fill(text(resource, "directory")));
        return found;
    }

    String property(String name) {
        Element properties = child(root, "properties");
        String own = properties == null ? "" : text(properties, name);
        if (!own.isEmpty()) return fill(own);
        return parent == null ? "" : parent.property(name);
    }

    /** The configuration of a plugin, where one stands, of the nearest pom first. */
    List<Element> configurations(String plugin) {
        List<Element> found = new ArrayList<>();
        Element build = child(root, "build");
        for (Element plugins : new Element[] {child(build, "plugins"), child(child(build, "pluginManagement"), "plugins")}) {
            for (Element one : children(plugins, "plugin")) {
                if (!text(one, "artifactId").equals(plugin)) continue;
                if (child(one, "configuration") != null) found.add(child(one, "configuration"));
                for (Element execution : children(child(one, "executions"), "execution")) {
                    if (text(execution, "id").startsWith("default-") && child(execution, "configuration") != null) found.add(child(execution, "configuration"));
                }
            }
        }
        if (parent != null) found.addAll(parent.configurations(plugin));
        return found;
    }

    /** A word of a plugin's configuration. */
    String configured(String plugin, String name) {
        return configurations(plugin).stream().map(one -> fill(text(one, name))).filter(text -> !text.isEmpty()).findFirst().orElse("");
    }

    List<String> configuredList(String plugin, String list) {
        for (Element configuration : configurations(plugin)) {
            List<String> found = new ArrayList<>();
            Element words = child(configuration, list);
            for (Node one = words == null ? null : words.getFirstChild(); one != null; one = one.getNextSibling()) {
                if (one instanceof Element element) found.add(fill(element.getTextContent().trim()));
            }
            if (!found.isEmpty()) return found;
        }
        return List.of();
    }

    Map<String, String> configuredMap(String plugin, String map) {
        Map<String, String> found = new LinkedHashMap<>();
        for (Element configuration : configurations(plugin)) {
            Element words = child(configuration, map);
            for (Node one = words == null ? null : words.getFirstChild(); one != null; one = one.getNextSibling()) {
                if (one instanceof Element element) found.putIfAbsent(element.getTagName(), fill(element.getTextContent().trim()));
            }
        }
        return found;
    }

    /** The text with what its places stand for; a place that is not known stays. */
    String fill(String text) {
        for (int round = 0; round < 6 && text.contains("${"); round++) {
            String filled = PLACE.matcher(text).replaceAll(match -> {
                String value = switch (match.group(1)) {
                    case "project.groupId", "pom.groupId", "groupId" -> group();
                    case "project.artifactId", "pom.artifactId", "artifactId" -> text(root, "artifactId");
                    case "project.basedir", "basedir" -> file.getParent().toString();
                    case "project.build.directory" -> "/tmp/target";
                    default -> property(match.group(1));
                };
                return Matcher.quoteReplacement(value.isEmpty() || value.contains("${" + match.group(1) + "}") ? match.group() : value);
            });
            if (filled.equals(text)) break;
            text = filled;
        }
        return text;
    }

    static Element child(Element element, String name) {
        List<Element> found = children(element, name);
        return found.isEmpty() ? null : found.get(0);
    }

    static List<Element> children(Element element, String name) {
        List<Element> found = new ArrayList<>();
        for (Node one = element == null ? null : element.getFirstChild(); one != null; one = one.getNextSibling()) {
            if (one instanceof Element child && child.getTagName().equals(name)) found.add(child);
        }
        return found;
    }

    static String text(Element element, String name) {
        Element found = child(element, name);
        return found == null ? "" : found.getTextContent().trim();
    }

    /** A dependency as it is declared. */
    record Dependency(String group, String artifact, String scope, boolean isOptional, String classifier, String version) {
        String key() {
            return group + ":" + artifact;
        }

        boolean isTest() {
            return scope.equals("test");
        }
    }
}
