using System.Text;
using Runproof.Agents.Terminals;
using Runproof.Sandboxes;
using Runproof.ToolCalls;

namespace Runproof.Agents.Scaffolds;

/// <summary>
/// Aider: no tools but edits in the text of a reply (formats whole, diff, udiff). Files that a reply names are shown; edits that do not fit are told, three times at most; when all fit, the tests run where they are
/// visible, and what they say is the second and last try, as in its benchmark.
/// </summary>
internal sealed class Aider : Scaffold
{
    private const int MostFiles = 400;

    public override string Name => "aider";

    public override string Format => "aider-diff";

    public override IReadOnlyList<ToolDefinition> Tools { get; } =
    [
        ToolSchema.Tool("edit_file", "Replaces lines of a file", new ToolSchema.Parameter("path", "string", "The file"), new("search", "string", "Lines that stand in it; none for a new file"), new("replace", "string", "Lines that come in their place")),
        ToolSchema.Tool("write_file", "Writes a file whole", new ToolSchema.Parameter("path", "string", "The file"), new("content", "string", "All of it")),
        ToolSchema.Tool("apply_diff", "Changes a file by a diff", new ToolSchema.Parameter("path", "string", "The file"), new("diff", "string", "Hunks, whose line numbers do not count"), new("old_path", "string", "Its name before", Required: false)),
    ];

    public override AgentLimits Limits { get; } = new(12, TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(180), Calls: 64);

    public override ToolCall Command(string command) => throw new InputException("the agent 'aider' runs no commands: the repair agent needs one that does (mini, swe-agent, openhands, terminus)");

    public override ToolCall Submit() => throw new InputException("the agent 'aider' submits by its edits");

    public override string SystemPrompt(Assignment assignment) =>
        "You are a programmer who changes a repository by edits. When you need to see files, name their paths and make no edit: they will be shown to you. Then make all edits that are needed, in one reply. Each edit must fit the file as it is, to the letter.";

    public override string TaskPrompt(Assignment assignment)
    {
        var more = assignment.Files.Count > MostFiles ? $"\n({assignment.Files.Count - MostFiles} more)" : "";
        return $"""
            The repository has these files:
            {string.Join('\n', assignment.Files.Take(MostFiles))}{more}

            It has this problem. Change its source files, not its tests, so that it is solved:

            {assignment.Statement}
            """ + (assignment.Failing.Count > 0 ? "\n" + $"These tests fail because of it:\n- {string.Join("\n- ", assignment.Failing.Take(20))}" : "");
    }

    public override string NoCall(Reply reply) => $"Your reply holds no edit and names no file that you have not seen{Problems(reply)}. Make the edits that solve the problem.";

    public override Toolbox Open(ISandbox sandbox, Assignment assignment, AgentLimits limits) => new Tool(this, sandbox, assignment, limits);

    private sealed class Tool(Scaffold scaffold, ISandbox sandbox, Assignment assignment, AgentLimits limits) : Toolbox(scaffold, limits)
    {
        private const int MostReflections = 3, MostTries = 2, MostShown = 5, LongestFile = 60_000, LongestLog = 8_000;
        private readonly Terminal _terminal = new(sandbox, assignment.Variables);
        private readonly HashSet<string> _shown = [];
        private int _reflections, _tries;

        public override ValueTask DisposeAsync() => _terminal.DisposeAsync();

        public override async Task<IReadOnlyList<Observation>> ActAsync(Reply reply, CancellationToken cancel)
        {
            if (reply.Calls.Count == 0 && reply.Outcome != ParseOutcome.Rejected && await NamedAsync(reply.Text, cancel) is { Length: > 0 } files) return [new(null, "", files, ActionOutcome.Done)];
            List<Observation> seen = [.. await base.ActAsync(reply, cancel)];
            if (reply.Calls.Count == 0) return seen;
            if (seen.Exists(one => one.Outcome != ActionOutcome.Done))
                return ++_reflections < MostReflections ? seen : [.. seen, new(null, "", "Too many edits did not fit.", ActionOutcome.Misused, Submission: "")];
            _reflections = 0;
            return [.. seen, await TryAsync(cancel)];
        }

        protected override async Task<Observation> CallAsync(ToolCall call, CancellationToken cancel)
        {
            var path = call.Arguments["path"]!.GetValue<string>();
            if (path.StartsWith('/') || path.Split('/').Contains("..")) return Misused(call, $"{path} does not lie in the repository.");
            var full = $"{assignment.Folder}/{path}";
            var file = await _terminal.ReadAsync(full, Terminal.MostBytes, cancel);
            if (file.IsFolder) return Misused(call, $"{path} is a folder.");
            var (after, problem) = TextEdit.Apply(call, file.Problem is null ? file.Text : null, file.Problem is null && file.Text is null);
            if (after is null) return Misused(call, $"{path}: {problem}");
            return await _terminal.WriteAsync(full, after, cancel) is { } refused ? Misused(call, $"{path} could not be written: {refused}") : new(call.Id, call.Name, $"Applied to {path}.", ActionOutcome.Done);
        }

        private async Task<Observation> TryAsync(CancellationToken cancel)
        {
            _tries++;
            if (assignment.TestCommand is null) return new(null, "", "All edits are applied.", ActionOutcome.Done, Submission: "");
            var run = await _terminal.RunFreshAsync($"cd {assignment.Folder}\n{assignment.TestCommand}", Limits.Command, cancel);
            if (run.ExitCode == 0 || _tries >= MostTries) return new(null, "", run.ExitCode == 0 ? "The tests pass." : "The tests still fail.", run.ExitCode == 0 ? ActionOutcome.Done : ActionOutcome.Failed, run.Elapsed.TotalSeconds, run.ExitCode, Submission: "");
            var log = run.Output.Length <= LongestLog ? run.Output : run.Output[^LongestLog..];
            return new(null, "", $"The tests fail:\n\n{log}\n\nThe tests are right. Change the code so that they pass.", run.State == ShellState.TimedOut ? ActionOutcome.TimedOut : ActionOutcome.Failed, run.Elapsed.TotalSeconds, run.ExitCode);
        }

        /// <summary>The files that a reply names and that were not shown yet.</summary>
        private async Task<string> NamedAsync(string text, CancellationToken cancel)
        {
            var named = assignment.Files.Where(file => !_shown.Contains(file) && text.Contains(file, StringComparison.Ordinal)).OrderBy(file => text.IndexOf(file, StringComparison.Ordinal)).Take(MostShown).ToList();
            if (named.Count == 0) return "";
            var all = new StringBuilder("Here are these files as they are:\n");
            foreach (var file in named)
            {
                _shown.Add(file);
                var content = await _terminal.ReadAsync($"{assignment.Folder}/{file}", LongestFile, cancel);
                all.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n{file}\n```\n{content.Text ?? (content.Problem is null ? "(too large, or no text)\n" : "(not there)\n")}```\n");
            }

            return all.ToString();
        }
    }
}
