using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Runproof.Server.Gateway;

namespace Runproof.Tests.Server;

/// <summary>An agent that is a command: it reaches its model from inside of the sandbox, and nothing else.</summary>
public sealed class CommandRolloutTests(ServedTextkit sample) : IClassFixture<ServedTextkit>
{
    /// <summary>Asks its model for a command and runs it; then tries what it must not reach.</summary>
    private const string Agent = """
        import json, os, socket, subprocess, sys, urllib.request
        def ask(path):
            body = json.dumps({"model": "m", "messages": [{"role": "user", "content": os.environ["RUNPROOF_PROMPT"]}]}).encode()
            return json.loads(urllib.request.urlopen(urllib.request.Request(os.environ["OPENAI_BASE_URL"] + path, body, {"Content-Type": "application/json"})).read())
        assert sys.stdin.read() == os.environ["RUNPROOF_PROMPT"]
        call = ask("/chat/completions")["choices"][0]["message"]["tool_calls"][0]["function"]
        subprocess.run(json.loads(call["arguments"])["command"], shell=True, check=True)
        for path in ("/../sessions", "/../reset", "/../tasks", "/../sessions/other/v1/chat/completions"):
            try:
                ask(path)
                print("REACHED", path)
            except urllib.error.HTTPError as error:
                print("kept out", error.code)
        for address in (("127.0.0.1", PORT), ("192.0.2.1", 80)):
            try:
                socket.create_connection(address, timeout=2)
                print("REACHED", address)
            except OSError as error:
                print("kept out", type(error).__name__)
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task Answer(HttpContext context, JsonObject request, int before) => FakeModel.SayAsync(context, new()
    {
        ["role"] = "assistant", ["content"] = "", ["tool_calls"] = new JsonArray(new JsonObject { ["id"] = "c", ["type"] = "function", ["function"] = new JsonObject { ["name"] = "bash", ["arguments"] = """{"command": "sed -i 's/< width/<= width/' src/textkit/wrap.py"}""" } }),
    }, [1, 2], [3], [-0.5], "tool_calls");

    [Fact]
    public async Task It_solves_a_task_by_the_gateway_and_its_calls_are_recorded()
    {
        await using var model = await FakeModel.StartAsync(Answer);
        await using var server = await sample.StartAsync(backend: new UrlBackend(model.Url, null, null, TimeSpan.FromSeconds(60)));
        using var http = new HttpTalk(server);
        var script = Agent.Replace("PORT", $"{server.Address.Port}", StringComparison.Ordinal);
        var rollout = await http.PostAsync("/rollouts", new JsonObject { ["command"] = $"/usr/bin/python3 -c '{script.Replace("'", "'\\''", StringComparison.Ordinal)}'", ["task_id"] = "small.x.1", ["session_id"] = "cmd", ["seconds"] = 120 }.ToJsonString());
        (rollout["reward"]?.GetValue<double>(), rollout["exit"]!.ToString(), rollout["traces"]!.GetValue<int>()).ShouldBe((1.0, "submitted", 1), rollout.ToJsonString());
        rollout["output"]!.ToString().ShouldNotContain("REACHED");
        rollout["output"]!.ToString().Split("kept out").Length.ShouldBe(7);
        rollout["patch"]!.ToString().ShouldContain("wrap.py");
        var traces = (JsonArray)await http.GetAsync("/sessions/cmd/traces");
        traces[0]!["completion_token_ids"]!.ToJsonString().ShouldBe("[3]");
        traces[0]!["messages"]![0]!["content"]!.ToString().ShouldContain("/testbed");
        server.Sessions.Active.ShouldBe(0);
    }

    [Fact]
    public async Task One_that_fails_or_does_not_end_has_not_submitted_and_leaves_nothing()
    {
        await using var model = await FakeModel.StartAsync(Answer);
        string[] Left() => [.. Directory.EnumerateFileSystemEntries(Path.Combine(sample.Workspace.Root, "tmp")).Order(StringComparer.Ordinal)];
        var before = Left();
        await using (var server = await sample.StartAsync(backend: new UrlBackend(model.Url, null, null, TimeSpan.FromSeconds(60))))
        {
            using var http = new HttpTalk(server);
            var failed = await http.PostAsync("/rollouts", """{"command": "echo oh >&2; exit 3"}""");
            (failed["exit"]!.ToString(), failed["exit_detail"]!.ToString(), failed["reward"]!.GetValue<double>(), failed["output"]!.ToString()).ShouldBe(("gave_up", "the command ended with exit code 3", -0.5, "oh\n"));
            var endless = await http.PostAsync("/rollouts", """{"command": "sleep 1000", "seconds": 1}""");
            (endless["exit"]!.ToString(), endless["reward"]!.GetValue<double>()).ShouldBe(("time", -0.5));
            (await http.SendAsync(HttpMethod.Post, "/rollouts", """{"command": " "}""")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            server.Sessions.Active.ShouldBe(0);
        }

        Left().ShouldBe(before);
        Cancel.IsCancellationRequested.ShouldBeFalse();
    }
}
