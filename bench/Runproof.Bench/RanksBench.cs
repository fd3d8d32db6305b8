using Runproof.Agents.Repair.Candidates;
using Runproof.Agents.Repair.Localisation;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Rollouts;
using Runproof.Sandboxes;
using Runproof.Tasks;

namespace Runproof.Bench;

/// <summary>
/// Where the true repair stands among the edits that the repair agent would try, without any test: for each injected bug of one file in a workspace, with all lines of that file equally suspicious. Beside the order by kind alone.
/// </summary>
internal static class RanksBench
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly int[] Among = [1, 5, 20, 100];

    public static async Task<int> RunAsync(string path, string[] arguments)
    {
        using var workspace = Workspace.Open(path);
        var tasks = new TaskTable(workspace).All().Where(task => task.Origin == TaskOrigin.Injected && (arguments.Length == 0 || task.Repo.EndsWith(arguments[0], StringComparison.Ordinal))).ToList();
        await using var states = new TaskStates(workspace, new EnvironmentTable(workspace));
        List<(string Language, int Edits, int ByKind, int Rank)> found = [];
        var (all, missing) = (0, 0);
        foreach (var task in tasks)
        {
            states.Expect(task);
            var state = await states.TakeAsync(task, default);
            if (await SourcesAsync(state) is { } files)
            {
                var (before, after) = files;
                all++;
                var suite = state.Context.Environment.Suites[0];
                var source = new Source(before.Path, before.Lines);
                var edits = await CandidateEdits.FindAsync([source], new([source], [new(source.Path, 1, source.Lines.Count, 1)], new HashSet<(string, int)>()), suite.Profile, workspace.Root, 1, default);
                int Rank<T>(Func<Runproof.Agents.Repair.Trials.Edit, T> by) => edits.OrderByDescending(by).ToList().FindIndex(edit => Text(edit, before.Lines) == after) + 1;
                var lot = edits.OrderBy(edit => edit.Key.GetHashCode(StringComparison.Ordinal)).OrderByDescending(edit => Math.Round(edit.Score, 2)).ToList().FindIndex(edit => Text(edit, before.Lines) == after) + 1;
                Console.WriteLine($"  lot {lot} kind+gain {edits.OrderByDescending(edit => edit.Gain).OrderByDescending(edit => Math.Round(edit.Score, 2)).ToList().FindIndex(edit => Text(edit, before.Lines) == after) + 1} " + string.Join(' ', new[] { 0.01, 0.02, 0.04, 0.08, 0.12 }.Select(bit => $"{bit}:{Rank(edit => edit.Score * (1 + bit * Math.Clamp(edit.Gain, -4, 4)))}")));
                var rank = Rank(CandidateEdits.Likely);
                if (rank == 0) missing++;
                else found.Add((suite.Language, edits.Count, Rank(edit => edit.Score), rank));
                Console.WriteLine($"{task.InstanceId} {suite.Language}: {(rank == 0 ? "not" : $"by kind {found[^1].ByKind}, with naturalness {rank}, by naturalness alone {Rank(edit => edit.Gain)},")} among {edits.Count}");
            }

            await states.ReturnAsync(task);
        }

        Console.WriteLine($"{all} bugs of one file, the repair is among the edits of {all - missing}");
        Console.WriteLine($"{"first",6} {"by kind",10} {"natural",10}");
        foreach (var most in Among) Console.WriteLine($"{most,6} {Share(found.Count(one => one.ByKind <= most), all),10} {Share(found.Count(one => one.Rank <= most), all),10}");
        return 0;
    }

    private static string Share(int count, int all) => $"{100.0 * count / Math.Max(1, all):0.0} %";

    /// <summary>The file with the bug, and its text with the repair; null where the bug lies in several.</summary>
    private static async Task<((string Path, IReadOnlyList<string> Lines) Before, string After)?> SourcesAsync(TaskState state)
    {
        var files = state.Task.GoldPatch.Split('\n').Where(line => line.StartsWith("+++ b/", StringComparison.Ordinal)).Select(line => line["+++ b/".Length..]).ToList();
        if (files.Count != 1) return null;
        await using var sandbox = await state.SandboxAsync(default);
        async Task<string> Read(string command) => (await sandbox.ExecuteAsync(new(["sh", "-c", command], Limit) { StandardInput = System.Text.Encoding.UTF8.GetBytes(state.Task.GoldPatch) }, default)).Output.Text;
        var before = await Read($"cat '{files[0]}'");
        var after = await Read($"git apply && cat '{files[0]}'");
        return ((files[0], before.TrimEnd('\n').Split('\n')), after.TrimEnd('\n'));
    }

    private static string Text(Runproof.Agents.Repair.Trials.Edit edit, IReadOnlyList<string> lines) =>
        string.Join('\n', lines.Take(edit.First - 1).Concat(edit.Lines).Concat(lines.Skip(Math.Max(edit.Last, edit.First - 1))));
}
