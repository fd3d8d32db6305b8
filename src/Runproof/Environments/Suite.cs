using System.Text.Json.Serialization;
using Runproof.Languages;
using Runproof.Sandboxes;

namespace Runproof.Environments;

/// <summary>One test command of a repository: a framework in a folder. An environment has one or more.</summary>
/// <param name="Name">Tells it from the others: its language, with the folder where that is not the root.</param>
/// <param name="Folder">Where it runs, relative to the repository root; empty for the root. Paths that its tools report are relative to it.</param>
/// <param name="Command">Replaces the framework's command where not empty.</param>
/// <param name="Arguments">Added to the command.</param>
/// <param name="SourceRoots">Folders inside the sandbox from which the code is imported.</param>
/// <param name="Variables">Of every command: the profile's, the pinned ones, the user's.</param>
/// <param name="Packages">Names the installation of dependencies that it shares with others; null where it has none.</param>
/// <param name="IdPrefix">Put before the framework's own test ids; empty where they are unique without.</param>
/// <param name="Seconds">Wall time of one run of the whole suite.</param>
/// <param name="SentinelFolders">Where the framework loads a test file of ours; where it does nowhere, a forged report is harder to notice.</param>
/// <param name="NotWarm">Tests that do not pass in a process forked from a warm one; null where there is no warm process at all.</param>
public sealed record Suite(
    string Name,
    string Language,
    string Framework,
    string Folder,
    IReadOnlyList<string> Command,
    IReadOnlyList<string> Arguments,
    IReadOnlyList<string> SourceRoots,
    IReadOnlyDictionary<string, string> Variables,
    string? Packages = null,
    string IdPrefix = "",
    double Seconds = 0,
    IReadOnlyList<string>? SentinelFolders = null,
    IReadOnlyList<string>? NotWarm = null)
{
    [JsonIgnore]
    public LanguageProfile Profile => LanguageProfiles.Named(Language);

    [JsonIgnore]
    public TestFramework TestFramework => Profile.Frameworks.First(framework => framework.Name == Framework);

    /// <summary>Limit of one run of the suite while judging.</summary>
    [JsonIgnore]
    public double LimitSeconds => Math.Max(20, 10 + (5 * Seconds));

    [JsonIgnore]
    internal string WorkingDirectory => Folder.Length == 0 ? SandboxPaths.Testbed : $"{SandboxPaths.Testbed}/{Folder}";

    [JsonIgnore]
    internal bool HasSentinels => SentinelFolders is { Count: > 0 };

    /// <summary>Whether a file of the repository is of a kind, in the eyes of this suite's language: by its path from the root, or from where the suite runs.</summary>
    internal bool Sees(Func<FileKinds, PathPatterns> kind, string path) =>
        kind(Profile.Files).Match(path) || (Holds(path) && Folder.Length > 0 && kind(Profile.Files).Match(path[(Folder.Length + 1)..]));

    /// <summary>Whether a file lies where the suite runs.</summary>
    internal bool Holds(string path) => path.StartsWith(PathOf(""), StringComparison.Ordinal);

    /// <summary>A path that its tools report, relative to the repository root.</summary>
    internal string PathOf(string file) => Folder.Length == 0 ? file : $"{Folder}/{file}";
}
