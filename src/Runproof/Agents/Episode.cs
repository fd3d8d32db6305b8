using System.Globalization;
using Runproof.Chat;
using Runproof.Sandboxes;

namespace Runproof.Agents;

/// <summary>Keeps what happens, at once.</summary>
internal interface IEpisodeLog
{
    /// <summary>A reply came; its actions are about to run.</summary>
    void Replied(Turn turn);

    /// <summary>They have run.</summary>
    void Observed(Turn turn);
}

/// <summary>
/// One attempt: the policy replies, the tools act, until it submits or a limit ends it. What was kept of an attempt that was cut off is gone through first: its actions run again in a fresh sandbox, its observations stay.
/// </summary>
internal sealed class Episode(Scaffold scaffold, IPolicy policy, Assignment assignment, AgentLimits limits, IEpisodeLog log, TimeProvider clock)
{
    /// <summary>Replies that may be read at all; what is longer is no reply of an agent.</summary>
    private const int LongestReply = 1 << 20;

    private readonly List<Turn> _turns = [];

    public IReadOnlyList<Turn> Turns => _turns;

    /// <summary>Of actions that ran again, those that gave something else than before.</summary>
    public int Differing { get; private set; }

    /// <param name="known">Turns of an earlier run of this attempt, in order; the last one may lack its observations.</param>
    /// <param name="used">Time that the earlier run took.</param>
    public async Task<EpisodeEnd> RunAsync(ISandbox sandbox, IReadOnlyList<Turn> known, TimeSpan used, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        using var time = new CancellationTokenSource();
        if (limits.Total - used is { } left && left > TimeSpan.Zero) time.CancelAfter(left);
        else await time.CancelAsync();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, time.Token);
        try
        {
            await using var tools = scaffold.Open(sandbox, assignment, limits);
            return await AgainAsync(tools, known, both.Token) ?? await OnAsync(tools, both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new(ExitReason.Time, $"the attempt did not end within {Told(limits.Total)} ({Told(clock.GetElapsedTime(started) + used)})");
        }
        catch (ModelException error) when (error.Fault == ModelFault.ContextFull)
        {
            return new(ExitReason.Context, error.Message);
        }
        catch (ModelException error) when (error.Fault is not (ModelFault.Budget or ModelFault.NotRecorded))
        {
            return new(ExitReason.Model, error.Message) { Fault = error.Fault };
        }
        catch (SandboxException error)
        {
            return new(ExitReason.Sandbox, error.Message);
        }
    }

    private async Task<EpisodeEnd?> AgainAsync(Toolbox tools, IReadOnlyList<Turn> known, CancellationToken cancel)
    {
        foreach (var turn in known)
        {
            var seen = await tools.ActAsync(turn.Reply, cancel);
            if (turn.Observations.Count == 0) Observe(turn with { Observations = seen });
            else
            {
                Differing += turn.Observations.Zip(seen).Count(pair => pair.First.Content != pair.Second.Content) + Math.Abs(turn.Observations.Count - seen.Count);
                _turns.Add(turn);
            }

            if (End() is { } end) return end;
        }

        return null;
    }

    private async Task<EpisodeEnd> OnAsync(Toolbox tools, CancellationToken cancel)
    {
        while (true)
        {
            var at = clock.GetUtcNow();
            var reply = await policy.ReplyAsync(new(scaffold.SystemPrompt(assignment), scaffold.TaskPrompt(assignment), scaffold.Tools, _turns), cancel);
            var turn = Timed(new Turn(_turns.Count + 1, at, Shortened(reply), []));
            log.Replied(turn);
            Observe(turn with { Observations = await tools.ActAsync(turn.Reply, cancel) });
            if (End() is { } end) return end;
        }
    }

    private Turn Timed(Turn turn) => (policy as ITimedPolicy)?.Timed(turn) ?? turn;

    private void Observe(Turn turn)
    {
        turn = Timed(turn);
        log.Observed(turn);
        _turns.Add(turn);
    }

    private EpisodeEnd? End()
    {
        var last = _turns[^1];
        if (last.Observations.FirstOrDefault(one => one.Submission is not null) is { } submitted)
            return new(ExitReason.Submitted, $"submitted after {_turns.Count} turns", submitted.Submission);
        if (last.Reply.Ended == Reply.GaveUp) return new(ExitReason.GaveUp, "the policy knows nothing more to try");
        if (Running(turn => turn.Observations.All(one => one.Outcome is ActionOutcome.NotRun)) >= limits.FormatErrors) return new(ExitReason.Format, $"{limits.FormatErrors} replies one after the other held no call that could be run");
        if (Running(turn => turn.Observations.Any(one => one.Outcome == ActionOutcome.TimedOut)) >= limits.Timeouts) return new(ExitReason.Commands, $"{limits.Timeouts} commands one after the other did not end");
        if (_turns.Count >= limits.Turns) return new(ExitReason.Turns, $"no submission within {limits.Turns} turns");
        return limits.Dollars is { } most && _turns.Sum(turn => turn.Reply.Usage?.Dollars ?? 0) >= most ? new(ExitReason.Cost, $"the model cost {most.ToString(CultureInfo.InvariantCulture)} dollars") : null;
    }

    private int Running(Func<Turn, bool> isBad) => Enumerable.Reverse(_turns).TakeWhile(isBad).Count();

    /// <summary>A reply of many megabytes would be kept with each turn and sent again with each question.</summary>
    private static Reply Shortened(Reply reply)
    {
        var length = reply.Text.Length + reply.Thought.Length + (reply.Raw?.Length ?? 0) + reply.Calls.Sum(call => call.Arguments.ToJsonString().Length);
        return length <= 2 * LongestReply ? reply : reply with
        {
            Text = Cut(reply.Text), Thought = Cut(reply.Thought), Raw = reply.Raw is null ? null : Cut(reply.Raw), Calls = [], Outcome = ToolCalls.ParseOutcome.Rejected, Problems = [$"a reply of {length} characters is not read"],
        };

        static string Cut(string text) => text.Length <= 4096 ? text : text[..4096] + $" [... {text.Length - 4096} characters left out]";
    }

    private static string Told(TimeSpan time) => $"{time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s";
}
