using Runproof.Agents.Terminals;
using Runproof.Sandboxes;
using Runproof.ToolCalls;

namespace Runproof.Agents.Scaffolds;

/// <summary>SWE-agent 1 (config <c>default.yaml</c>): a shell that stays, a file editor, one call a reply; a first submission shows the changes and asks to look again, a second one submits.</summary>
internal sealed class SweAgent : Scaffold
{
    public override string Name => "swe-agent";

    public override bool TakesMany => false;

    public override IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        ToolSchema.Tool("bash", "Runs the given command in bash. The shell stays: folder, variables and background processes are those of the commands before.", new ToolSchema.Parameter("command", "string", "The bash command to execute")),
        EditorTool("str_replace_editor"),
        ToolSchema.Tool("submit", "Submits the files as they are now."),
    ];

    public override AgentLimits Limits { get; } = new(150, TimeSpan.FromSeconds(1800), TimeSpan.FromSeconds(30), Dollars: 3);

    public override ToolCall Command(string command) => new("bash", new() { ["command"] = command });

    public override ToolCall Submit() => new("submit", []);

    /// <summary>The schema of the file editor, which OpenHands calls otherwise.</summary>
    public static ToolDefinition EditorTool(string name) => ToolSchema.Tool(
        name,
        """
        Views, creates and edits files. What it did stays from call to call.
        * `view` shows a file with line numbers (`view_range` a part of it), or what lies in a folder, two levels deep.
        * `create` writes a new file; it does not overwrite one.
        * `str_replace` puts `new_str` in the place of `old_str`, which must stand in the file exactly once, white space included: give enough of what is around it.
        * `insert` puts `new_str` behind line `insert_line`.
        * `undo_edit` takes the last edit of a file back.
        """,
        new ToolSchema.Parameter("command", "string", "What to do", Words: ["view", "create", "str_replace", "insert", "undo_edit"]),
        new("path", "string", "Absolute path of the file or folder"),
        new("file_text", "string", "Of `create`: the content", Required: false),
        new("old_str", "string", "Of `str_replace`: the text that is replaced", Required: false),
        new("new_str", "string", "Of `str_replace` (empty: nothing takes its place) and `insert`: the new text", Required: false),
        new("insert_line", "integer", "Of `insert`: the line behind which the text comes; 0 for the beginning", Required: false),
        new("view_range", "array", "Of `view`: first and last line, as in [11, 20]; -1 for the end", Required: false, Items: new() { ["type"] = "integer" }));

    public override string SystemPrompt(Assignment assignment) => "You are a programmer's assistant who works on a computer by calling tools, one call in each reply.";

    public override string TaskPrompt(Assignment assignment) =>
        $"""
        A repository lies in {assignment.Folder}. Somebody has filed this about it:

        <issue>
        {assignment.Statement}
        </issue>
        {Shared.VisibleTests(assignment)}
        Change the files in {assignment.Folder} that are not tests so that what was filed is settled; the tests are taken care of. A good order is: find and read the code that it is about; write a small script that shows the
        problem, and run it; mend the code; run the script again; think of the cases at the edges. Then call `submit`.
        """;

    public override string NoCall(Reply reply) => $"Your reply holds no call of a tool that can be run{Problems(reply)}. Call one of {string.Join(", ", Tools.Select(tool => tool.Name))}; when your work is done, call submit.";

    public override Toolbox Open(ISandbox sandbox, Assignment assignment, AgentLimits limits) => new Tool(this, sandbox, assignment, limits);

    private sealed class Tool : Toolbox
    {
        private const int Longest = 100_000;
        private readonly Terminal _terminal;
        private readonly Shell _shell;
        private readonly FileEditor _editor;
        private readonly Assignment _assignment;
        private bool _reviewed;

        public Tool(Scaffold scaffold, ISandbox sandbox, Assignment assignment, AgentLimits limits)
            : base(scaffold, limits)
        {
            (_terminal, _assignment) = (new(sandbox, assignment.Variables), assignment);
            (_shell, _editor) = (new(_terminal, assignment.Folder), new(_terminal));
        }

        public override ValueTask DisposeAsync() => _terminal.DisposeAsync();

        protected override async Task<Observation> CallAsync(ToolCall call, CancellationToken cancel)
        {
            switch (call.Name)
            {
                case "bash":
                    var result = await _shell.RunAsync(call.Arguments["command"]!.GetValue<string>(), Limits.Command, cancel);
                    return new(call.Id, call.Name, "OBSERVATION:\n" + Shown(result.Text), result.Outcome, result.Seconds, result.ExitCode);
                case "str_replace_editor":
                    var (done, text) = await _editor.RunAsync(call.Arguments, cancel);
                    return new(call.Id, call.Name, "OBSERVATION:\n" + text, done ? ActionOutcome.Done : ActionOutcome.Misused);
                default:
                    return await SubmitAsync(call, cancel);
            }
        }

        private async Task<Observation> SubmitAsync(ToolCall call, CancellationToken cancel)
        {
            var changes = await _terminal.RunFreshAsync($"cd {_assignment.Folder} && git add -A && git diff --cached", TimeSpan.FromSeconds(60), cancel);
            if (_reviewed || changes.ExitCode != 0) return new(call.Id, call.Name, "Submitted.", ActionOutcome.Done, Submission: "");
            _reviewed = true;
            var review = $"""
                Before it is handed in, look at your changes once more:
                1. If you changed code after you last showed yourself that the problem is gone, do so again.
                2. Remove scripts that you wrote only to show the problem.
                3. If you changed tests, put them back as they were (git checkout -- FILE).
                4. Call submit again to hand in.

                Your changes:
                <diff>
                {Shown(changes.Output)}
                </diff>
                """;
            return new(call.Id, call.Name, "OBSERVATION:\n" + review, ActionOutcome.Done, changes.Elapsed.TotalSeconds);
        }

        private static string Shown(string output) => output.Trim().Length == 0 ? "Your command ran successfully and did not produce any output."
            : output.Length <= Longest ? output
            : $"{output[..Longest]}\n[... {output.Length - Longest} characters left out: write less, or look at a part of it ...]";
    }
}
