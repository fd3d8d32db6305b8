using System.Globalization;
using System.Text.RegularExpressions;
using Runproof.Agents.Terminals;
using Runproof.Sandboxes;
using Runproof.ToolCalls;

namespace Runproof.Agents.Scaffolds;

/// <summary>
/// Terminus 2 (Harbor, Terminal-Bench 2): keystrokes in one terminal of tmux, each with a time to wait, what is new on it as the answer, and a second question before the end. It needs tmux.
/// </summary>
internal sealed partial class Terminus : Scaffold
{
    private const string Keys = "bash_command", End = "mark_task_complete";
    private const double LongestWait = 60;

    public override string Name => "terminus";

    public override string Format => "terminus-json";

    public override IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        ToolSchema.Tool(
            Keys, "Sends keystrokes to the terminal", new ToolSchema.Parameter("keystrokes", "string", "The exact keystrokes; a command ends with a line break; C-c and C-d are those keys"),
            new("duration", "number", "Seconds to wait for it, 1 where none are given, 60 at most", Required: false)),
        ToolSchema.Tool(End, "Says that the task is complete"),
    ];

    public override AgentLimits Limits { get; } = new(100, TimeSpan.FromHours(1), TimeSpan.FromSeconds(LongestWait), Calls: 32);

    public override ToolCall Command(string command) => new(Keys, new() { ["keystrokes"] = command + "\n", ["duration"] = LongestWait });

    public override ToolCall Submit() => new(End, []);

    public override string SystemPrompt(Assignment assignment) =>
        "You solve tasks at a terminal, by keystrokes. Begin each command with a wait that suits it (0.1 seconds for cd or ls, more for what builds or tests); wait again where it has not ended, rather than long at once. What the terminal shows comes back to you.";

    public override string TaskPrompt(Assignment assignment) =>
        $"""
        The repository in {assignment.Folder} has this problem. Change its source files, not its tests, so that it is solved:

        {assignment.Statement}
        {Shared.VisibleTests(assignment)}
        The terminal is in {assignment.Folder}.
        """;

    public override string NoCall(Reply reply) => $"No keystrokes could be read from your reply{Problems(reply)}. Give analysis, plan and commands in the form that was described; say that the task is complete when it is.";

    public override Toolbox Open(ISandbox sandbox, Assignment assignment, AgentLimits limits) => new Tool(this, sandbox, assignment, limits);

    [GeneratedRegex(@"^(?:[CM]-[A-Za-z]|Enter|Escape|Tab|Space|BSpace|Up|Down|Left|Right|PageUp|PageDown|Home|End)$")]
    private static partial Regex Key();

    private sealed class Tool(Terminus scaffold, ISandbox sandbox, Assignment assignment, AgentLimits limits) : Toolbox(scaffold, limits)
    {
        private const int Longest = 10_000;
        private const string Tmux = "tmux -S /tmp/.terminus";
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
        private readonly Terminal _terminal = new(sandbox, assignment.Variables);
        private string _seen = "";
        private bool _isOpen, _isAsked;

        public override async Task<IReadOnlyList<Observation>> ActAsync(Reply reply, CancellationToken cancel)
        {
            var seen = await base.ActAsync(reply, cancel);
            var sent = seen.Where(one => one.Outcome == ActionOutcome.Done && one.Tool == Keys).ToList();
            if (sent.Count == 0 || seen.Any(one => one.Submission is not null)) return seen;

            // One batch, one look: the terminal is shown once, behind the last of it.
            var news = await NewsAsync(cancel);
            return [.. seen.Select(one => one == sent[^1] ? one with { Content = news } : one)];
        }

        public override ValueTask DisposeAsync() => _terminal.DisposeAsync();

        protected override async Task<Observation> CallAsync(ToolCall call, CancellationToken cancel)
        {
            await OpenAsync(cancel);
            if (call.Name == End) return await CompleteAsync(call, cancel);
            _isAsked = false;
            var keys = call.Arguments["keystrokes"]!.GetValue<string>();
            var seconds = call.Arguments["duration"] is { } given ? double.Parse(given.ToJsonString(), CultureInfo.InvariantCulture) : 1;
            var sent = await SendAsync(keys, cancel);
            if (sent is not null) return new(call.Id, call.Name, sent, ActionOutcome.Misused);
            var wait = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, Math.Min(LongestWait, Limits.Command.TotalSeconds)));
            if (wait > TimeSpan.Zero) await WaitAsync(wait, cancel);
            return new(call.Id, call.Name, "", ActionOutcome.Done, wait.TotalSeconds);
        }

        private async Task<Observation> CompleteAsync(ToolCall call, CancellationToken cancel)
        {
            if (_isAsked) return new(call.Id, call.Name, "The task is complete.", ActionOutcome.Done, Submission: "");
            _isAsked = true;
            return new(call.Id, call.Name, $"The terminal shows:\n{await ScreenAsync(cancel)}\n\nIs the task complete? It will be graded as it is, and nothing can be changed any more. If so, say once more that it is complete.", ActionOutcome.Done);
        }

        private async Task OpenAsync(CancellationToken cancel)
        {
            if (_isOpen) return;
            var begun = await _terminal.RunFreshAsync(
                $"cd {assignment.Folder} && PS1='$ ' TERM=screen {Tmux} -f /dev/null new-session -d -s main -x 160 -y 40 'bash --norc --noprofile' && {Tmux} set-option -g history-limit 50000 && {Tmux} set-option -g status off", Patience, cancel);
            if (begun.ExitCode == 127) throw new MachineException("the agent 'terminus' needs tmux: apt-get install tmux");
            if (begun.ExitCode != 0) throw new SandboxException($"tmux does not start in the sandbox: {begun.Output.Trim()}");
            _isOpen = true;
        }

        /// <summary>Why they could not be sent; null where they were. A terminal that was ended is a new one.</summary>
        private async Task<string?> SendAsync(string keys, CancellationToken cancel)
        {
            var how = Key().IsMatch(keys) ? $"send-keys -t main {keys}" : $"send-keys -t main -l -- {Quoted(keys)}";
            var sent = await _terminal.RunFreshAsync($"{Tmux} {how}", Patience, cancel);
            if (sent.ExitCode == 0) return null;
            (_isOpen, _seen) = (false, "");
            return sent.State == ShellState.Refused ? sent.Output : "The terminal has ended; the next keystrokes go to a new one.";
        }

        /// <summary>The whole time, as the original does: what the terminal shows by then is the answer.</summary>
        private static Task WaitAsync(TimeSpan wait, CancellationToken cancel) => Task.Delay(wait, cancel);

        private async Task<string> NewsAsync(CancellationToken cancel)
        {
            var all = await CaptureAsync("-S -", cancel);
            var news = _seen.Length > 0 && all.StartsWith(_seen, StringComparison.Ordinal) ? all[_seen.Length..] : null;
            _seen = all;
            var text = string.IsNullOrWhiteSpace(news) ? $"Current Terminal Screen:\n{await ScreenAsync(cancel)}" : news.TrimStart('\n');
            return text.Length <= Longest ? text : $"{text[..(Longest / 2)]}\n[... {text.Length - Longest} characters left out ...]\n{text[^(Longest / 2)..]}";
        }

        private async Task<string> ScreenAsync(CancellationToken cancel) => await CaptureAsync("", cancel);

        private async Task<string> CaptureAsync(string what, CancellationToken cancel) => (await _terminal.RunFreshAsync($"{Tmux} capture-pane -p -t main {what}", Patience, cancel)).Output.TrimEnd('\n', ' ');

        private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
