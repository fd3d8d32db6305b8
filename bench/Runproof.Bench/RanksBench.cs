using System.Security.Cryptography;
using System.Text;
using Runproof.Agents.Repair.Candidates;
using Runproof.Agents.Repair.Localisation;
using Runproof.Agents.Repair.Trials;
using Runproof.Catalogue;
using Runproof.Environments;
using Runproof.Rollouts;
using Runproof.Sandboxes;
using Runproof.Tasks;

namespace Runproof.Bench;

/// <summary>
/// Where the true repair stands among the edits that the repair agent would try, without any test: for each injected bug of one file in a workspace, with all lines of that file equally suspicious. Beside the same edits in the
/// order of their kinds, those of a kind by lot.
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
        List<(int ByLot, int Rank)> found = [];
        var all = 0;
        foreach (var task in tasks)
        {
            states.Expect(task);
            var state = await states.TakeAsync(task, default);
            if (await FileAsync(state) is { } file)
            {
                all++;
                var suite = state.Context.Environment.Suites[0];
                var edits = await CandidateEdits.FindAsync([file.Bug], new([file.Bug], [new(file.Bug.Path, 1, file.Bug.Lines.Count, 1)], new HashSet<(string, int)>()), suite.Profile, workspace.Root, 1, default);
                int Rank(IEnumerable<Edit> order) => order.ToList().FindIndex(edit => Text(edit, file.Bug.Lines) == file.Repaired) + 1;
                var (rank, lot) = (Rank(edits), Rank(edits.OrderByDescending(edit => Math.Round(edit.Score, 2)).ThenBy(Lot, StringComparer.Ordinal)));
                if (rank > 0) found.Add((lot, rank));
                Console.WriteLine($"{task.InstanceId} {suite.Language}: {(rank == 0 ? "not" : $"{rank}, by lot {lot},")} among {edits.Count}");
            }

            await states.ReturnAsync(task);
        }

        Console.WriteLine($"{all} bugs of one file, the repair is among the edits of {found.Count}\n{"first",6} {"by lot",10} {"as tried",10}");
        foreach (var most in Among) Console.WriteLine($"{most,6} {Share(found.Count(one => one.ByLot <= most), all),10} {Share(found.Count(one => one.Rank <= most), all),10}");
        return 0;
    }

    private static string Share(int count, int all) => $"{100.0 * count / Math.Max(1, all):0.0} %";

    private static string Lot(Edit edit) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(edit.Key)));

    /// <summary>The file with the bug, and its text with the repair; null where the bug lies in several.</summary>
    private static async Task<(Source Bug, string Repaired)?> FileAsync(TaskState state)
    {
        var patch = state.Task.GoldPatch;
        var files = patch.Split('\n').Where(line => line.StartsWith("+++ b/", StringComparison.Ordinal)).Select(line => line["+++ b/".Length..]).ToList();
        if (files.Count != 1) return null;
        await using var sandbox = await state.SandboxAsync(default);
        async Task<string> Read(string command) => (await sandbox.ExecuteAsync(new(["sh", "-c", command, "sh", files[0]], Limit) { StandardInput = Encoding.UTF8.GetBytes(patch) }, default)).Output.Text.TrimEnd('\n');
        var bug = await Read("cat \"$1\"");
        return (new(files[0], bug.Split('\n')), await Read("git apply && cat \"$1\""));
    }

    private static string Text(Edit edit, IReadOnlyList<string> lines) =>
        string.Join('\n', lines.Take(edit.First - 1).Concat(edit.Lines).Concat(lines.Skip(Math.Max(edit.Last, edit.First - 1))));
}
