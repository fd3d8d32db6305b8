using System.Text.Json;
using Runproof.Cli;
using Runproof.Tasks;

namespace Runproof.Tests.Tasks;

/// <summary>Made-up benchmarks that hold some of our tasks: each is found by what it has in common with one.</summary>
public sealed class DecontaminationTests(UnitconvRepository sample) : IClassFixture<UnitconvRepository>, IAsyncLifetime
{
    private const string Statement = "Converting a length of zero metres into feet raises an error although zero is a length like any other and should come out as zero feet.";
    private readonly Workbench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _bench.DisposeAsync();

    private static string Patch(params string[] lines) => "diff --git a/conv.py b/conv.py\n--- a/conv.py\n+++ b/conv.py\n@@ -1,1 +1," + lines.Length + " @@\n-old_line_of_code\n" + string.Concat(lines.Select(line => "+" + line + "\n"));

    private void Add(string id, string statement, string patch, TaskOrigin origin = TaskOrigin.Injected) => new TaskTable(sample.Workspace).Add(
        new(id, "someone/unitconv", sample.Environment.Commit, sample.Environment.Hash, origin, TestVisibility.Hidden, statement, "", patch, [], ["t"], [], new(2026, 11, 28, 0, 0, 0, TimeSpan.Zero), new("", "", "", "", 0, 1, 0, 0, false)), "test");

    private string Write(string name, string content)
    {
        var path = Path.Combine(_bench.Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    private static string Row(string id, string repo, string commit, string patch, string statement) =>
        JsonSerializer.Serialize(new Dictionary<string, string> { ["instance_id"] = id, ["repo"] = repo, ["base_commit"] = commit, ["patch"] = patch, ["problem_statement"] = statement }) + "\n";

    [Fact]
    public async Task Each_is_found_by_what_it_has_in_common_and_the_rest_stays()
    {
        string[] code = ["def feet(metres):", "factor = 3.28084", "result = metres * factor", "return round(result, 6)", "# the end of it"];
        Add("a.patch", "One thing.", Patch("value = convert(first)"));
        Add("b.lines", "Another thing.", Patch(code));
        Add("c.statement", "# Zero\n\n" + Statement, Patch("zero_is_fine = True"));
        Add("d.commit", "A third thing.", Patch("entirely_of_its_own()"), TaskOrigin.Mined);
        Add("e.copy", "A fourth thing.", Patch("copy_of_a_change()"));
        Add("f.copy", "A fifth thing.", Patch("copy_of_a_change()").Replace("@@ -1,1", "@@ -77,1"));
        Add("g.stays", "Nothing that anybody else asks for, in words that nobody else uses.", Patch("nobody_else_does(this)"));
        var rows = Write("rows.jsonl",
            Row("other-1", "other/project", "", Patch("value  =  convert(first)").Replace("conv.py", "old/conv.py"), "Unrelated.")
            + "{ not json\n"
            + Row("other-2", "other/project", "", Patch([.. code[..4], "something_else_at_the_end = 1"]), "Unrelated too.")
            + Row("other-3", "other/project", "", "", "Hello!\n" + Statement.ToUpperInvariant())
            + Row("other-4", "other/project", sample.Environment.Commit, "", ""));

        var manifest = await new Decontamination(sample.Workspace, repositories: true).FindAsync([rows], Cancel);
        manifest.Removed.Select(one => (one.InstanceId, one.By, one.Match)).ShouldBe([("a.patch", "patch", "other-1"), ("b.lines", "patch", "other-2"), ("c.statement", "statement", "other-3"), ("d.commit", "commit", "other-4"), ("f.copy", "duplicate", "e.copy")]);
        manifest.Removed[1].Share.ShouldBeInRange(0.8, 0.99);
        (manifest.Checked, manifest.Kept).ShouldBe((7, 2));
        manifest.Against.Single().Rows.ShouldBe(4);
        manifest.Against.Single().Unreadable.Single().ShouldStartWith("rows.jsonl line 2: not JSON");

        // A list of repositories takes all, unless they are to stay.
        var list = Write("list.txt", "# used elsewhere\nhttps://github.com/Someone/UnitConv.git\n");
        (await new Decontamination(sample.Workspace, repositories: true).FindAsync([list], Cancel)).Removed.Count(one => one.By == "repository").ShouldBe(7);
        (await new Decontamination(sample.Workspace, repositories: false).FindAsync([list], Cancel)).Removed.Select(one => one.InstanceId).ShouldBe(["f.copy"]);
        var harbor = Write("harbor/one/task.toml", "[metadata]\nrepo = \"other/project\"\n");
        Write("harbor/one/instruction.md", Statement);
        (await new Decontamination(sample.Workspace, repositories: true).FindAsync([Path.GetDirectoryName(Path.GetDirectoryName(harbor))!], Cancel)).Removed.Select(one => (one.InstanceId, one.By)).ShouldBe([("c.statement", "statement"), ("f.copy", "duplicate")]);
    }
}
