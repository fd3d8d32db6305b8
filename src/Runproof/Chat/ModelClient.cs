using Microsoft.Extensions.AI;

namespace Runproof.Chat;

/// <summary>A model as the stages use it, with its budget: recorded replies around patience around the budget around the server.</summary>
internal sealed class ModelClient : IDisposable
{
    private readonly BudgetClient? _budget;

    private ModelClient(string model, IChatClient chat, BudgetClient? budget) => (Model, Chat, _budget) = (model, chat, budget);

    public string Model { get; }

    public IChatClient Chat { get; }

    /// <summary>What this run asked a server for; replies from a file cost nothing.</summary>
    public ModelUsage Used => _budget?.Used ?? ModelUsage.None;

    /// <summary>Connects to nothing yet.</summary>
    /// <exception cref="InputException">The file of recorded replies cannot be used.</exception>
    public static ModelClient Open(ModelOptions options, TimeProvider clock)
    {
        if (options.Replay is { } replay) return new(options.Model, new ReplayingClient(RecordedReplies.Open(replay), options.Model, replay), null);
        var replies = options.Record is { } record ? RecordedReplies.Open(record).ToWrite() : null;

        // A proxy is for the way out of the machine, not for a server on it.
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = !options.Url!.IsLoopback }) { Timeout = Timeout.InfiniteTimeSpan };
        var budget = new BudgetClient(new ServerClient(options, http, clock), options.Limits);
        IChatClient chat = new PatientClient(budget, options.Limits, clock);
        return new(options.Model, replies is null ? chat : new RecordingClient(chat, replies, options.Model), budget);
    }

    public void Dispose() => Chat.Dispose();
}
