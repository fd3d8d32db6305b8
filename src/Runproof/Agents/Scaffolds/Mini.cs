using System.Globalization;
using Runproof.Agents.Terminals;
using Runproof.Sandboxes;
using Runproof.ToolCalls;

namespace Runproof.Agents.Scaffolds;

/// <summary>
/// mini-swe-agent 2 (config <c>swebench.yaml</c>): one tool, a fresh shell for each command, nothing else. An answer is submitted by printing a line; what follows it is the answer.
/// </summary>
internal sealed class Mini : Scaffold
{
    public const string SubmitLine = "COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT";

    public override string Name => "mini";

    public override IReadOnlyList<ToolDefinition> Tools { get; } = [ToolSchema.Tool("bash", "Execute a bash command", new ToolSchema.Parameter("command", "string", "The bash command to execute"))];

    public override AgentLimits Limits { get; } = new(250, TimeSpan.FromHours(1), TimeSpan.FromSeconds(60));

    public override ToolCall Command(string command) => new("bash", new() { ["command"] = command });

    public override ToolCall Submit() => Command($"git add -A && git diff --cached >/tmp/patch.txt && echo {SubmitLine} && cat /tmp/patch.txt");

    public override string SystemPrompt(Assignment assignment) => "You are a programmer who works at a command line. Each of your replies says in a few words what you want to find out or do, and then makes at least one call of the tool `bash`.";

    public override string TaskPrompt(Assignment assignment) =>
        $"""
        The repository in {assignment.Folder} has the following problem. Change its source files, not its tests, so that it is solved for all cases of this kind, and nothing else changes.

        <problem>
        {assignment.Statement}
        </problem>
        {Shared.VisibleTests(assignment)}
        How you work:
        - Each command runs in a new shell in {assignment.Folder}: neither a changed folder nor a variable outlives it. Chain what belongs together with `&&`.
        - Nobody answers questions, and a command that waits for input waits in vain. One that takes longer than the time limit is ended.
        - Find the place, show yourself that the problem is there, mend it, show yourself that it is gone.

        When all is done, submit by two commands, each on its own:
        1. `git add -A && git diff --cached > patch.txt`, and look whether patch.txt holds what you want and nothing else;
        2. `echo {SubmitLine} && cat patch.txt`, which ends your work.
        """;

    public override string NoCall(Reply reply) =>
        $"""
        Your reply holds no call of `bash` that can be run{Problems(reply)}. Each reply must call it at least once. If your work is done, submit it:
        echo {SubmitLine} && cat patch.txt
        """;

    public override Toolbox Open(ISandbox sandbox, Assignment assignment, AgentLimits limits) => new Tool(this, sandbox, assignment, limits);

    private sealed class Tool(Scaffold scaffold, ISandbox sandbox, Assignment assignment, AgentLimits limits) : Toolbox(scaffold, limits)
    {
        private const int Longest = 10_000, Part = 5_000;
        private readonly Terminal _terminal = new(sandbox, assignment.Variables);

        public override ValueTask DisposeAsync() => _terminal.DisposeAsync();

        protected override async Task<Observation> CallAsync(ToolCall call, CancellationToken cancel)
        {
            var result = await _terminal.RunFreshAsync($"cd {assignment.Folder}\n{call.Arguments["command"]!.GetValue<string>()}", Limits.Command, cancel);
            var (outcome, exception) = result.State switch
            {
                ShellState.Ended => (result.ExitCode == 0 ? ActionOutcome.Done : ActionOutcome.Failed, null),
                ShellState.TimedOut => (ActionOutcome.TimedOut, $"the command did not end within {Limits.Command.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s and was killed"),
                ShellState.Refused => (ActionOutcome.Misused, result.Output),
                _ => (ActionOutcome.ShellLost, "the command ended all that was running here, or needed more memory than there is"),
            };
            var output = result.State == ShellState.Refused ? "" : result.Output;
            return new(call.Id, call.Name, Shown(exception, result.ExitCode ?? -1, output), outcome, result.Elapsed.TotalSeconds, result.ExitCode, result.ExitCode == 0 ? Submission(output) : null);
        }

        private static string? Submission(string output)
        {
            var text = output.TrimStart();
            var end = text.IndexOf('\n', StringComparison.Ordinal);
            return (end < 0 ? text : text[..end]).Trim() == SubmitLine ? end < 0 ? "" : text[(end + 1)..] : null;
        }

        private static string Shown(string? exception, int code, string output)
        {
            var head = exception is null ? "" : $"<exception>{exception}</exception>\n";
            var body = output.Length < Longest
                ? $"<output>\n{output}</output>"
                : $"<warning>\nThe output is too long to be shown whole: look at less of it (head, tail, grep, sed -n), or write it to a file.\n</warning>\n<output_head>\n{output[..Part]}\n</output_head>\n<elided_chars>\n{output.Length - (2 * Part)} characters elided\n</elided_chars>\n<output_tail>\n{output[^Part..]}\n</output_tail>";
            return $"{head}<returncode>{code}</returncode>\n{body}";
        }
    }
}
