using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Languages;
using Runproof.Repositories;
using Runproof.Sandboxes;

namespace Runproof.Mining;

/// <summary>
/// Environments by era: commits whose build and dependency files are the same share one, built at the first of them that is asked for. A version number of the project itself makes no era. Safe to call from many threads.
/// </summary>
internal sealed partial class Eras(Workspace workspace, Repository repository, IReadOnlyList<LanguageProfile> profiles, ProjectOptions? options, IProgressLog log, TimeProvider clock, int jobs, EraHelper? helper = null)
{
    /// <summary>Commits of an era at which building is tried.</summary>
    private const int MostTries = 2;

    /// <summary>Changes that the set-up of a model may fail to tell apart, before it tells one.</summary>
    private const int MostDoubts = 3;

    private readonly ConcurrentDictionary<string, (SemaphoreSlim Gate, List<string> Failures)> _eras = [];
    private readonly ConcurrentDictionary<string, RepositoryEnvironment> _built = [];
    private readonly ConcurrentDictionary<string, EraDraft> _drafts = [];
    private readonly ConcurrentDictionary<string, string> _contents = [];
    private readonly PathPatterns _build = new(
    [
        .. profiles.SelectMany(profile => profile.ProjectFiles).Select(name => "**/" + name), .. profiles.Select(profile => profile.Packages.InstallWhenFile).OfType<string>().Select(name => "**/" + name),
        "**/requirements*.txt", "**/requirements/*", ProjectOptions.FileName,
    ]);

    private int _count;

    /// <summary>Eras that had to be built or were found.</summary>
    public int Count => _built.Count;

    /// <summary>The environment for a commit.</summary>
    /// <exception cref="MachineException">The disk is full.</exception>
    public async Task<Era> OfAsync(string commit, CancellationToken cancel)
    {
        var key = await KeyAsync(commit, cancel);
        var (gate, failures) = _eras.GetOrAdd(key, _ => (new(1), []));
        await gate.WaitAsync(cancel);
        try
        {
            if (_built.TryGetValue(key, out var known)) return new(known, "", _drafts.GetValueOrDefault(key));
            if (failures.Count >= MostTries) return new(null, failures[0]);
            try
            {
                return new(_built[key] = await BuildAsync(commit, Kept(key) ?? options, cancel), "");
            }
            catch (Exception error) when (error is InputException or MachineException or SandboxException)
            {
                DiskSpace.Require(workspace.Root);
                failures.Add(error.Message);
                return failures.Count == 1 && helper is not null && await HelpedAsync(key, commit, error.Message, cancel) is { } helped ? helped : new(null, error.Message);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>A change was told from its base: what the model said is kept for later calls.</summary>
    public void Keep(EraDraft draft)
    {
        if (!_drafts.TryRemove(draft.Key, out _)) return;
        var file = FileOf(draft.Key);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file + ".partial", draft.Options);
        File.Move(file + ".partial", file, overwrite: true);
    }

    /// <summary>A change was not told from its base; where none is after some, the era counts as one that cannot be built.</summary>
    public async Task DoubtAsync(EraDraft draft, CancellationToken cancel)
    {
        if (draft.Doubt() < MostDoubts || !_drafts.TryRemove(draft.Key, out _)) return;
        var (gate, failures) = _eras[draft.Key];
        await gate.WaitAsync(cancel);
        _built.TryRemove(draft.Key, out _);
        failures.AddRange(Enumerable.Repeat("as a model sets it up, its tests tell no change from its base", MostTries));
        gate.Release();
    }

    private string FileOf(string key) => Path.Combine(workspace.Root, "eras", key[..32] + ".toml");

    /// <summary>What a model said in an earlier call, and a change has borne out.</summary>
    private ProjectOptions? Kept(string key) => File.Exists(FileOf(key)) ? ProjectOptions.Parse(File.ReadAllText(FileOf(key)), FileOf(key)) : null;

    private async Task<Era?> HelpedAsync(string key, string commit, string failure, CancellationToken cancel)
    {
        var files = (await new Git(repository.GitDirectory).RunAsync(["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit], cancel)).Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(IsBuildFile).ToList();
        if (await helper!.BuildAsync(await AtAsync(commit, cancel), files, profiles, options, failure, cancel) is not { } made) return null;
        var draft = _drafts[key] = new(key, made.Options);
        return new(_built[key] = made.Environment, "", draft);
    }

    private async Task<Repository> AtAsync(string commit, CancellationToken cancel) =>
        repository with { Commit = commit, Tree = (await new Git(repository.GitDirectory).RunAsync(["rev-parse", commit + "^{tree}"], cancel)).Trim(), Notes = [] };

    private async Task<RepositoryEnvironment> BuildAsync(string commit, ProjectOptions? with, CancellationToken cancel)
    {
        var number = Interlocked.Increment(ref _count);
        var quiet = new EraLog(log, $"era {number} ({commit[..10]})");
        return await new EnvironmentBuilder(workspace, quiet, clock, jobs).BuildAsync(await AtAsync(commit, cancel), with, cancel, forBugs: false);
    }

    /// <summary>Of the files that say how the project is built and what it needs.</summary>
    private async Task<string> KeyAsync(string commit, CancellationToken cancel)
    {
        var git = new Git(repository.GitDirectory);
        var listing = (await git.RunAsync(["ls-tree", "-r", "-z", "--full-tree", commit], cancel)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (blob, path) in listing.Where(line => line.StartsWith("100", StringComparison.Ordinal)).Select(line => (line.Split('\t')[0].Split(' ')[2], line[(line.IndexOf('\t') + 1)..])).Where(file => IsBuildFile(file.Item2)))
        {
            if (!_contents.TryGetValue(blob, out var content)) _contents[blob] = content = OwnVersion().Replace(await git.RunAsync(["cat-file", "blob", blob], cancel), "");
            hash.AppendData(Encoding.UTF8.GetBytes($"{path}\0{content}\0"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private bool IsBuildFile(string path) =>
        (_build.Match(path) || profiles.Any(profile => profile.Packages.LockFiles.Match(path))) && !profiles.Any(profile => profile.Files.Test.Match(path) || profile.Files.Vendored.Match(path));

    /// <summary>A line that names the version of the project itself.</summary>
    [GeneratedRegex(@"(?m)^\s*(?:""version""|version|__version__|VERSION)\s*[:=]\s*[^\r\n]*$")]
    private static partial Regex OwnVersion();

    /// <summary>Says what is said with the era before it, and draws no bars.</summary>
    private sealed class EraLog(IProgressLog inner, string era) : IProgressLog
    {
        public void Say(string text) => inner.Say($"{era}: {text}");

        public IProgressItem Begin(string title, int? items) => SilentLog.Instance;
    }
}
