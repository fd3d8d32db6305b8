using System.Globalization;
using System.Text.Json.Nodes;
using Runproof.Agents.Terminals;
using Runproof.Sandboxes;
using Runproof.ToolCalls;

namespace Runproof.Agents.Scaffolds;

/// <summary>OpenHands (software-agent-sdk): a terminal in which a command may go on while others wait, typing into it, a file editor, a list of tasks, a place to think, and an end.</summary>
internal sealed class OpenHands : Scaffold
{
    public override string Name => "openhands";

    public override IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        ToolSchema.Tool(
            "terminal",
            "Runs a bash command in a shell that stays. One command at a time, chained with && or ;. A command that says nothing for 30 seconds is told as still running: then an empty command with `is_input` waits for more, text with `is_input` is typed into it, and C-c, C-d or C-z with `is_input` are those keys.",
            new ToolSchema.Parameter("command", "string", "The bash command, or what to type"),
            new("is_input", "boolean", "Type it into what is running", Required: false),
            new("timeout", "number", "Seconds after which it is told as running, silent or not", Required: false),
            new("reset", "boolean", "Begin with a new shell: variables and folder are lost", Required: false)),
        SweAgent.EditorTool("file_editor"),
        ToolSchema.Tool(
            "task_tracker",
            "Keeps a list of what is to be done: `plan` replaces it, `view` shows it.",
            new ToolSchema.Parameter("command", "string", "What to do", Words: ["view", "plan"]),
            new("task_list", "array", "Of `plan`: the whole list, each with title, status (todo, in_progress, done) and notes", Required: false, Items: new() { ["type"] = "object" })),
        ToolSchema.Tool("think", "Keeps a thought. It changes nothing and finds nothing out.", new ToolSchema.Parameter("thought", "string", "The thought")),
        ToolSchema.Tool("finish", "Ends the work: the problem is solved, or cannot be.", new ToolSchema.Parameter("message", "string", "What was done, for the user")),
    ];

    public override AgentLimits Limits { get; } = new(100, TimeSpan.FromHours(1), TimeSpan.FromSeconds(30));

    public override ToolCall Command(string command) => new("terminal", new() { ["command"] = command });

    public override ToolCall Submit() => new("finish", new() { ["message"] = "The problem is solved." });

    public override string SystemPrompt(Assignment assignment) =>
        """
        You are an agent who solves tasks on a computer by calling tools.
        - Look before you change. Read what is there, and make the smallest change that solves the problem whole.
        - Change files where they are; make no copies of them under other names.
        - Show yourself by running that it works. What you wrote only for that, remove.
        - When you try the same thing in vain again, stop, think of several other causes, and begin with the likeliest.
        """;

    public override string TaskPrompt(Assignment assignment) =>
        $"""
        The repository in {assignment.Folder} has a problem that was described like this:

        <issue_description>
        {assignment.Statement}
        </issue_description>
        {Shared.VisibleTests(assignment)}
        Solve it by changing files in {assignment.Folder} that are not tests: these have been taken care of. Nobody can be asked. Explore, reproduce, find the cause, mend it, verify it with the cases at the edges, and call `finish`.
        """;

    public override string NoCall(Reply reply) => $"Please go on by yourself: nobody can be asked{Problems(reply)}. Call a tool, or `finish` if the problem is solved.";

    public override Toolbox Open(ISandbox sandbox, Assignment assignment, AgentLimits limits) => new Tool(this, sandbox, assignment, limits);

    private sealed class Tool : Toolbox
    {
        private const int Longest = 30_000;
        private const string Interrupt = "C-c";
        private static readonly Dictionary<string, string> Keys = new() { ["C-d"] = "\u0004", ["C-z"] = "\u001a" };
        private readonly Terminal _terminal;
        private readonly Shell _shell;
        private readonly FileEditor _editor;
        private JsonArray _tasks = [];

        public Tool(Scaffold scaffold, ISandbox sandbox, Assignment assignment, AgentLimits limits)
            : base(scaffold, limits)
        {
            _terminal = new(sandbox, assignment.Variables);
            (_shell, _editor) = (new(_terminal, assignment.Folder), new(_terminal));
        }

        public override ValueTask DisposeAsync() => _terminal.DisposeAsync();

        protected override async Task<Observation> CallAsync(ToolCall call, CancellationToken cancel)
        {
            switch (call.Name)
            {
                case "terminal":
                    return await RunAsync(call, cancel);
                case "file_editor":
                    var (done, text) = await _editor.RunAsync(call.Arguments, cancel);
                    return new(call.Id, call.Name, text, done ? ActionOutcome.Done : ActionOutcome.Misused);
                case "task_tracker":
                    return Track(call);
                case "think":
                    return new(call.Id, call.Name, "Your thought has been kept.", ActionOutcome.Done);
                default:
                    return new(call.Id, call.Name, "Finished.", ActionOutcome.Done, Submission: "");
            }
        }

        private async Task<Observation> RunAsync(ToolCall call, CancellationToken cancel)
        {
            var command = call.Arguments["command"]!.GetValue<string>();
            var isInput = call.Arguments["is_input"]?.GetValue<bool>() ?? false;
            var seconds = call.Arguments["timeout"] is { } given ? double.Parse(given.ToJsonString(), CultureInfo.InvariantCulture) : (double?)null;
            if (seconds is <= 0 or > 3600) return Misused(call, "terminal: 'timeout' must lie between 0 and 3600 seconds");
            if (call.Arguments["reset"]?.GetValue<bool>() ?? false)
            {
                await _shell.RestartAsync(cancel);
                if (command.Length == 0) return new(call.Id, call.Name, "The shell is a new one.", ActionOutcome.Done);
            }

            // Silence counts where no time is given, and the time alone where it is.
            var limit = TimeSpan.FromSeconds(seconds ?? Math.Max(600, Limits.Command.TotalSeconds));
            var quiet = seconds is null ? Limits.Command : limit;
            if (_terminal.IsRunning && !isInput && command.Length > 0)
                return Misused(call, "The command before is still running: nothing was run. Wait for it with an empty command, type into it, or stop it with C-c, each with is_input = true.");
            if (!_terminal.IsRunning && isInput) return Misused(call, "No command is running that input could go to.");
            await PlaceAsync(cancel);
            if (!_terminal.IsRunning && command.Length == 0) return Misused(call, "There is no command, and none is running.");
            var result = _terminal.IsRunning ? command == Interrupt ? await _terminal.InterruptAsync(cancel) : await _terminal.TypeAsync(Typed(command), limit, quiet, cancel) : await _terminal.RunAsync(command, limit, quiet, cancel);
            return Shown(call, result);
        }

        private async Task PlaceAsync(CancellationToken cancel)
        {
            if (!_terminal.IsRunning) await _shell.PlaceAsync(cancel);
        }

        private static string Typed(string command) => command.Length == 0 ? "" : Keys.GetValueOrDefault(command, command.EndsWith('\n') ? command : command + "\n");

        private Observation Shown(ToolCall call, ShellResult result)
        {
            var (outcome, end) = result.State switch
            {
                ShellState.Ended => (result.ExitCode == 0 ? ActionOutcome.Done : ActionOutcome.Failed, $"[Current folder: {result.Folder}]\n[The command ended with exit code {result.ExitCode}.]"),
                ShellState.Running => (ActionOutcome.TimedOut, $"[The command has said nothing more for {Limits.Command.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s, or its time is over; it is still running. With is_input = true, an empty command waits, text is typed into it, C-c stops it.]"),
                ShellState.Refused => (ActionOutcome.Misused, ""),
                _ => (ActionOutcome.ShellLost, Shell.LostText(result)),
            };
            if (outcome == ActionOutcome.ShellLost) _shell.Lost();
            var output = result.Output.Length <= Longest ? result.Output : $"{result.Output[..(Longest / 2)]}\n[... {result.Output.Length - Longest} characters left out ...]\n{result.Output[^(Longest / 2)..]}";
            return new(call.Id, call.Name, $"{output.TrimEnd('\n')}\n{end}".Trim('\n'), outcome, result.Elapsed.TotalSeconds, result.ExitCode);
        }

        private Observation Track(ToolCall call)
        {
            if (call.Arguments["command"]!.GetValue<string>() == "plan")
            {
                if (call.Arguments["task_list"] is not JsonArray list) return Misused(call, "task_tracker: 'plan' needs 'task_list'");
                _tasks = (JsonArray)list.DeepClone();
            }

            var lines = _tasks.Select((task, i) => task is JsonObject one ? $"{i + 1}. [{one["status"] ?? "todo"}] {one["title"]}{(one["notes"] is { } notes ? $": {notes}" : "")}" : $"{i + 1}. {task}");
            return new(call.Id, call.Name, _tasks.Count == 0 ? "The list is empty." : string.Join('\n', lines), ActionOutcome.Done);
        }
    }
}
