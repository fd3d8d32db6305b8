using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Tomlyn;
using Tomlyn.Model;

namespace Runproof.Languages;

/// <summary>Reads a language profile (TOML).</summary>
internal static class ProfileReader
{
    /// <exception cref="InvalidDataException">The file is not a profile; the message names the file and the key.</exception>
    public static LanguageProfile Read(string file)
    {
        try
        {
            var root = TomlSerializer.Deserialize<TomlTable>(File.ReadAllText(file)) ?? throw new InvalidDataException("it is empty");
            var support = Path.Combine(Path.GetDirectoryName(file)!, Text(root, "extends") ?? Text(root, "name")!);
            var files = Table(root, "files");
            var packages = Table(root, "packages");
            return new(
                Text(root, "name")!,
                Text(root, "title")!,
                Text(root, "extends"),
                Table(root, "syntaxes").ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)[.. ((TomlArray)pair.Value).Select(item => (string)item!)]),
                Pattern(root, "shebang"),
                Texts(root, "functions"),
                Text(root, "function_rule"),
                root.TryGetValue("probes", out var probes) ? Probes((TomlTable)probes) : null,
                root.TryGetValue("test_parts", out var parts) ? TestParts((TomlTable)parts) : null,
                root.TryGetValue("schemata", out var schemata) ? Schemata((TomlTable)schemata) : null,
                Texts(root, "project_files"),
                root.TryGetValue("nested_projects", out var nested) && (bool)nested,
                [.. Tables(root, "tools").Select(tool => new RequiredTool(Texts(tool, "command"), Text(tool, "debian")!, Text(tool, "image")))],
                new(Patterns(files, "test"), Patterns(files, "test_module"), Patterns(files, "steering"), Patterns(files, "generated"),
                    Pattern(files, "generated_marker"), Patterns(files, "vendored"), Patterns(files, "not_product"), Patterns(files, "build_output")),
                new(Texts(packages, "install"), Pattern(packages, "install_when"), Text(packages, "install_when_file"), Text(packages, "install_unless"),
                    Patterns(packages, "lock_files"), Texts(packages, "keep"),
                    Texts(packages, "describe"), packages.TryGetValue("cache_by_content", out var byContent) && (bool)byContent, Texts(packages, "shared_cache"), Text(packages, "warm"), Pattern(packages, "missing"), Text(packages, "debian"),
                    Map(packages, "known"), Pattern(packages, "unknown_option"), Map(packages, "options")),
                [.. Tables(root, "assertions").Select(rule => new AssertionRule(Pattern(rule, "used")!, Texts(rule, "fails")))],
                root.TryGetValue("macros", out var macros) ? new(Pattern((TomlTable)macros, "defined")!, Text((TomlTable)macros, "declared")!) : null,
                Map(root, "environment"),
                Map(root, "install_environment"),
                [.. Tables(root, "frameworks").Select(Framework)],
                support,
                HashOf(file, support));
        }
        catch (Exception error) when (error is TomlException or InvalidCastException or ArgumentException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{file}: {error.Message.Split('\n')[0]}", error);
        }
    }

    private static ProbeRule Probes(TomlTable table) => new(
        Text(table, "rule")!,
        Text(table, "statement")!,
        [.. Tables(table, "expressions").Select(one => new ProbeExpression(Text(one, "rule")!, Text(one, "open")!, Text(one, "close")!, one.TryGetValue("around", out var around) && (bool)around))]);

    private static SchemataRule Schemata(TomlTable table) => new(
        Text(table, "bodies")!, Text(table, "gives"), Text(table, "case"), Text(table, "case_without_result")!, table.TryGetValue("build", out var build) ? SchemataBuild((TomlTable)build) : null);

    private static SchemataBuild SchemataBuild(TomlTable table) =>
        new(Pattern(table, "package")!, Text(table, "switch_file")!, Text(table, "switch")!, Texts(table, "command"), Pattern(table, "error")!);

    private static TestPartRule TestParts(TomlTable table) => new(
        Text(table, "rule")!, Text(table, "moved")!, Pattern(table, "stays")!, Patterns(table, "not_from"), Texts(table, "files"), Text(table, "head")!, Text(table, "tail")!);

    private static TestFramework Framework(TomlTable table) => new(
        Text(table, "name")!,
        Texts(table, "detect_files"),
        Map(table, "detect_text").ToDictionary(pair => pair.Key, pair => new Regex(pair.Value)),
        Pattern(table, "detect_tests"),
        Pattern(table, "needed"),
        Text(table, "report")!,
        Texts(table, "command"),
        Text(table, "selection")!,
        Map(table, "environment"),
        Table(table, "modes").ToDictionary(
            pair => pair.Key,
            pair => Mode((TomlTable)pair.Value)),
        table.TryGetValue("sentinel", out var sentinel)
            ? new(((TomlTable)sentinel).TryGetValue("each_package", out var each) && (bool)each, Text((TomlTable)sentinel, "folder"), Texts((TomlTable)sentinel, "names"), Text((TomlTable)sentinel, "content")!)
            : null,
        table.TryGetValue("failing", out var failing)
            ? new(Pattern((TomlTable)failing, "function")!, Pattern((TomlTable)failing, "declaration")!, Text((TomlTable)failing, "replacement")!, Text((TomlTable)failing, "guard"))
            : null);

    private static FrameworkMode Mode(TomlTable table) => new(Texts(table, "command"), Texts(table, "arguments"), Map(table, "environment"), Flag(table, "loads_anew"), Flag(table, "switches"), Flag(table, "alone"));

    private static bool Flag(TomlTable table, string key) => table.TryGetValue(key, out var value) && (bool)value;

    private static string? Text(TomlTable table, string key) => table.TryGetValue(key, out var value) ? (string)value : null;

    private static List<string> Texts(TomlTable table, string key) =>
        table.TryGetValue(key, out var value) ? [.. ((TomlArray)value).Select(item => (string)item!)] : [];

    private static TomlTable Table(TomlTable table, string key) => table.TryGetValue(key, out var value) ? (TomlTable)value : [];

    private static IEnumerable<TomlTable> Tables(TomlTable table, string key) => table.TryGetValue(key, out var value) ? (TomlTableArray)value : [];

    private static Dictionary<string, string> Map(TomlTable table, string key) => Table(table, key).ToDictionary(pair => pair.Key, pair => (string)pair.Value);

    private static PathPatterns Patterns(TomlTable table, string key) => new(Texts(table, key));

    private static Regex? Pattern(TomlTable table, string key) => Text(table, key) is { } pattern ? new Regex(pattern, RegexOptions.Multiline) : null;

    private static string HashOf(string file, string support)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var scripts = Directory.Exists(support) ? Directory.EnumerateFiles(support).Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
        foreach (var part in scripts.Prepend(file))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(part) + "\0"));
            hash.AppendData(File.ReadAllBytes(part));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
