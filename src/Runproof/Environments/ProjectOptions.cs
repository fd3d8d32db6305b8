using Tomlyn;
using Tomlyn.Model;

namespace Runproof.Environments;

/// <summary>What the user says of one test command.</summary>
/// <param name="Folder">Where it runs, relative to the root; null where detection is to find it.</param>
/// <param name="Arguments">Given to the test command: folders or options.</param>
/// <param name="Command">Replaces the test command.</param>
public sealed record SuiteOptions(
    string? Name, string? Language, string? Framework, string? Folder, IReadOnlyList<string> Arguments, IReadOnlyList<string> Command, IReadOnlyList<string>? SourceRoots)
{
    public static SuiteOptions None { get; } = new(null, null, null, null, [], [], null);
}

/// <summary>The user's own word where detection is wrong: <c>runproof.toml</c> at the root of the repository or beside the call.</summary>
/// <param name="Main">What stands outside of any suite: of the only one where it names a language, a framework or a command, else of the main one.</param>
/// <param name="Suites">The suites there are, in their order; empty where detection is to find them.</param>
/// <param name="Exclude">Paths that get no bugs.</param>
/// <param name="Debian">Packages to unpack into the environment.</param>
/// <param name="Install">A shell script of the install step, run in the repository with network before anything else is installed: what it writes below <c>/opt/env</c> stays. Empty for none.</param>
/// <param name="SuiteSeconds">Limit of one run of a whole suite.</param>
/// <param name="Text">The file as it was read: part of the environment's hash.</param>
public sealed record ProjectOptions(
    SuiteOptions Main,
    IReadOnlyList<SuiteOptions> Suites,
    IReadOnlyList<string> Exclude,
    IReadOnlyList<string> Debian,
    IReadOnlyDictionary<string, string> Environment,
    int SuiteSeconds,
    string Install,
    string Text)
{
    public const string FileName = "runproof.toml";
    private const int DefaultSuiteSeconds = 600;
    private static readonly string[] SuiteKeys = ["name", "language", "framework", "folder", "arguments", "command", "source_roots"];
    private static readonly string[] Keys = [.. SuiteKeys, "suites", "exclude", "debian", "environment", "suite_seconds", "install"];

    public static ProjectOptions None { get; } = Parse("", FileName);

    /// <exception cref="InputException">Not TOML, an unknown key, or a value of the wrong kind.</exception>
    public static ProjectOptions Parse(string text, string file)
    {
        try
        {
            var table = TomlSerializer.Deserialize<TomlTable>(text) ?? [];
            RefuseUnknown(table, Keys, file);
            var suites = table.TryGetValue("suites", out var list) ? (TomlTableArray)list : [];
            foreach (var suite in suites) RefuseUnknown(suite, SuiteKeys, $"{file}: suites");
            return new(
                Suite(table),
                [.. suites.Select(Suite)],
                Texts(table, "exclude") ?? [],
                Texts(table, "debian") ?? [],
                table.TryGetValue("environment", out var environment) ? ((TomlTable)environment).ToDictionary(pair => pair.Key, pair => (string)pair.Value) : new(),
                table.TryGetValue("suite_seconds", out var seconds) ? checked((int)(long)seconds) : DefaultSuiteSeconds,
                Word(table, "install") ?? "",
                text);
        }
        catch (Exception error) when (error is TomlException or InvalidCastException or OverflowException)
        {
            throw new InputException($"{file}: {error.Message.Split('\n')[0]}", error);
        }
    }

    private static void RefuseUnknown(TomlTable table, string[] known, string where)
    {
        if (table.Keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown) throw new InputException($"{where}: unknown key '{unknown}': known are {string.Join(", ", known)}");
    }

    private static SuiteOptions Suite(TomlTable table) => new(
        Word(table, "name"), Word(table, "language"), Word(table, "framework"), Word(table, "folder")?.Trim('/') is { } folder ? (folder == "." ? "" : folder) : null,
        Texts(table, "arguments") ?? [], Texts(table, "command") ?? [], Texts(table, "source_roots"));

    private static string? Word(TomlTable table, string key) => table.TryGetValue(key, out var value) ? (string)value : null;

    private static List<string>? Texts(TomlTable table, string key) =>
        table.TryGetValue(key, out var value) ? [.. ((TomlArray)value).Select(item => (string)item!)] : null;
}
