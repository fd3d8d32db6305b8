using Runproof.Environments;
using Runproof.Sandboxes;
using Runproof.Tasks;
using Runproof.Tasks.Harbor;
using Runproof.Tests.Verification;
using Runproof.Verification;
using Tomlyn;
using Tomlyn.Model;

namespace Runproof.Tests.Tasks;

/// <summary>What an exported Python task holds and what it hides, and that grading it decides as the grader does.</summary>
public class HarborExportTests(TextkitRepository sample) : IClassFixture<TextkitRepository>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Out => Path.Combine(sample.Workspace.Root, "harbor");

    /// <summary>Once for all tests of the class, unless asked for again.</summary>
    private async Task<string> ExportAsync(bool again = false)
    {
        if (!again && Directory.Exists(Out)) return Directory.EnumerateDirectories(Out).Single();
        var task = await new WrapTask(sample).TaskAsync();
        new TaskTable(sample.Workspace).Add(task, "test");
        (await new HarborExport(sample.Workspace, SilentLog.Instance).WriteAsync([task], Out, Cancel)).ShouldBe(1);
        return Path.Combine(Out, HarborExport.NameOf(task));
    }

    private async Task<HarborEnding> GradeAsync(string answer) => await HostContainer.GradeAsync(await ExportAsync(), answer, sample.Workspace.Root, Cancel);

    private static string Append(string file, string code) => $"cat >>{file} <<'END'\n\n\n{code}\nEND";

    private static async Task<string[]> ContentAsync(string archive) =>
        [.. (await HostProcess.RunAsync(new("tar", ["--list", "--file", archive]), Cancel)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(path => path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path)];

    [Fact]
    public async Task What_an_agent_sees_has_the_bug_and_no_hidden_test()
    {
        var folder = await ExportAsync();
        var archive = Path.Combine(folder, "environment", "testbed.tar.gz");
        var files = await ContentAsync(archive);
        files.ShouldContain("tests/test_slug.py");
        files.ShouldNotContain(WrapTask.TestFile);
        files.ShouldNotContain(file => file.Contains(".git/", StringComparison.Ordinal));
        (await HostProcess.RunAsync(new("tar", ["--extract", "--to-stdout", "--file", archive, "./" + WrapTask.File]), Cancel)).Output.ShouldBe(new WrapTask(sample).Buggy);
        (await ContentAsync(Path.Combine(folder, "tests", "kept.tar.gz"))).ShouldContain(WrapTask.TestFile);
        Directory.EnumerateFiles(Path.Combine(folder, "environment")).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["Dockerfile", "dependencies.tar.gz", "installed.txt", "setup.sh", "testbed.tar.gz"]);
        (await ContentAsync(Path.Combine(folder, "environment", "dependencies.tar.gz"))).ShouldNotContain(file => file.Contains("wrap", StringComparison.Ordinal) || file.EndsWith(".pyc", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_configuration_is_as_harbor_reads_it()
    {
        var folder = await ExportAsync();
        var root = TomlSerializer.Deserialize<TomlTable>(await File.ReadAllTextAsync(Path.Combine(folder, "task.toml"), Cancel))!;
        root["schema_version"].ShouldBe("1.1");
        ((TomlTable)root["task"])["name"].ShouldBe("runproof/small.x.1");
        ((TomlTable)root["agent"])["user"].ShouldBe("runner");
        ((TomlTable)root["verifier"])["timeout_sec"].ShouldBeOfType<double>().ShouldBeGreaterThan(300);
        ((TomlTable)root["environment"])["memory_mb"].ShouldBe(4096L);
        (await File.ReadAllTextAsync(Path.Combine(folder, "environment", "Dockerfile"), Cancel)).ShouldContain("git python3 python3-coverage python3-pytest");
        File.Exists(Path.Combine(Out, "README.md")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("owner__name.1234.x", "owner__name.1234.x")]
    [InlineData("a/b..c d", "a-b.-c-d")]
    [InlineData("_x", "x_x")]
    public async Task A_name_is_one_that_harbor_allows(string id, string name) => HarborExport.NameOf((await new WrapTask(sample).TaskAsync()) with { InstanceId = id }).ShouldBe(name);

    [Fact]
    public async Task An_export_does_not_touch_the_environment_that_others_may_be_running()
    {
        var begun = TouchedFiles.Now(sample.Workspace.Root);
        await ExportAsync(again: true);
        var touched = await HostProcess.RunAsync(new("find", [EnvironmentLayers.Folder(sample.Workspace, sample.Environment.Hash), "-newerct", begun]), Cancel);
        (touched.ExitCode, touched.Output).ShouldBe((0, ""));
    }

    [Fact]
    public async Task Two_exports_are_equal_byte_by_byte()
    {
        var folder = await ExportAsync();
        var first = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllBytes);
        (await ExportAsync(again: true)).ShouldBe(folder);
        foreach (var (file, content) in first.Where(pair => !pair.Key.Contains("/failing/", StringComparison.Ordinal))) File.ReadAllBytes(file).ShouldBe(content, file);
    }

    [Theory]
    [InlineData("", "0", "fail_to_pass")]
    [InlineData("sh /solution/solve.sh", "1", "resolved")]
    [InlineData("sh /solution/solve.sh; git add -A; git commit -qm x; rm -rf .git; mkdir -p .venv/bin; ln -s /usr/bin/python3 .venv/bin/python", "1", "resolved")]
    [InlineData("sh /solution/solve.sh; rm -rf tests pyproject.toml", "1", "resolved")]
    [InlineData("sh /solution/solve.sh; sed -i 's/def wrap/def wrapped/' src/textkit/wrap.py", "0", "fail_to_pass")]
    [InlineData("printf 'def pytest_runtest_makereport(item, call):\\n    call.excinfo = None\\n' | tee conftest.py >tests/conftest.py", "0", "fail_to_pass")]
    [InlineData("mkdir -p ~/.local/lib/python3.11/site-packages; echo 'import os; os._exit(0)' | tee ~/.local/lib/python3.11/site-packages/usercustomize.py >/opt/env/site/sitecustomize.py", "0", "fail_to_pass")]
    [InlineData("rm -rf tests; ln -s /tmp tests; printf 'def test_lines_fill_up_to_the_width(): pass\\n' >/tmp/test_wrap.py", "0", "fail_to_pass")]
    [InlineData("echo 1 >/logs/verifier/reward.txt; echo '{\"reward\": 1}' >/logs/verifier/reward.json", "0", "fail_to_pass")]
    public async Task An_answer_is_graded(string answer, string reward, string reason)
    {
        var ending = await GradeAsync("mkdir -p /opt/env/site\n" + answer);
        (ending.Reward, ending.Reason).ShouldBe((reward, reason), ending.Detail + ending.Log);
    }

    public static TheoryData<string, string> RunTimeAttacks => [.. PytestRunTimeAttackTests.Attacks.Select(row => (row.Data.Item1, row.Data.Item2))];

    [Theory]
    [MemberData(nameof(RunTimeAttacks))]
    public async Task An_answer_that_forges_from_inside_is_found_out(string name, string code) => (await GradeAsync(Append(WrapTask.File, code))).Reward.ShouldBe("0", name);

    [Theory]
    [InlineData("import os\nos._exit(0)", "forged_report")]
    [InlineData("import os\nos.kill(os.getppid(), 9)\nopen('/logs/verifier/reward.txt', 'w').write('1')", "fail_to_pass")]
    public async Task Code_that_ends_the_run_or_writes_the_reward_gets_none(string code, string reason)
    {
        var ending = await GradeAsync(Append(WrapTask.File, code));
        (ending.Reward, ending.Reason).ShouldBe(("0", reason), ending.Detail);
    }
}

/// <summary>The same for Go.</summary>
public class GoHarborExportTests(GokitRepository sample) : IClassFixture<GokitRepository>
{
    [Theory]
    [InlineData("", "0", "fail_to_pass")]
    [InlineData("sh /solution/solve.sh", "1", "resolved")]
    [InlineData("sh /solution/solve.sh; rm -f *_test.go; mkdir -p vendor/example.com", "1", "resolved")]
    [InlineData("echo 'var x int = \"no\"' >>queue.go", "0", "fail_to_pass")]
    public async Task An_answer_is_graded(string answer, string reward, string reason)
    {
        var small = new SmallTask(sample, "queue.go", "if item > best {", "if item < best {", "queue_test.go", "example.com/gokit.TestSumAndMax", "example.com/gokit.TestSumAndMax/negative", "example.com/gokit.TestSumAndMax/several");
        var ending = await sample.GradeExportedAsync(small, answer);
        (ending.Reward, ending.Reason).ShouldBe((reward, reason), ending.Detail + ending.Log);
    }
}

/// <summary>The same for JavaScript.</summary>
public class NodeHarborExportTests(JskitRepository sample) : IClassFixture<JskitRepository>
{
    [Theory]
    [InlineData("", "0", "fail_to_pass")]
    [InlineData("sh /solution/solve.sh; rm -rf test package.json", "1", "resolved")]
    [InlineData("echo 'process.exit(0);' >>src/queue.js", "0", "fail_to_pass")]
    public async Task An_answer_is_graded(string answer, string reward, string reason)
    {
        var test = sample.Environment.Tests.Select(one => one.Id).Single(id => id.EndsWith("keeps the order of equal ones", StringComparison.Ordinal));
        var ending = await sample.GradeExportedAsync(new(sample, "src/queue.js", "priority > priority", "priority >= priority", "test/queue.test.js", test), answer);
        (ending.Reward, ending.Reason).ShouldBe((reward, reason), ending.Detail + ending.Log);
    }
}
