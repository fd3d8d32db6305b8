using System.Text.Json.Nodes;

namespace Runproof.Server.Gateway;

/// <summary>
/// One request to the backend and its reply, as it comes. It belongs to the session, not to a connection: a client that lost its connection and asks again follows the same reply from its beginning, and nothing is sampled
/// twice.
/// </summary>
internal sealed class Exchange
{
    private readonly Lock _using = new();
    private readonly List<byte[]> _parts = [];
    private TaskCompletionSource _changed = New();
    private bool _isOver;

    /// <summary>The backend's status; null while it is not known.</summary>
    public int? Status { get; private set; }

    /// <summary>What the backend says of its error.</summary>
    public JsonObject? Problem { get; private set; }

    /// <summary>Why it broke off.</summary>
    public BackendException? Fault { get; private set; }

    /// <summary>Can be given to a client that asks again.</summary>
    public bool IsGood
    {
        get
        {
            lock (_using) return Fault is null && Problem is null;
        }
    }

    public void Begin(int status, JsonObject? problem) => Change(() => (Status, Problem) = (status, problem));

    public void Add(byte[] part) => Change(() => _parts.Add(part));

    public void End(BackendException? fault) => Change(() => (Fault, _isOver) = (fault, true));

    /// <summary>Parts from a number on, and whether it is over behind them.</summary>
    public (IReadOnlyList<byte[]> Parts, bool IsOver) From(int number)
    {
        lock (_using) return (_parts.Count > number ? _parts.GetRange(number, _parts.Count - number) : [], _isOver);
    }

    /// <summary>Waits for its status or its end.</summary>
    public async Task<bool> BegunAsync(TimeSpan patience, CancellationToken cancel)
    {
        while (true)
        {
            Task change;
            lock (_using)
            {
                if (Status is not null || _isOver) return true;
                change = _changed.Task;
            }

            if (!await WithinAsync(change, patience, cancel)) return false;
        }
    }

    /// <summary>Waits for more than so many parts, or for its end.</summary>
    /// <returns>False: nothing came in that time.</returns>
    public async Task<bool> MoreAsync(int than, TimeSpan patience, CancellationToken cancel)
    {
        Task change;
        lock (_using)
        {
            if (_parts.Count > than || _isOver) return true;
            change = _changed.Task;
        }

        return await WithinAsync(change, patience, cancel);
    }

    private static async Task<bool> WithinAsync(Task change, TimeSpan patience, CancellationToken cancel)
    {
        try
        {
            await change.WaitAsync(patience, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_using)
        {
            change();
            (changed, _changed) = (_changed, New());
        }

        changed.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
