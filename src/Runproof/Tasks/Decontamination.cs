using Runproof.Catalogue;
using Runproof.Repositories;

namespace Runproof.Tasks;

/// <param name="By"><c>repository</c>, <c>commit</c>, <c>patch</c>, <c>statement</c> or <c>duplicate</c>.</param>
/// <param name="Match">What it is the same as.</param>
/// <param name="Where">File and place of that.</param>
/// <param name="Share">Of the task's pieces those that the other has, 0–1; 1 for what is equal.</param>
public sealed record Removal(string InstanceId, string By, string Match, string Where, double Share);

/// <param name="Rows">Tasks or repositories read.</param>
/// <param name="Unreadable">Places that could not be read, and why.</param>
public sealed record ReadFile(string Path, int Rows, IReadOnlyList<string> Unreadable);

/// <summary>What was compared with what, how, and what is removed: written beside the tasks.</summary>
public sealed record DecontaminationManifest(IReadOnlyList<ReadFile> Against, IReadOnlyDictionary<string, double> Thresholds, int Checked, int Kept, IReadOnlyList<Removal> Removed);

/// <summary>
/// Finds tasks that others measure with, and tasks that are one another's copies: by repository, by commit, by the patch (whatever its place and white space), and by pieces of the statement.
/// </summary>
/// <param name="repositories">A task of a repository that the others use is removed whatever it is about.</param>
internal sealed class Decontamination(Workspace workspace, bool repositories)
{
    private readonly Dictionary<string, ForeignTask> _repositories = [];
    private readonly Dictionary<string, ForeignTask> _commits = [];
    private readonly Dictionary<string, ForeignTask> _patches = [];
    private readonly Dictionary<string, List<int>> _pieces = [];
    private readonly Dictionary<string, List<int>> _lines = [];
    private readonly List<ForeignTask> _known = [];

    /// <exception cref="InputException">A file cannot be read at all.</exception>
    public async Task<DecontaminationManifest> FindAsync(IReadOnlyList<string> against, CancellationToken cancel)
    {
        List<ReadFile> files = [];
        foreach (var path in against)
        {
            var (rows, unreadable) = (0, new List<string>());
            await foreach (var task in ForeignTasks.ReadAsync(path, cancel))
            {
                if (task.Fault is not null) unreadable.Add($"{task.Where}: {task.Fault}");
                else rows++;
                if (task.Fault is null) Add(task);
            }

            if (rows == 0 && unreadable.Count == 0) throw new InputException($"'{path}' holds no tasks and no repositories");
            files.Add(new(Path.GetFullPath(path), rows, unreadable));
        }

        List<Removal> removed = [];
        Dictionary<string, string> own = [];
        var count = 0;
        foreach (var task in new TaskTable(workspace).All())
        {
            cancel.ThrowIfCancellationRequested();
            count++;
            if (Found(task) is { } removal) removed.Add(removal);
            else if (!own.TryAdd(PatchText.Fingerprint(task.GoldPatch), task.InstanceId)) removed.Add(new(task.InstanceId, "duplicate", own[PatchText.Fingerprint(task.GoldPatch)], "this catalogue", 1));
        }

        return new(files, new Dictionary<string, double> { ["statement_words"] = Overlap.Words, ["statement_share"] = Overlap.StatementShare, ["patch_share"] = Overlap.PatchShare, ["patch_fewest_lines"] = Overlap.FewestLines }, count, count - removed.Count, removed);
    }

    private void Add(ForeignTask task)
    {
        var number = _known.Count;
        _known.Add(task);
        if (task.Repository.Length > 0) _repositories.TryAdd(task.Repository, task);
        if (task.Commit.Length >= 7) _commits.TryAdd(task.Commit, task);
        if (task.Patch.Length > 0) _patches.TryAdd(PatchText.Fingerprint(task.Patch), task);
        foreach (var (index, parts) in new[] { (_pieces, Overlap.Pieces(task.Statement)), (_lines, Overlap.Lines(task.Patch)) })
        {
            foreach (var part in parts)
            {
                if (!index.TryGetValue(part, out var holders)) index[part] = holders = [];
                holders.Add(number);
            }
        }
    }

    private Removal? Found(CodingTask task)
    {
        Removal As(string by, ForeignTask other, double share) => new(task.InstanceId, by, other.Id.Length > 0 ? other.Id : other.Repository, other.Where, Math.Round(share, 3));
        if (_commits.TryGetValue(task.BaseCommit, out var commit) && task.Origin == TaskOrigin.Mined) return As("commit", commit, 1);
        if (_patches.TryGetValue(PatchText.Fingerprint(task.GoldPatch), out var patch)) return As("patch", patch, 1);
        if (Overlap.Lines(task.GoldPatch) is { Count: >= Overlap.FewestLines } lines && Most(_lines, lines) is var (share, same) && share >= Overlap.PatchShare) return As("patch", same, share);
        if (Most(_pieces, Overlap.Pieces(task.ProblemStatement)) is var (told, twin) && told >= Overlap.StatementShare) return As("statement", twin, told);
        return repositories && SameRepository(task.Repo) is { } other ? As("repository", other, 1) : null;
    }

    /// <summary>A repository without a remote has no owner: then its name alone counts.</summary>
    private ForeignTask? SameRepository(string name)
    {
        var own = Overlap.Repository(name);
        return _repositories.TryGetValue(own, out var task) ? task : own.Contains('/', StringComparison.Ordinal) ? null : _repositories.FirstOrDefault(pair => pair.Key.EndsWith("/" + own, StringComparison.Ordinal)).Value;
    }

    /// <summary>The task that has the largest share of the parts.</summary>
    private (double Share, ForeignTask Task)? Most(Dictionary<string, List<int>> index, IReadOnlySet<string> parts)
    {
        var best = parts.SelectMany(part => index.GetValueOrDefault(part) ?? []).GroupBy(number => number).MaxBy(group => group.Count());
        return best is null ? null : (best.Count() / (double)parts.Count, _known[best.Key]);
    }
}
