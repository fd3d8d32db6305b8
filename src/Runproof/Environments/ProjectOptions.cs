using Tomlyn;
using Tomlyn.Model;

namespace Runproof.Environments;

/// <summary>The user's own word where detection is wrong: <c>runproof.toml</c> at the root of the repository or beside the call.</summary>
/// <param name="Arguments">Given to the test command: folders or options.</param>
/// <param name="Command">Replaces the test command.</param>
/// <param name="Exclude">Paths that get no bugs.</param>
/// <param name="Debian">Packages to unpack into the environment.</param>
/// <param name="SuiteSeconds">Limit of one run of the whole suite.</param>
/// <param name="Text">The file as it was read: part of the environment's hash.</param>
public sealed record ProjectOptions(
    string? Language,
    string? Framework,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<string> Command,
    IReadOnlyList<string>? SourceRoots,
    IReadOnlyList<string> Exclude,
    IReadOnlyList<string> Debian,
    IReadOnlyDictionary<string, string> Environment,
    int SuiteSeconds,
    string Text)
{
    public const string FileName = "runproof.toml";
    private const int DefaultSuiteSeconds = 600;
    private static readonly string[] Keys = ["language", "framework", "arguments", "command", "source_roots", "exclude", "debian", "environment", "suite_seconds"];

    public static ProjectOptions None { get; } = Parse("", FileName);

    /// <exception cref="InputException">Not TOML, an unknown key, or a value of the wrong kind.</exception>
    public static ProjectOptions Parse(string text, string file)
    {
        try
        {
            var table = TomlSerializer.Deserialize<TomlTable>(text) ?? [];
            if (table.Keys.FirstOrDefault(key => !Keys.Contains(key)) is { } unknown)
                throw new InputException($"{file}: unknown key '{unknown}': known are {string.Join(", ", Keys)}");
            return new(
                table.TryGetValue("language", out var language) ? (string)language : null,
                table.TryGetValue("framework", out var framework) ? (string)framework : null,
                Texts(table, "arguments") ?? [],
                Texts(table, "command") ?? [],
                Texts(table, "source_roots"),
                Texts(table, "exclude") ?? [],
                Texts(table, "debian") ?? [],
                table.TryGetValue("environment", out var environment) ? ((TomlTable)environment).ToDictionary(pair => pair.Key, pair => (string)pair.Value) : new(),
                table.TryGetValue("suite_seconds", out var seconds) ? checked((int)(long)seconds) : DefaultSuiteSeconds,
                text);
        }
        catch (Exception error) when (error is TomlException or InvalidCastException or OverflowException)
        {
            throw new InputException($"{file}: {error.Message.Split('\n')[0]}", error);
        }
    }

    private static List<string>? Texts(TomlTable table, string key) =>
        table.TryGetValue(key, out var value) ? [.. ((TomlArray)value).Select(item => (string)item!)] : null;
}
