using System.Text.Json.Nodes;
using Runproof.Agents;
using Runproof.Catalogue;
using Runproof.Rollouts;
using Runproof.Rollouts.Formats;
using Runproof.Rollouts.Imports;
using Runproof.Tasks;
using Runproof.Tests.Rollouts.Formats;
using Runproof.Tests.Verification;

namespace Runproof.Tests.Rollouts.Imports;

/// <summary>Other people's attempts at a task of a sample repository: running decides what is kept, whatever their files say.</summary>
public sealed class TrajectoryImportTests(TextkitRepository sample) : IClassFixture<TextkitRepository>, IAsyncLifetime
{
    private readonly Workbench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await _bench.DisposeAsync();

    private async Task<CodingTask> AddAsync(string id)
    {
        var task = await new WrapTask(sample).TaskAsync() with { InstanceId = id };
        new TaskTable(sample.Workspace).Add(task, "test");
        return task;
    }

    private Task<IReadOnlyList<ImportedFile>> ImportAsync(IReadOnlyDictionary<string, string>? patches = null, params string[] paths) =>
        new TrajectoryImport(sample.Workspace, SilentLog.Instance, TimeProvider.System, 2, new(), patches ?? new Dictionary<string, string>()).RunAsync(paths.Length > 0 ? paths : [_bench.Root], Cancel);

    /// <summary>An attempt with a patch, written by a format of ours under a name.</summary>
    private string Write(string format, string name, string instance, string patch, bool hasMalformed = false)
    {
        var attempt = SampleAttempt.Make(hasMalformed: hasMalformed);
        attempt = attempt with { Rollout = attempt.Rollout with { Key = attempt.Rollout.Key with { InstanceId = instance }, Patch = patch } };
        var path = Path.Combine(_bench.Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, SampleAttempt.Written(TrajectoryFormats.Of(format), attempt));
        return path;
    }

    [Fact]
    public async Task A_right_patch_is_kept_a_wrong_one_is_not_and_none_comes_in_twice()
    {
        var task = await AddAsync("i.judged");
        var wrong = await new WrapTask(sample).DiffAsync("src/textkit/other.py", null, "x = 1\n");
        Write("mini", "a.traj.json", "i.judged", task.GoldPatch);
        Write("atif", "b.json", "i.judged", wrong);
        Write("swe-agent", "c.traj", "i.judged", task.GoldPatch, hasMalformed: true);
        var files = await ImportAsync();
        files.Select(file => (Path.GetFileName(file.File), file.Format, file.Outcome, file.IsKept, file.IsNew)).ShouldBe(
        [
            ("a.traj.json", "mini", RolloutOutcome.Resolved, true, true), ("b.json", "atif", RolloutOutcome.Unresolved, false, true), ("c.traj", "swe-agent", RolloutOutcome.Resolved, false, true),
        ]);
        files[1].Reason.ShouldBe("fail_to_pass (not kept: unresolved)");
        files[2].Reason.ShouldBe("resolved (not kept: malformed_call)");
        files.Select(file => file.Id!.Split('.')[^1]).ShouldBe(["1", "2", "3"]);

        var again = await ImportAsync();
        again.Select(file => (file.Id, file.Outcome, file.IsNew)).ShouldBe(files.Select(file => (file.Id, file.Outcome, false)));
        var key = new RolloutTable(sample.Workspace, TimeProvider.System).Keys().First(one => one.Name == files[0].Id);
        var trajectory = new TrajectoryReader(sample.Workspace, TimeProvider.System).Read(key);
        (trajectory.Plan.Origin, trajectory.Plan.Agent, trajectory.Plan.Model).ShouldBe((RolloutPlan.Imported, "mini", "qwen3-coder-480b"));
        trajectory.Conversation.Task.ShouldContain("«naïve» 文字");
        trajectory.Turns.Count.ShouldBe(3);
        trajectory.Rollout.Verdict!.Reason.ShouldBe("resolved");

        // What was imported goes out again.
        foreach (var format in TrajectoryFormats.All) SampleAttempt.Written(format, trajectory).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task What_a_file_says_of_its_success_counts_for_nothing()
    {
        await AddAsync("i.boast");
        var path = Write("atif", "boast.json", "i.boast", await new WrapTask(sample).DiffAsync("src/textkit/other.py", null, "y = 1\n"));
        JsonNode.Parse(await File.ReadAllTextAsync(path, Cancel))!["extra"]!["outcome"]!.GetValue<string>().ShouldBe("resolved");

        // A copy of a file is the same attempt.
        var copy = path + ".json";
        File.Copy(path, copy);
        var files = await ImportAsync(null, path, copy);
        files.ShouldAllBe(file => file.Outcome == RolloutOutcome.Unresolved);
        (files[0].Id == files[1].Id, files[0].IsNew, files[1].IsNew).ShouldBe((true, true, false));
    }

    [Fact]
    public async Task Each_file_that_cannot_come_in_has_its_reason()
    {
        await AddAsync("i.reasons");
        Write("mini", "a.traj.json", "nobody.1", SampleAttempt.Patch);
        Write("mini", "b.traj.json", "i.reasons", "");
        await File.WriteAllTextAsync(Path.Combine(_bench.Root, "c.traj"), "{ no", Cancel);
        await File.WriteAllTextAsync(Path.Combine(_bench.Root, "d.traj"), """{"trajectory": [], "info": {}}""", Cancel);
        await File.WriteAllTextAsync(Path.Combine(_bench.Root, "result.json"), """{"task_name": "x"}""", Cancel);
        await AddAsync("i.shut");
        new QuarantineTable(sample.Workspace).Add("i.shut", "unsteady", DateTimeOffset.UnixEpoch);
        Write("mini", "e.traj.json", "i.shut", SampleAttempt.Patch);
        var files = await ImportAsync();
        files.ShouldAllBe(file => file.Outcome == null && file.Id == null);
        files.Select(file => $"{Path.GetFileName(file.File)}: {file.Reason}").ShouldBe(
        [
            "a.traj.json: this workspace has no task 'nobody.1'", "b.traj.json: it holds no patch (submitted after 3 turns), and none lies beside it: --predictions FILE can give one", files[2].File[(_bench.Root.Length + 1)..] + ": " + files[2].Reason,
            "d.traj: it has no step", "e.traj.json: its task is quarantined: see 'runproof tasks list --quarantined'",
        ]);
        files[2].Reason.ShouldStartWith("it is no JSON: ");
        (await ImportAsync(null, Path.Combine(_bench.Root, "result.json"))).ShouldHaveSingleItem().Reason.ShouldBe("it is none of ATIF, mini-swe-agent's .traj.json and SWE-agent's .traj");
        (await Should.ThrowAsync<InputException>(() => ImportAsync(null, "/no/such"))).Message.ShouldContain("does not exist");
    }

    [Fact]
    public async Task Task_and_patch_are_found_beside_a_file()
    {
        var task = await AddAsync("i.beside");
        string Bare(string folder)
        {
            var path = Write("atif", Path.Combine(folder, "trajectory.json"), "i.beside", "");
            var root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            root.Remove("extra");
            foreach (var step in root["steps"]!.AsArray()) step!.AsObject().Remove("extra");
            foreach (var result in root["steps"]!.AsArray().SelectMany(step => step!["observation"]?["results"]?.AsArray() ?? [])) result!.AsObject().Remove("extra");
            File.WriteAllText(path, root.ToJsonString());
            return path;
        }

        // A trial of Harbor: its folder's name has a suffix, its result says the task.
        var trial = Bare("t1/i.beside__x7Yk2/agent");
        (await ImportAsync(new Dictionary<string, string> { ["i.beside"] = task.GoldPatch }, trial)).ShouldHaveSingleItem().Outcome.ShouldBe(RolloutOutcome.Resolved);
        var told = Bare("t2/trial/agent");
        await File.WriteAllTextAsync(Path.Combine(_bench.Root, "t2/trial/result.json"), """{"task_name": "runproof/i.beside"}""", Cancel);
        await File.WriteAllTextAsync(Path.Combine(_bench.Root, "t2/trial/agent/model.patch"), task.GoldPatch.ReplaceLineEndings("\r\n"), Cancel);
        var file = (await ImportAsync(null, told)).ShouldHaveSingleItem();
        (file.Outcome, file.InstanceId).ShouldBe((RolloutOutcome.Resolved, "i.beside"));
    }

    [Fact]
    public async Task An_import_that_was_cut_off_before_the_verdict_goes_on()
    {
        var task = await AddAsync("i.cut");
        var path = Write("mini", "cut.traj.json", "i.cut", task.GoldPatch);
        using (var killed = new CancellationTokenSource())
        {
            var log = new CutOff(killed);
            await Should.ThrowAsync<OperationCanceledException>(() => new TrajectoryImport(sample.Workspace, log, TimeProvider.System, 1, new(), new Dictionary<string, string>()).RunAsync([path], killed.Token));
        }

        new RolloutTable(sample.Workspace, TimeProvider.System).Keys().ShouldNotContain(key => key.InstanceId == "i.cut");
        var file = (await ImportAsync(null, path)).ShouldHaveSingleItem();
        (file.Outcome, file.IsNew).ShouldBe((RolloutOutcome.Resolved, false));
        new RolloutTable(sample.Workspace, TimeProvider.System).Keys().Count(key => key.InstanceId == "i.cut").ShouldBe(1);
    }

    [Fact]
    public async Task The_verb_lists_shows_and_exports()
    {
        var task = await AddAsync("i.verb");
        Write("mini", "right.traj.json", "i.verb", task.GoldPatch);
        Write("mini", "wrong.traj.json", "i.verb", await new WrapTask(sample).DiffAsync("src/textkit/other.py", null, "z = 1\n"));
        (await ImportAsync()).Count.ShouldBe(2);
        var program = new Cli.Program(sample.Workspace.Root);
        var list = (await program.RunAsync("trajectories", "list", "i.verb", "--json")).Json;
        (list.GetProperty("total").GetInt32(), list.GetProperty("kept").GetInt32()).ShouldBe((2, 1));
        var id = list.GetProperty("trajectories").EnumerateArray().Single(one => one.GetProperty("kept").GetBoolean()).GetProperty("id").GetString()!;
        (await program.RunAsync("trajectories", "list", "i.verb")).Output.ShouldContain("2 attempts, 1 kept");

        var shown = await program.RunAsync("trajectories", "show", id);
        foreach (var text in new[] { "turn 1", "naïve café", "ls \"/testbed/文字\"", "exit code 1", "all 1 FAIL_TO_PASS", "resolved 1", "hacks", "kept" }) shown.Output.ShouldContain(text);
        shown.Output.ShouldNotContain('\u0001');
        (await program.RunAsync("trajectories", "show", id, "--json")).Json.GetProperty("turns").GetArrayLength().ShouldBe(3);
        (await program.RunAsync("trajectories", "show", "i.verb")).Line.ShouldContain("2 attempts begin with 'i.verb'");

        foreach (var format in TrajectoryFormats.All)
        {
            var target = Path.Combine(_bench.Root, "out", format.Name);
            var written = await program.RunAsync("trajectories", "export", "--format", format.Name, "--out", target, "--kept", "i.verb", "--json");
            written.ExitCode.ShouldBe(0, written.Error);
            written.Json.GetProperty("attempts").GetInt32().ShouldBe(1, format.Name);
            if (format.FileEnding is { } ending) Directory.GetFiles(target).ShouldBe([Path.Combine(target, id + ending)]);
            else File.ReadAllText(target).ShouldEndWith("\n");
        }

        (await program.RunAsync("trajectories", "export", "--format", "preds", "--out", Path.Combine(_bench.Root, "preds.jsonl"), "i.verb")).Line.ShouldContain("several at 'i.verb'");
        var messages = await program.RunAsync("trajectories", "export", "--format", "verl", "--out", Path.Combine(_bench.Root, "verl.jsonl"), "i.verb");
        messages.Output.ShouldContain("note: 1 attempts left out: without token ids only what is kept can be a row");
        messages.Output.ShouldContain("note: 1 of 1 attempts have no token ids");
        (await program.RunAsync("trajectories", "list", "nobody")).Line.ShouldBe("no attempt 'nobody': see 'runproof trajectories list'");
    }

    [Fact]
    public async Task The_verb_imports_and_says_no_where_nothing_came_in()
    {
        var file = Write("mini", "a.traj.json", "nobody.1", SampleAttempt.Patch);
        var ending = await new Cli.Program(Path.Combine(_bench.Root, "ws")).RunAsync("trajectories", "import", file, "--json");
        ending.ExitCode.ShouldBe(1, ending.Error);
        (ending.Json.GetProperty("imported").GetInt32(), ending.Json.GetProperty("refused").GetInt32()).ShouldBe((0, 1));
        ending.Json.GetProperty("files")[0].GetProperty("reason").GetString().ShouldBe("this workspace has no task 'nobody.1'");
        (await new Cli.Program(Path.Combine(_bench.Root, "ws")).RunAsync("trajectories", "import", Path.Combine(_bench.Root, "none"))).Line.ShouldContain("does not exist");
    }

    /// <summary>Ends the work when grading begins.</summary>
    private sealed class CutOff(CancellationTokenSource source) : IProgressLog
    {
        public void Say(string text) { }

        public IProgressItem Begin(string title, int? items)
        {
            source.Cancel();
            return SilentLog.Instance;
        }
    }
}
