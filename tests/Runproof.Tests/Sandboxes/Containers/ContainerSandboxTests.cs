using System.Text.Json;
using Runproof.Sandboxes;
using Runproof.Sandboxes.Containers;

namespace Runproof.Tests.Sandboxes.Containers;

/// <summary>Tests of a container engine take turns: they share one service, and it is slow where many ask.</summary>
[CollectionDefinition(Name)]
public sealed class ContainerEngine
{
    public const string Name = "container engine";
}

[Collection(ContainerEngine.Name)]
public sealed class ContainerSandboxTests() : SandboxContractTests(SandboxBackends.Container)
{
    public override ValueTask InitializeAsync() => PodmanService.RequireAsync();

    [Fact]
    public async Task Bytes_written_are_limited_soon()
    {
        await using var sandbox = await Bench.SandboxAsync(new SandboxLimits(WrittenBytes: 8 << 20));
        var result = await sandbox.ExecuteAsync(Sh("i=0; while [ $i -lt 600 ]; do head -c 1000000 /dev/zero > part$i; i=$((i+1)); sleep 0.05; done; echo all", seconds: 60));
        result.Succeeded.ShouldBeFalse();
        result.TimedOut.ShouldBeFalse();
        result.Output.Text.ShouldBe("");
        result.Error.Text.ShouldContain("more than 8388608 bytes were written");
    }

    [Fact]
    public async Task A_command_is_filtered_and_an_ordinary_user_outside_as_well()
    {
        await using var sandbox = await Bench.SandboxAsync();
        var result = await sandbox.ExecuteAsync(Sh("sed -n 's/^Seccomp:[[:space:]]*//p' /proc/self/status; cat /proc/self/uid_map; grep CapBnd /proc/self/status; touch f; stat -c %u f"));
        var lines = result.Output.Text.Split('\n');
        lines[0].ShouldBe("2");
        lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["0", "0", "4294967295"]);
        lines[2].ShouldBe("CapBnd:\t0000000000000000");
        lines[3].ShouldBe("1000");
    }

    [Fact]
    public async Task A_container_that_somebody_removes_is_an_infrastructure_failure_not_a_result()
    {
        await using var sandbox = await Bench.SandboxAsync();
        var running = sandbox.ExecuteAsync(Sh("echo begun; sleep 60", seconds: 120));
        using var engine = await EngineClient.ConnectAsync(EngineAddress.Find(), CancellationToken.None);
        IReadOnlyList<string> own = [];
        for (var i = 0; i < 100 && own.Count == 0; i++)
        {
            await Task.Delay(100);
            own = await ListAsync(engine, "containers/json", running: true);
        }

        foreach (var id in own) await engine.DeleteAsync($"containers/{id}?force=1");
        (await Should.ThrowAsync<SandboxException>(() => running)).Message.ShouldContain("somebody else");
    }

    [Fact]
    public async Task What_a_killed_run_left_is_removed_at_the_next_start()
    {
        const string noProcess = "4194305";
        using var engine = await EngineClient.ConnectAsync(EngineAddress.Find(), CancellationToken.None);
        await using (await Bench.SandboxAsync()) { }
        var labels = StaleContainers.Labels(Bench.Root);
        labels["runproof.process"] = noProcess;
        var image = (await engine.GetAsync("images/json")).Json.EnumerateArray().First(one => one.GetProperty("RepoTags").ToString().Contains("runproof-root", StringComparison.Ordinal)).GetProperty("Id").GetString();
        (await engine.PostAsync("volumes/create", new { Name = "left-" + Guid.NewGuid().ToString("N"), Labels = labels })).Succeeded.ShouldBeTrue();
        (await engine.PostAsync("containers/create", new { Image = image, Cmd = new[] { "/bin/true" }, Labels = labels })).Succeeded.ShouldBeTrue();
        (await ListAsync(engine, "containers/json")).Count.ShouldBe(1);
        (await ListAsync(engine, "volumes")).Count.ShouldBe(1);

        using var next = new ContainerProvider(Bench.Root);
        await next.ProbeAsync();
        (await ListAsync(engine, "containers/json")).ShouldBeEmpty();
        (await ListAsync(engine, "volumes")).ShouldBeEmpty();
    }

    [Fact]
    public override async Task Nothing_stays_behind()
    {
        await base.Nothing_stays_behind();
        using var engine = await EngineClient.ConnectAsync(EngineAddress.Find(), CancellationToken.None);
        (await ListAsync(engine, "containers/json")).ShouldBeEmpty();
        (await ListAsync(engine, "volumes")).ShouldBeEmpty();
        Directory.EnumerateDirectories(Path.GetTempPath(), $"{WritableFolders.NamesPrefix}{Environment.ProcessId}-*").SelectMany(Directory.EnumerateFileSystemEntries)
            .ShouldNotContain(link => (new FileInfo(link).LinkTarget ?? "").StartsWith(Bench.Root, StringComparison.Ordinal));
    }

    /// <summary>Those of this workspace.</summary>
    private async Task<IReadOnlyList<string>> ListAsync(EngineClient engine, string what, bool running = false)
    {
        var filter = Uri.EscapeDataString(JsonSerializer.Serialize(new { label = new[] { $"runproof.workspace={Bench.Root}" } }));
        var all = (await engine.GetAsync($"{what}?filters={filter}{(running ? "" : "&all=1")}")).OrThrow("list").Json;
        if (all.ValueKind == JsonValueKind.Object) all = all.GetProperty("Volumes");
        return all.ValueKind != JsonValueKind.Array ? [] : [.. all.EnumerateArray().Select(one => one.GetProperty(what == "volumes" ? "Name" : "Id").GetString()!)];
    }
}

[Collection(ContainerEngine.Name)]
public sealed class ContainerSessionTests() : SessionContractTests(SandboxBackends.Container)
{
    public override ValueTask InitializeAsync() => PodmanService.RequireAsync();
}

[Collection(ContainerEngine.Name)]
public sealed class ContainerFilesTests() : SandboxFilesTests(SandboxBackends.Container)
{
    public override ValueTask InitializeAsync() => PodmanService.RequireAsync();
}
