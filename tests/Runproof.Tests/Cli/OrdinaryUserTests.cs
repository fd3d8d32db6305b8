using System.Diagnostics;
using System.Text.Json;
using Runproof.Cli;
using Runproof.Injection;
using Runproof.Sandboxes;

namespace Runproof.Tests.Cli;

/// <summary>Everything works without being root. Run by root, the program is started as user 65534.</summary>
public sealed class OrdinaryUserTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_sample_gives_tasks_to_an_ordinary_user()
    {
        var sample = await Sample.PrepareAsync("unitconv", _bench.Root, TestContext.Current.CancellationToken);
        var user = Libc.IsRoot ? new[] { "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups" } : ["env"];
        if (Libc.IsRoot)
        {
            using var owner = Process.Start("chown", ["-R", "65534:65534", Path.GetDirectoryName(_bench.Root)!]);
            await owner.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        // The program's own folder may lie where only its owner can read.
        if (!await SucceedsAsync([.. user, "test", "-x", Path.Combine(AppContext.BaseDirectory, "runproof-cli"), "-a", "-x", AstGrep.Program()])) Assert.Skip("the program lies where an ordinary user cannot read it");

        var workspace = Path.Combine(_bench.Root, "ws");
        var result = await RunAsync([.. user, "env", $"HOME={_bench.Root}", Path.Combine(AppContext.BaseDirectory, "runproof-cli"), "inject", sample, "--count", "4", "--json", "--workspace", workspace]);
        result.ExitCode.ShouldBe(0, result.Error);
        var answer = JsonDocument.Parse(result.Output).RootElement;
        answer.GetProperty("judged").GetInt32().ShouldBe(4);
        answer.GetProperty("rejected").TryGetProperty(Rejection.Infrastructure, out _).ShouldBeFalse();
        Directory.EnumerateFileSystemEntries(Path.Combine(workspace, "tmp")).ShouldBeEmpty();
    }

    private static async Task<bool> SucceedsAsync(string[] command) => (await RunAsync(command)).ExitCode == 0;

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
