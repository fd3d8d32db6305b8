using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Tasks;

namespace Runproof.Rollouts.Sessions;

/// <summary>Initial states of the tasks that were asked for last. Trainers make groups of attempts at one task, one close behind the other: the next one finds the state made.</summary>
/// <param name="most">States that are kept though nothing uses them.</param>
/// <param name="life">Ends with the server. A state is made for all who wait for it, so no single one of them ends it.</param>
internal sealed class WarmStates(Workspace workspace, int most, CancellationToken life) : IAsyncDisposable
{
    private readonly TaskStates _hidden = new(workspace, new(workspace)), _visible = new(workspace, new(workspace));
    private readonly LinkedList<CodingTask> _warm = [];
    private readonly Lock _using = new();

    public async Task<TaskState> TakeAsync(CodingTask task, CancellationToken cancel)
    {
        Warm(task, out var cold);
        if (cold is not null) await Of(cold).ReturnAsync(cold);
        try
        {
            return await Of(task).TakeAsync(task, life).WaitAsync(cancel);
        }
        catch
        {
            await ReturnAsync(task);
            throw;
        }
    }

    public Task ReturnAsync(CodingTask task) => Of(task).ReturnAsync(task);

    public async ValueTask DisposeAsync()
    {
        await _hidden.DisposeAsync();
        await _visible.DisposeAsync();
    }

    /// <summary>One use for the caller, one for being warm.</summary>
    private void Warm(CodingTask task, out CodingTask? cold)
    {
        lock (_using)
        {
            cold = null;
            Of(task).Expect(task);
            var known = _warm.FirstOrDefault(one => one.InstanceId == task.InstanceId && one.Tests == task.Tests);
            if (known is not null) _warm.Remove(known);
            else Of(task).Expect(task);
            _warm.AddFirst(known ?? task);
            if (_warm.Count <= most) return;
            cold = _warm.Last!.Value;
            _warm.RemoveLast();
        }
    }

    private TaskStates Of(CodingTask task) => task.Tests == TestVisibility.Hidden ? _hidden : _visible;
}
