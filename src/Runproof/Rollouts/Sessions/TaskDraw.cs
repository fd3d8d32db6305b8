using Runproof.Catalogue;
using Runproof.Tasks;

namespace Runproof.Rollouts.Sessions;

/// <summary>Which task an episode is about: the one that is named, or one by lot. The same seed or the same name of an episode always draws the same task from the same catalogue.</summary>
/// <param name="ids">The only tasks that there are to have; null: all that the filter lets through.</param>
/// <param name="seed">Of lots that neither a seed nor a name asks for.</param>
internal sealed class TaskDraw(TaskTable table, TaskFilter filter, IReadOnlyList<string>? ids, int seed)
{
    private readonly HashSet<string>? _only = ids?.ToHashSet();
    private int _drawn;

    public int Count => ids?.Count ?? table.Count(filter);

    /// <exception cref="InputException">There is no such task, or none at all.</exception>
    public CodingTask Choose(EpisodeRequest request)
    {
        if (request.TaskId is { } named) return table.Find(Named(named))!;
        var lot = request.Seed is { } asked ? (int)(asked & int.MaxValue)
            : request.EpisodeId is { } name ? (int)(Blobs.Draw($"episode {name}") & int.MaxValue)
            : (int)(Blobs.Draw($"{seed} {Interlocked.Increment(ref _drawn)}") & int.MaxValue);
        return Drawn(lot) is { } id && table.Find(id) is { } task ? task : throw new InputException("there are no tasks to draw from: run 'runproof inject REPO' first");
    }

    /// <summary>Tasks in the order of their ids.</summary>
    /// <param name="after">The last id of the page before; empty for the first page.</param>
    public IReadOnlyList<TaskSummary> Page(string after, int count) => ids is null
        ? table.Page(filter, after, count)
        : table.Summaries(ids.Order(StringComparer.Ordinal).Where(id => string.CompareOrdinal(id, after) > 0).Take(count));

    private string? Drawn(int lot) => ids is null ? table.Sample(filter, 1, lot) is [var drawn] ? drawn : null : ids.Count == 0 ? null : ids[(int)((ulong)Blobs.Draw($"{lot}") % (ulong)ids.Count)];

    private string Named(string id)
    {
        var found = table.Ids(filter, beginning: id).Where(one => _only?.Contains(one) ?? true).Take(2).ToList();
        if (found.Count == 0) throw new InputException($"no task '{id}'");
        return found[0] == id || found.Count == 1 ? found[0] : throw new InputException($"several tasks begin with '{id}'");
    }
}
