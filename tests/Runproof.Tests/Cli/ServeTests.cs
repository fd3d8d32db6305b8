using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Runproof.Tests.Cli;

/// <summary>The verb: from its one line of JSON to the signal that ends it.</summary>
public sealed class ServeTests : IAsyncLifetime
{
    private readonly Workbench _bench = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Theory]
    [InlineData("--host 0.0.0.0", "--host 0.0.0.0 lets others in: give --token TOKEN or set RUNPROOF_TOKEN")]
    [InlineData("--model gpt", "--model 'gpt': it is openai:URL#NAME, for example openai:http://localhost:8000/v1#qwen3-coder")]
    [InlineData("--agent nobody", "no agent 'nobody': there is mini, swe-agent, openhands, terminus, aider")]
    [InlineData("--tests some", "tests 'some': it is hidden or visible")]
    [InlineData("--idle-seconds 0", "--idle-seconds must be greater than 0")]
    public async Task What_cannot_be_served_is_told_in_one_line(string arguments, string line)
    {
        var ending = await new Program(_bench.Root).RunAsync(["serve", .. arguments.Split(' ')]);
        (ending.ExitCode, ending.Line).ShouldBe((2, line));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task An_interrupt_ends_it_in_order(string signal)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var process = new Program(_bench.Root).Start("serve", "--port", "0", "--json");
        _ = process.StandardError.ReadToEndAsync(cancel);
        var said = "";
        while (!said.Contains('}', StringComparison.Ordinal)) said += await process.StandardOutput.ReadLineAsync(cancel) + "\n";
        var told = JsonNode.Parse(said)!;
        (told["tasks"]!.GetValue<int>(), told["gateway"]!.GetValue<bool>()).ShouldBe((0, false));
        using (var http = new HttpClient { BaseAddress = new(told["url"]!.ToString()) })
        {
            (await http.GetStringAsync("/health", cancel)).ShouldBe("""{"status":"healthy"}""");
            using var refused = await http.PostAsync("/reset", new StringContent("{}"), cancel);
            (await refused.Content.ReadAsStringAsync(cancel)).ShouldContain("there are no tasks to draw from");
        }

        using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"])) await kill.WaitForExitAsync(cancel);
        await process.WaitForExitAsync(cancel);
        process.ExitCode.ShouldBe(0);
    }
}
