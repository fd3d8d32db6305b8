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

/// <param name="Environment">Null where none could be built.</param>
/// <param name="Failure">Why not.</param>
internal sealed record Era(RepositoryEnvironment? Environment, string Failure);

/// <summary>
/// Environments by era: commits whose build and dependency files are the same share one, built at the first of them that is asked for. A version number of the project itself makes no era. Safe to call from many threads.
/// </summary>
internal sealed partial class Eras(Workspace workspace, Repository repository, IReadOnlyList<LanguageProfile> profiles, ProjectOptions? options, IProgressLog log, TimeProvider clock, int jobs)
{
    /// <summary>Commits of an era at which building is tried.</summary>
    private const int MostTries = 2;

    private readonly ConcurrentDictionary<string, (SemaphoreSlim Gate, List<string> Failures)> _eras = [];
    private readonly ConcurrentDictionary<string, RepositoryEnvironment> _built = [];
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
            if (_built.TryGetValue(key, out var known)) return new(known, "");
            if (failures.Count >= MostTries) return new(null, failures[0]);
            try
            {
                var era = await BuildAsync(commit, cancel);
                _built[key] = era;
                return new(era, "");
            }
            catch (Exception error) when (error is InputException or MachineException or SandboxException)
            {
                DiskSpace.Require(workspace.Root);
                failures.Add(error.Message);
                return new(null, error.Message);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<RepositoryEnvironment> BuildAsync(string commit, CancellationToken cancel)
    {
        var tree = (await new Git(repository.GitDirectory).RunAsync(["rev-parse", commit + "^{tree}"], cancel)).Trim();
        var number = Interlocked.Increment(ref _count);
        var quiet = new EraLog(log, $"era {number} ({commit[..10]})");
        return await new EnvironmentBuilder(workspace, quiet, clock, jobs).BuildAsync(repository with { Commit = commit, Tree = tree, Notes = [] }, options, cancel, forBugs: false);
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
