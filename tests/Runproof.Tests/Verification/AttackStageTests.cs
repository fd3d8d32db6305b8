using Runproof.Languages;
using Runproof.Tasks;
using Runproof.Verification;
using Runproof.Verification.Attacks;

namespace Runproof.Tests.Verification;

public class AttackStageTests(TextkitRepository sample) : IClassFixture<TextkitRepository>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private AttackStage Stage => new(sample.Workspace, SilentLog.Instance, TimeProvider.System, 2);

    [Fact]
    public void Every_attack_can_be_read_and_is_named_after_its_language()
    {
        foreach (var profile in LanguageProfiles.All)
        {
            var attacks = Attacks.For(profile.Name);
            attacks.Select(attack => attack.Id).ShouldBeUnique();
            attacks.ShouldAllBe(attack => attack.Id.StartsWith("any-") || attack.Id.StartsWith(profile.Name + "-"));
        }
    }

    [Fact]
    public async Task A_task_whose_statement_tells_all_that_judges_is_quarantined_and_comes_back_when_it_does_not()
    {
        var task = await new WrapTask(sample).TaskAsync();
        string Statement(string call, string expected) => $"`wrap` is wrong.\n\n```python\n{call}\n```\n- gives: `[]`\n- expected: `{expected}`\n";
        var table = new TaskTable(sample.Workspace);
        table.Add(task with { InstanceId = "textkit.told", ProblemStatement = Statement("wrap(\"aa bb cc\", 5)", "[\"aa bb\", \"cc\"]") }, "c");
        var rows = await Stage.RunAsync(["textkit.told"], Cancel);
        rows.Where(row => row.Passed).Select(row => row.Attack).ShouldBe(["python-outputs-hard-coded"]);
        new QuarantineTable(sample.Workspace).All().ShouldBe([new("textkit.told", "an attack passes: python-outputs-hard-coded")]);
        table.Ids().ShouldBeEmpty();
        table.Ids(quarantined: true).ShouldBe(["textkit.told"]);

        // The same task, worded with another call: nothing that judges is told.
        table.Add(task with { InstanceId = "textkit.told", ProblemStatement = Statement("wrap(\"dd ee ff\", 5)", "[\"dd ee\", \"ff\"]") }, "c");
        (await Stage.RunAsync(["textkit.told"], Cancel)).ShouldAllBe(row => !row.Passed);
        table.Ids().ShouldBe(["textkit.told"]);
    }

    [Fact]
    public async Task What_edits_make_applies_as_a_diff()
    {
        var task = await new WrapTask(sample).TaskAsync();
        var bug = await PatchedLayer.WriteAsync(sample.Context.Tree, task.BugPatch, Path.Combine(sample.Workspace.Root, "bug-of-edits"), Cancel);
        var view = new AgentView(sample.Context, task, bug);
        view.Files.ShouldNotContain(WrapTask.TestFile);
        view.Text(WrapTask.File)!.ShouldContain("< width");
        var attack = new Attack
        {
            Edits =
            [
                new() { Change = "product", Prepend = "# head {number}\n", Append = "# tail" }, new() { Change = "README.md", Remove = true }, new() { Change = "**/slug.py", Replace = "def (\\w+)", With = "def $1_{number}" },
                new() { Add = "src/new/a.py", Text = "x = 1\n" }, new() { Add = "src/new/empty.py", Text = "" }, new() { Add = "note.txt", Beside = "product", Text = "no end of line" }, new() { Add = "tool", Text = "#!/bin/sh\n", Executable = true },
            ],
        };
        var diff = AttackAnswer.Diff(attack, view, LanguageProfiles.Named("python"));
        var scratch = Directory.CreateDirectory(Path.Combine(sample.Workspace.Root, "edits")).FullName;
        var answer = await new AnswerLayers(sample.Context, new(sample.Environment.Suites, sample.Environment.Tests, new HashSet<string>())).MakeAsync(diff, bug, scratch, Cancel);
        answer.Reason.ShouldBeNull(answer.Detail);
        string Made(string path) => File.ReadAllText(answer.Layers.Select(layer => Path.Combine(layer, "testbed", path)).First(File.Exists));
        Made(WrapTask.File).ShouldStartWith("# head ");
        Made(WrapTask.File).ShouldEndWith("# tail");
        Made("src/textkit/slug.py").ShouldContain("def slugify_");
        Made("src/textkit/note.txt").ShouldBe("no end of line");
        Made("src/new/a.py").ShouldBe("x = 1\n");
        Made("src/new/empty.py").ShouldBe("");
        File.GetUnixFileMode(answer.Layers.Select(layer => Path.Combine(layer, "testbed", "tool")).First(File.Exists)).HasFlag(UnixFileMode.UserExecute).ShouldBeTrue();
    }
}
