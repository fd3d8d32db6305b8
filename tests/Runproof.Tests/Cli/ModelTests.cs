using Runproof.Cli;
using Runproof.Sandboxes;
using Runproof.Tests.Chat;
using Runproof.Tests.Injection;

namespace Runproof.Tests.Cli;

/// <summary><c>--model</c> as a user gives it.</summary>
public sealed class ModelTests : IAsyncLifetime
{
    private const string Key = "sk-very-secret-0123456789";

    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private Program Program(params string[] variables) => new(Path.Combine(_bench.Root, "ws"), ["--unset=OPENAI_BASE_URL", "--unset=OPENAI_API_KEY", .. variables]);

    private Task<string> SampleAsync() => Sample.PrepareAsync("textkit", _bench.Root, TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("--model needs a server: give --model-url URL (for example http://localhost:8000/v1) or set OPENAI_BASE_URL", "--model", "m")]
    [InlineData("--model-url is no http or https address: give one like http://localhost:8000/v1", "--model", "m", "--model-url", "localhost")]
    [InlineData("--model-url means nothing without --model NAME", "--model-url", "http://localhost:8000/v1")]
    [InlineData("--model-replay: 'no-such-file' does not exist: --model-record FILE makes one", "--model", "m", "--model-replay", "no-such-file")]
    public async Task Options_that_cannot_be_used_are_one_line_before_anything_is_done(string line, params string[] arguments)
    {
        var ending = await Program().RunAsync(["inject", "no-such-repository", .. arguments]);
        (ending.ExitCode, ending.Line, ending.Output).ShouldBe((2, line, ""));
    }

    [Fact]
    public async Task The_help_shows_an_example()
    {
        foreach (var verb in new[] { "inject", "run" }) (await Program().RunAsync(verb, "--help")).Output.ShouldContain("--model qwen3 --model-url http://localhost:8000/v1");
    }

    [Fact]
    public async Task A_model_that_is_not_there_ends_the_run_with_a_line_and_the_key_is_nowhere()
    {
        await using var server = new ChatServer(ChatReply.Fails(404, $"no model small for {Key}"));
        var ending = await Program($"OPENAI_BASE_URL={server.Url}", $"OPENAI_API_KEY={Key}").RunAsync("inject", await SampleAsync(), "--count", "8", "--model", "small");
        ending.ExitCode.ShouldBe(2);
        ending.Line.ShouldStartWith($"the server at {server.Url} has no model 'small'");
        (ending.Error + ending.Output).ShouldNotContain(Key);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_said_once_and_the_template_writes()
    {
        var ending = await Program().RunAsync("run", await SampleAsync(), "--count", "6", "--rollouts", "0", "--model", "small", "--model-url", ChatServer.Nobody.AbsoluteUri, "--json");
        ending.ExitCode.ShouldBe(0, ending.Error);
        ending.Error.Split('\n').Count(line => line.Contains("does not answer", StringComparison.Ordinal)).ShouldBe(1);
        var statements = ending.Json.GetProperty("inject").GetProperty("statements");
        statements.GetProperty("fallbacks").GetProperty("endpoint").GetInt32().ShouldBe(ending.Json.GetProperty("tasks").GetInt32());
        statements.GetProperty("fallback_rate").GetDouble().ShouldBe(1);
        File.ReadAllText(ending.Json.GetProperty("report").GetString()!).ShouldContain("endpoint");
    }

    [Fact]
    public async Task A_killed_run_goes_on_without_asking_again_for_what_it_has_and_the_key_is_nowhere()
    {
        await using var server = new ChatServer((request, _) => ModelStatementsTests.Report(request));
        var program = Program($"OPENAI_BASE_URL={server.Url}", $"OPENAI_API_KEY={Key}");
        string[] arguments = ["inject", await SampleAsync(), "--count", "12", "--json", "--jobs", "1", "--model", "small"];
        using (var process = program.Start(arguments))
        {
            _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            _ = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            while (server.Requests.Count < 3 && !process.HasExited) await Task.Delay(20, TestContext.Current.CancellationToken);
            _ = Libc.Kill(process.Id, Libc.SignalKill);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var before = server.Requests.Select(request => request.Text).ToList();
        var resumed = await program.RunAsync(arguments);
        resumed.ExitCode.ShouldBe(0, resumed.Error);
        server.Requests.Skip(before.Count).Count(request => before.Contains(request.Text)).ShouldBeLessThanOrEqualTo(1, "the one in hand may be asked again");
        resumed.Json.GetProperty("statements").GetProperty("writers").GetProperty("small").GetInt32().ShouldBeGreaterThan(2);

        var shown = await program.RunAsync("tasks", "show", resumed.Json.GetProperty("tasks")[0].GetString()!, "--json");
        shown.Json.GetProperty("statement").GetProperty("attempts").GetInt32().ShouldBeGreaterThan(0);
        server.Requests.ShouldAllBe(request => request.Authorization == "Bearer " + Key);
        (resumed.Output + resumed.Error + shown.Output).ShouldNotContain(Key);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_bench.Root, "ws"), "*", SearchOption.TopDirectoryOnly).Where(file => !file.EndsWith("lock", StringComparison.Ordinal)))
            System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).ShouldNotContain(Key);
    }
}
