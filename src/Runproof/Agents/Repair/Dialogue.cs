using System.Threading.Channels;
using Runproof.ToolCalls;

namespace Runproof.Agents.Repair;

/// <summary>Lets an algorithm act as a policy: it says what it does and waits for what is seen, while the loop of the attempt asks for replies.</summary>
internal sealed class Dialogue(Scaffold scaffold, AgentLimits limits)
{
    /// <summary>An attempt is planned for so many turns.</summary>
    private const int MostTurns = 40;

    private readonly Channel<Reply> _replies = Channel.CreateUnbounded<Reply>();
    private readonly Channel<Turn> _seen = Channel.CreateUnbounded<Turn>();

    /// <summary>What the actions took, as recorded.</summary>
    private double _seconds;

    public int Turns { get; private set; }

    /// <summary>Turns that are left.</summary>
    public int Left => Math.Min(limits.Turns, MostTurns) - Turns;

    /// <summary>There is time to go on searching; towards the end there is time to hand in.</summary>
    public bool IsEarly => _seconds < limits.Total.TotalSeconds * 0.6;

    /// <summary>Seconds that a command may take.</summary>
    public int CommandSeconds => (int)limits.Command.TotalSeconds;

    /// <summary>Runs a command of the shell.</summary>
    /// <param name="text">What it is for, in plain words.</param>
    /// <returns>What it printed, as far as the scaffold shows it.</returns>
    public Task<string> ActAsync(string text, string command) => ActAsync(text, scaffold.Command(command));

    /// <summary>Hands the files in.</summary>
    public async Task SubmitAsync(string text)
    {
        await ActAsync(text, scaffold.Submit());

        // Where the first time only shows the changes.
        await ActAsync("These are the changes that I want, and nothing else: I hand them in.", scaffold.Submit());
    }

    public void Observe(Turn turn) => _seen.Writer.TryWrite(turn);

    /// <summary>The next reply; that of one who gives up when the work has ended.</summary>
    public async Task<Reply> NextAsync(CancellationToken cancel) => await _replies.Reader.WaitToReadAsync(cancel) ? await _replies.Reader.ReadAsync(cancel)
        : new("I have tried all that I know, and nothing of it solves the problem: I give up.", "", [], ParseOutcome.Clean, [], Ended: Reply.GaveUp, Model: RepairPolicy.Name);

    public void End(Exception? error) => _replies.Writer.TryComplete(error);

    private async Task<string> ActAsync(string text, ToolCall call)
    {
        await _replies.Writer.WriteAsync(new(text, "", [call with { Id = $"call_{Turns + 1}" }], ParseOutcome.Clean, [], Model: RepairPolicy.Name));
        var turn = await _seen.Reader.ReadAsync();
        Turns++;
        _seconds += turn.Observations.Sum(observation => observation.Seconds);
        return turn.Observations.Count == 0 ? "" : ShownOutput.Of(turn.Observations[0].Content);
    }
}
