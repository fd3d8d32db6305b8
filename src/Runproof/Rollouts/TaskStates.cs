using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Tasks;

namespace Runproof.Rollouts;

/// <summary>Initial states that attempts share, from the first attempt at a task to the last one; and opened environments.</summary>
internal sealed class TaskStates(Workspace workspace, EnvironmentTable environments) : IAsyncDisposable
{
    private readonly Dictionary<string, (Task<TaskState>? State, int Left)> _states = [];
    private readonly Dictionary<string, Task<EnvironmentContext>> _contexts = [];
    private readonly Lock _using = new();

    /// <summary>One more attempt will come.</summary>
    public void Expect(CodingTask task)
    {
        lock (_using) _states[task.InstanceId] = (null, _states.GetValueOrDefault(task.InstanceId).Left + 1);
    }

    public Task<TaskState> TakeAsync(CodingTask task, CancellationToken cancel)
    {
        lock (_using)
        {
            var (state, left) = _states[task.InstanceId];
            if (state is null || state.IsFaulted || state.IsCanceled) _states[task.InstanceId] = (state = MakeAsync(task, cancel), left);
            return state;
        }
    }

    /// <summary>An attempt is over; behind the last one the state goes.</summary>
    public async Task ReturnAsync(CodingTask task)
    {
        Task<TaskState>? last;
        lock (_using)
        {
            var (state, left) = _states[task.InstanceId];
            _states[task.InstanceId] = (state, left - 1);
            if (left > 1) return;
            (last, _) = _states[task.InstanceId];
            _states.Remove(task.InstanceId);
        }

        await ForgetAsync(last);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (state, _) in _states.Values) await ForgetAsync(state);
    }

    private static async Task ForgetAsync(Task<TaskState>? state)
    {
        if (state is null) return;
        await ((Task)state).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (state.IsCompletedSuccessfully) (await state).Dispose();
    }

    private async Task<TaskState> MakeAsync(CodingTask task, CancellationToken cancel) => await TaskState.MakeAsync(await ContextAsync(task, cancel), task, cancel);

    private Task<EnvironmentContext> ContextAsync(CodingTask task, CancellationToken cancel)
    {
        lock (_using)
        {
            if (!_contexts.TryGetValue(task.EnvironmentHash, out var context) || context.IsFaulted || context.IsCanceled)
                _contexts[task.EnvironmentHash] = context = EnvironmentContext.OpenAsync(workspace, environments.Find(task.EnvironmentHash) ?? throw new InputException($"the environment of '{task.InstanceId}' is not in this workspace"), cancel);
            return context;
        }
    }
}
