using Runproof.Agents;
using Runproof.Agents.Policies;
using Runproof.Agents.Terminals;
using Runproof.Sandboxes;
using Runproof.ToolCalls;

namespace Runproof.ClosedLoop;

/// <summary>
/// A model plays the user: it has the question and the answer's files in a folder, uses them by commands, and says whether they do what was asked. Its word counts only where it has run the answer, and where what it ran
/// did not fail last.
/// </summary>
internal sealed class ModelUser(ISandboxProvider sandboxes, IPolicy policy, TimeProvider clock)
{
    private const string Verdict = "verdict";

    public async Task<(AnswerJudged Judged, IReadOnlyList<Turn> Turns)> JudgeAsync(Question question, string answer, CancellationToken cancel)
    {
        if (AnswerText.Read(answer, question) is not { } code) return (new(AnswerVerdict.Unusable, "no_code", $"the answer holds no code in {question.Language}", 0), []);
        var caller = Callers.Find(question.Language);
        await using var sandbox = await sandboxes.CreateAsync(new([], SandboxLimits.Default), cancel);
        await UserSimulator.PlaceAsync(sandbox, question, caller, code.Code, code.Files, cancel);
        var scaffold = new UserScaffold(caller);
        var episode = new Episode(scaffold, policy, new(question.Prompt, SandboxPaths.Testbed, [], null), scaffold.Limits, new Silent(), clock);
        var end = await episode.RunAsync(sandbox, [], TimeSpan.Zero, cancel);
        return (Judge(end, episode.Turns, caller), episode.Turns);
    }

    private static AnswerJudged Judge(EpisodeEnd end, IReadOnlyList<Turn> turns, Caller caller)
    {
        if (end.IsInfrastructure) return new(AnswerVerdict.Infrastructure, Rollouts.Words.Of(end.Reason), end.Detail, 0);
        var uses = turns.SelectMany(turn => turn.Reply.Calls.Zip(turn.Observations)).Where(pair => pair.First.Name == "bash" && pair.First.Arguments.ToJsonString().Contains(Path.GetFileNameWithoutExtension(caller.File), StringComparison.Ordinal)).ToList();
        if (end.Reason != ExitReason.Submitted) return new(AnswerVerdict.Fails, "no_verdict", $"its user came to no verdict: {end.Detail}", uses.Count);
        if (end.Submission != "works") return new(AnswerVerdict.Fails, "refused_by_user", turns[^1].Reply.Calls[^1].Arguments["reason"]?.ToString() ?? "", uses.Count);
        if (uses.Count == 0) return new(AnswerVerdict.Fails, "never_used", "its user praised it without running it", 0);
        return uses[^1].Second.Outcome == ActionOutcome.Done
            ? new(AnswerVerdict.Works, "works", turns[^1].Reply.Calls[^1].Arguments["reason"]?.ToString() ?? "", uses.Count)
            : new(AnswerVerdict.Fails, "last_use_failed", "its user praised it although what was run last failed", uses.Count);
    }

    private sealed class Silent : IEpisodeLog
    {
        public void Replied(Turn turn)
        {
            // The turns are given back.
        }

        public void Observed(Turn turn)
        {
            // As above.
        }
    }

    private sealed class UserScaffold(Caller caller) : Scaffold
    {
        public override string Name => "user";

        public override IReadOnlyList<ToolDefinition> Tools { get; } =
        [
            ToolSchema.Tool("bash", "Runs a command in your folder, in a new shell each time", new ToolSchema.Parameter("command", "string", "The command")),
            ToolSchema.Tool(Verdict, "Ends your trial", new ToolSchema.Parameter("works", "boolean", "Whether it does all that you asked for, and nothing that you did not"), new("reason", "string", "What you saw that says so")),
        ];

        public override AgentLimits Limits { get; } = new(12, TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(20));

        public override ToolCall Command(string command) => new("bash", new() { ["command"] = command });

        public override ToolCall Submit() => new(Verdict, new() { ["works"] = true, ["reason"] = "" });

        public override string SystemPrompt(Assignment assignment) => "You asked somebody for code and have got it. You find out by using it whether it does what you asked for: in the usual case, at the edges, and with input that it should refuse. You look at values, output, exit codes and files. You do not change it.";

        public override string TaskPrompt(Assignment assignment) =>
            $"""
            What you asked for:

            {assignment.Statement}

            What you have got lies in {assignment.Folder}/{caller.File}{(caller.CallerFile is null ? "" : $"; an expression on the standard input of `{string.Join(' ', caller.Call!)}` is evaluated with it")}; `{string.Join(' ', caller.Run)}` starts it.
            Use it, then call `{Verdict}`.
            """;

        public override string NoCall(Reply reply) => $"Call `bash` to use what you have got, or `{Verdict}`{Problems(reply)}.";

        public override Toolbox Open(ISandbox sandbox, Assignment assignment, AgentLimits limits) => new Tool(this, sandbox, limits);
    }

    private sealed class Tool(Scaffold scaffold, ISandbox sandbox, AgentLimits limits) : Toolbox(scaffold, limits)
    {
        private const int Longest = 4_000;
        private readonly Terminal _terminal = new(sandbox);

        public override ValueTask DisposeAsync() => _terminal.DisposeAsync();

        protected override async Task<Observation> CallAsync(ToolCall call, CancellationToken cancel)
        {
            if (call.Name == Verdict) return new(call.Id, call.Name, "Noted.", ActionOutcome.Done, Submission: call.Arguments["works"]!.GetValue<bool>() ? "works" : "fails");
            var ran = await _terminal.RunFreshAsync(call.Arguments["command"]!.GetValue<string>(), Limits.Command, cancel);
            var outcome = ran.State switch { ShellState.Ended => ran.ExitCode == 0 ? ActionOutcome.Done : ActionOutcome.Failed, ShellState.TimedOut => ActionOutcome.TimedOut, _ => ActionOutcome.ShellLost };
            return new(call.Id, call.Name, $"{(ran.Output.Length <= Longest ? ran.Output : ran.Output[..Longest] + "\n[... cut ...]")}\n[exit code {ran.ExitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none: not ended in time"}]", outcome, ran.Elapsed.TotalSeconds, ran.ExitCode);
        }
    }
}
