using Runproof.Rollouts.Formats;

namespace Runproof.Rollouts;

/// <param name="Attempts">Written.</param>
/// <param name="LeftOut">Not written, by reason.</param>
internal sealed record TrajectoryExportResult(int Attempts, IReadOnlyDictionary<string, int> LeftOut);

/// <summary>
/// Writes attempts in a format: as lines of one file, or as a file for each in a folder. A file appears whole or not at all, and one attempt at a time is in memory. An attempt that infrastructure ended says nothing of the
/// agent: it is left out, never a zero.
/// </summary>
internal sealed class TrajectoryExport(IProgressLog log, TrajectoryFormat format)
{
    private readonly Dictionary<string, int> _leftOut = [];
    private int _written;
    private int _withoutTokens;

    /// <exception cref="InputException">The format cannot hold the attempts, or the path is of the wrong kind.</exception>
    public TrajectoryExportResult Write(IEnumerable<Trajectory> trajectories, string path, CancellationToken cancel)
    {
        if (format.FileEnding is null && Directory.Exists(path)) throw new InputException($"'{path}' is a folder: --out names a file");
        if (format.FileEnding is not null && File.Exists(path)) throw new InputException($"'{path}' is a file: --out names a folder, which gets a file for each attempt");
        Directory.CreateDirectory(format.FileEnding is null ? Path.GetDirectoryName(Path.GetFullPath(path))! : path);
        if (format.FileEnding is { } ending)
        {
            foreach (var trajectory in Judged(trajectories, cancel)) Whole(Path.Combine(path, FileName(trajectory) + ending), into => Count(trajectory, into));
        }
        else
        {
            Whole(path, into =>
            {
                foreach (var trajectory in Judged(trajectories, cancel)) Count(trajectory, into);
            });
        }

        foreach (var (reason, count) in _leftOut) log.Say($"note: {count} attempts left out: {reason}");
        if (format.TakesTokens && _withoutTokens > 0) log.Say($"note: {_withoutTokens} of {_written} attempts have no token ids (their server did not name them): they are written as messages, without tokens");
        return new(_written, _leftOut);
    }

    private IEnumerable<Trajectory> Judged(IEnumerable<Trajectory> trajectories, CancellationToken cancel)
    {
        HashSet<string> tasks = [];
        foreach (var trajectory in trajectories)
        {
            cancel.ThrowIfCancellationRequested();
            var key = trajectory.Rollout.Key;
            if (trajectory.Rollout.Outcome == RolloutOutcome.Infrastructure) LeaveOut("infrastructure ended them, which says nothing of the agent");
            else if (format.TakesOneOfATask && !tasks.Add(key.InstanceId)) throw new InputException($"{format.Name} holds one attempt at a task, and there are several at '{key.InstanceId}': choose with --attempt N, --plan or their ids");
            else yield return trajectory;
        }
    }

    private void Count(Trajectory trajectory, TextWriter into)
    {
        if (format.Write(trajectory, into) is { } reason)
        {
            LeaveOut(reason);
            return;
        }

        _written++;
        if (TokenSequence.Of(trajectory.Turns) is null) _withoutTokens++;
    }

    private void LeaveOut(string reason) => _leftOut[reason] = _leftOut.GetValueOrDefault(reason) + 1;

    private static string FileName(Trajectory trajectory) => string.Concat(trajectory.Rollout.Key.Name.Select(letter => letter is '/' or '\\' or ':' ? '_' : letter));

    private static void Whole(string path, Action<TextWriter> write)
    {
        var partial = path + ".partial";
        try
        {
            using (var writer = new StreamWriter(partial)) write(writer);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
