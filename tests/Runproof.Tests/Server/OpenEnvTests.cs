using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Runproof.Tests.Verification;

namespace Runproof.Tests.Server;

/// <summary>OpenEnv over HTTP and WebSockets, and what becomes of slots when clients do odd things.</summary>
public sealed class OpenEnvTests(ServedTextkit sample) : IClassFixture<ServedTextkit>
{
    private const string Look = """{"type": "step", "data": {"tool": "bash", "arguments": {"command": "pwd"}}}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Step(string command) => new JsonObject { ["tool"] = "bash", ["arguments"] = new JsonObject { ["command"] = command } }.ToJsonString();

    [Fact]
    public async Task An_episode_over_a_websocket_ends_with_the_reward_of_its_verdict()
    {
        await using var server = await sample.StartAsync();
        await using var client = await SocketTalk.OpenAsync(server);
        var begun = await client.AskAsync("""{"type": "reset", "data": {"seed": 3, "episode_id": "e1", "unknown_to_us": true}}""");
        begun!["type"]!.ToString().ShouldBe("observation");
        var seen = begun["data"]!["observation"]!;
        (seen["task_id"]!.ToString(), seen["tests"]!.ToString(), seen["episode_id"]!.ToString()).ShouldBe(("small.x.1", "hidden", "e1"));
        seen["messages"]!.AsArray().Select(message => message!["role"]!.ToString()).ShouldBe(["system", "user"]);
        seen["tools"]![0]!["function"]!["name"]!.ToString().ShouldBe("bash");

        var looked = await client.AskAsync($$"""{"type": "step", "data": {{Step("ls tests; false")}} }""");
        looked!["data"]!["done"]!.GetValue<bool>().ShouldBeFalse();
        looked["data"]!["reward"].ShouldBeNull();
        looked["data"]!["observation"]!["results"]![0]!["exit_code"]!.GetValue<int>().ShouldBe(1);
        looked["data"]!["observation"]!["text"]!.ToString().ShouldNotContain("test_wrap.py");

        var ended = (await client.AskAsync($$"""{"type": "step", "data": {{Step(ServedTextkit.Repair)}} }"""))!["data"]!;
        ended["done"]!.GetValue<bool>().ShouldBeTrue();
        ended["reward"]!.GetValue<double>().ShouldBe(1, ended.ToJsonString());
        (ended["observation"]!["resolved"]!.GetValue<bool>(), ended["observation"]!["infrastructure"]!.GetValue<bool>(), ended["observation"]!["rewards"]!["total"]!.GetValue<double>()).ShouldBe((true, false, 1.0));

        (await client.AskAsync(Look))!["data"]!["code"]!.ToString().ShouldBe("VALIDATION_ERROR");
        (await client.AskAsync("""{"type": "reset"}"""))!["data"]!["observation"]!["step_count"]!.GetValue<int>().ShouldBe(0);
        (await client.AskAsync("""{"type": "close"}""")).ShouldBeNull();
        await ServedTextkit.ShouldBeFreeAsync(server);
    }

    [Fact]
    public async Task A_python_client_of_the_standard_library_gets_its_episode()
    {
        if ((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').All(folder => !File.Exists(Path.Combine(folder, "python3")))) Assert.Skip("no python3");
        await using var server = await sample.StartAsync();
        using var python = Process.Start(new ProcessStartInfo("python3", [Path.Combine(AppContext.BaseDirectory, "server/openenv_client.py"), "127.0.0.1", $"{server.Address.Port}", ServedTextkit.Repair]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = python.StandardError.ReadToEndAsync(Cancel);
        var lines = (await python.StandardOutput.ReadToEndAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        await python.WaitForExitAsync(Cancel);
        python.ExitCode.ShouldBe(0, await error);
        lines.Count.ShouldBe(5);
        lines[2]["data"]!["observation"]!["text"]!.ToString().ShouldContain("one");
        lines[2]["data"]!["observation"]!["messages"]![0]!["tool_call_id"]!.ToString().ShouldBe("a");
        (lines[3]["type"]!.ToString(), lines[3]["data"]!["episode_id"]!.ToString(), lines[3]["data"]!["step_count"]!.GetValue<int>()).ShouldBe(("state", "python", 2));
        lines[4]["data"]!["reward"]!.GetValue<double>().ShouldBe(1);
        await ServedTextkit.ShouldBeFreeAsync(server);
    }

    [Fact]
    public async Task What_is_no_message_is_told_by_its_code_and_the_session_goes_on()
    {
        await using var server = await sample.StartAsync();
        await using var client = await SocketTalk.OpenAsync(server);
        async Task<string> CodeAsync(string message) => (await client.AskAsync(message))!["data"]!["code"]!.ToString();
        (await CodeAsync("{bad")).ShouldBe("INVALID_JSON");
        (await CodeAsync("[1]")).ShouldBe("INVALID_JSON");
        (await CodeAsync("""{"type": "dance"}""")).ShouldBe("UNKNOWN_TYPE");
        (await CodeAsync("""{"type": 7}""")).ShouldBe("UNKNOWN_TYPE");
        (await CodeAsync(Look)).ShouldBe("VALIDATION_ERROR", "no episode has begun");
        (await CodeAsync("""{"type": "reset", "data": {"task_id": "nothing-such"}}""")).ShouldBe("VALIDATION_ERROR");
        (await CodeAsync("""{"type": "reset", "data": {"seed": "x"}}""")).ShouldBe("VALIDATION_ERROR");
        (await CodeAsync("""{"type": "reset", "data": {"agent": "nobody"}}""")).ShouldBe("VALIDATION_ERROR");
        (await client.AskAsync("""{"type": "reset", "data": {}}"""))!["type"]!.ToString().ShouldBe("observation");
        (await CodeAsync("""{"type": "step"}""")).ShouldBe("VALIDATION_ERROR");
        (await CodeAsync("""{"type": "step", "data": {"tool": "bash", "arguments": 5}}""")).ShouldBe("VALIDATION_ERROR");
        (await CodeAsync("""{"type": "step", "data": {"text": "no format"}}""")).ShouldBe("VALIDATION_ERROR");

        // What the agent does wrong is the agent's, and costs it a turn.
        var unknown = (await client.AskAsync("""{"type": "step", "data": {"tool": "fly", "arguments": {}}}"""))!["data"]!["observation"]!;
        (unknown["results"]![0]!["outcome"]!.ToString(), unknown["step_count"]!.GetValue<int>()).ShouldBe(("unknown_tool", 1));
        var mistaken = (await client.AskAsync("""{"type": "step", "data": {"tool": "bash", "arguments": {"cmd": "ls"}}}"""))!["data"]!["observation"]!;
        mistaken["results"]![0]!["outcome"]!.ToString().ShouldBe("misused");
        var text = (await client.AskAsync("""{"type": "step", "data": {"text": "<tool_call>\n{\"name\": \"bash\", \"arguments\": {\"command\": \"echo hi\"}}\n</tool_call>", "format": "hermes"}}"""))!["data"]!["observation"]!;
        text["messages"]![0]!["content"]!.ToString().ShouldStartWith("<tool_response>");
    }

    [Fact]
    public async Task An_untouched_repository_is_no_answer_and_a_limit_ends_an_episode()
    {
        await using var server = await sample.StartAsync();
        await using var client = await SocketTalk.OpenAsync(server);
        await client.AskAsync("""{"type": "reset", "data": {"turns": 1}}""");
        var ended = (await client.AskAsync(Look))!["data"]!;
        (ended["done"]!.GetValue<bool>(), ended["observation"]!["exit"]!.ToString(), ended["observation"]!["reason"]!.ToString()).ShouldBe((true, "turns", "empty_patch"));
        ended["reward"]!.GetValue<double>().ShouldBe(-0.5);
    }

    [Fact]
    public async Task A_full_server_says_so_and_has_room_again_when_one_leaves()
    {
        await using var server = await sample.StartAsync();
        await using var first = await SocketTalk.OpenAsync(server);
        await using var second = await SocketTalk.OpenAsync(server);
        await first.AskAsync("""{"type": "reset"}""");
        await second.AskAsync("""{"type": "state"}""");
        await using (var third = await SocketTalk.OpenAsync(server))
        {
            var told = (await third.ReceiveAsync())!["data"]!;
            (told["code"]!.ToString(), told["active_sessions"]!.GetValue<int>(), told["max_sessions"]!.GetValue<int>()).ShouldBe(("CAPACITY_REACHED", 2, 2));
            (await third.ReceiveAsync()).ShouldBeNull();
        }

        using (var http = new HttpTalk(server)) (await http.SendAsync(HttpMethod.Post, "/reset", "{}")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await first.AskAsync("""{"type": "close"}""")).ShouldBeNull();
        while (server.Sessions.Active > 1) await Task.Delay(20, Cancel);
        await using var fourth = await SocketTalk.OpenAsync(server);
        (await fourth.AskAsync("""{"type": "reset"}"""))!["type"]!.ToString().ShouldBe("observation");
    }

    [Fact]
    public async Task A_client_that_vanishes_in_the_middle_of_a_command_gives_its_slot_back()
    {
        await using var server = await sample.StartAsync();
        var client = await SocketTalk.OpenAsync(server);
        await client.AskAsync("""{"type": "reset"}""");
        await client.SendAsync($$"""{"type": "step", "data": {{Step("sleep 3000")}} }""");
        client.Abort();
        await ServedTextkit.ShouldBeFreeAsync(server);
    }

    [Fact]
    public async Task A_connection_that_is_half_open_gives_its_slot_back()
    {
        // It shakes hands and never reads or writes again, as one behind a cable that was pulled.
        await using var server = await sample.StartAsync(ServedTextkit.Options with { PingEvery = TimeSpan.FromMilliseconds(200), PingTimeout = TimeSpan.FromMilliseconds(300) });
        using var silent = new TcpClient();
        await silent.ConnectAsync(IPAddress.Loopback, server.Address.Port, Cancel);
        await silent.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{server.Address.Port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {Convert.ToBase64String(new byte[16])}\r\nSec-WebSocket-Version: 13\r\n\r\n"), Cancel);
        while (server.Sessions.Active == 0) await Task.Delay(10, Cancel);
        await ServedTextkit.ShouldBeFreeAsync(server);
    }

    [Fact]
    public async Task Idle_sessions_are_reaped_over_both_ways()
    {
        await using var server = await sample.StartAsync(ServedTextkit.Options with { Idle = TimeSpan.FromMilliseconds(1500) });
        using var http = new HttpTalk(server);
        var id = (await http.PostAsync("/reset", "{}"))["observation"]!["session_id"]!.ToString();
        await using var client = await SocketTalk.OpenAsync(server);
        await ServedTextkit.ShouldBeFreeAsync(server);
        var told = (await client.ReceiveAsync())!["data"]!;
        (told["code"]!.ToString(), told["message"]!.ToString()).ShouldBe(("SESSION_ERROR", "no call came for 1.5 s"));
        (await http.SendAsync(HttpMethod.Post, "/step", $$"""{"action": {{Step("pwd")}}, "session_id": "{{id}}"}""")).Status.ShouldBe(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task Over_HTTP_a_session_keeps_its_state_and_takes_one_call_at_a_time()
    {
        await using var server = await sample.StartAsync();
        using var http = new HttpTalk(server);
        using var other = new HttpTalk(server);
        var id = (await http.PostAsync("/reset", """{"session_id": "mine", "seed": 1}"""))["observation"]!["session_id"]!.ToString();
        id.ShouldBe("mine");
        await http.PostAsync("/step", $$"""{"action": {{Step("echo kept > note")}} }""", ("X-Session-Id", id));
        (await http.PostAsync("/step", $$"""{"action": {{Step("cat note")}}, "session_id": "mine"}"""))["observation"]!["text"]!.ToString().ShouldContain("kept");

        var slow = http.SendAsync(HttpMethod.Post, "/step", $$"""{"action": {{Step("while [ ! -e go ]; do sleep 0.05; done; echo went")}}, "session_id": "mine", "request_id": "r1"}""");
        while ((await other.GetAsync("/state?session_id=mine"))["busy"]!.GetValue<bool>() == false) await Task.Delay(10, Cancel);
        var (status, told, _) = await other.SendAsync(HttpMethod.Post, "/step", $$"""{"action": {{Step("pwd")}}, "session_id": "mine"}""");
        (status, told).ShouldSatisfyAllConditions(one => one.status.ShouldBe(HttpStatusCode.Conflict), one => one.told.ShouldContain("another call on session 'mine' is under way"));

        // The same request again waits for the same answer; nothing runs twice.
        var again = other.SendAsync(HttpMethod.Post, "/step", $$"""{"action": {{Step("echo never")}}, "session_id": "mine", "request_id": "r1"}""");
        (await other.PostAsync("/close", """{"session_id": "mine"}"""))["closed"]!.GetValue<bool>().ShouldBeTrue();
        (await slow).Status.ShouldBe(HttpStatusCode.Gone);
        (await again).Status.ShouldBe(HttpStatusCode.Gone);
        await ServedTextkit.ShouldBeFreeAsync(server);
        (await http.SendAsync(HttpMethod.Post, "/step", """{"action": {}, "session_id": "none"}""")).Status.ShouldBe(HttpStatusCode.Gone);
        (await http.SendAsync(HttpMethod.Post, "/step", """{"session_id": "none"}""")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await http.SendAsync(HttpMethod.Post, "/reset", "{")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_judged_episode_over_HTTP_holds_no_slot_and_its_end_can_be_asked_for_again()
    {
        await using var server = await sample.StartAsync();
        using var http = new HttpTalk(server);
        await http.PostAsync("/reset", """{"session_id": "done"}""");
        var step = $$"""{"action": {{Step(ServedTextkit.Repair)}}, "session_id": "done", "request_id": "last"}""";
        var ended = await http.PostAsync("/step", step);
        ended["reward"]!.GetValue<double>().ShouldBe(1);
        server.Sessions.Active.ShouldBe(0);
        (await http.PostAsync("/step", step)).ToJsonString().ShouldBe(ended.ToJsonString());
        (await http.GetAsync("/state?session_id=done"))["done"]!.GetValue<bool>().ShouldBeTrue();
        (await http.GetAsync("/schema"))["action"]!["properties"]!["tool"].ShouldNotBeNull();
        (await http.GetAsync("/health")).ToJsonString().ShouldBe("""{"status":"healthy"}""");
        (await http.GetAsync("/tasks"))["tasks"]![0]!["task_id"]!.ToString().ShouldBe("small.x.1");
        (await http.GetAsync("/openapi.json"))["paths"]!.AsObject().Select(path => path.Key).ShouldContain("/sessions/{id}/v1/messages");
        (await http.SendAsync(HttpMethod.Get, "/metrics")).Text.ShouldContain("runproof_episodes_total");
    }

    [Fact]
    public async Task Where_the_machine_fails_there_is_no_reward_and_never_a_zero()
    {
        await using var server = await sample.StartAsync();
        using var http = new HttpTalk(server);
        await http.PostAsync("/reset", """{"session_id": "broken"}""");

        // The initial state is gone from the disk: the changes cannot be taken.
        foreach (var state in Directory.EnumerateDirectories(Path.Combine(sample.Workspace.Root, "tmp")).Select(folder => Path.Combine(folder, "state")).Where(Directory.Exists)) Directory.Delete(state, recursive: true);
        var ended = await http.PostAsync("/step", $$"""{"action": {{Step(ServedTextkit.Repair)}}, "session_id": "broken"}""");
        (ended["done"]!.GetValue<bool>(), ended["reward"], ended["observation"]!["infrastructure"]!.GetValue<bool>(), ended["observation"]!["resolved"]).ShouldBe((true, null, true, null), ended.ToJsonString());
        (ended["observation"]!["outcome"]!.ToString(), ended["observation"]!["rewards"]!.AsObject().Count, ended["observation"]!["exit"]!.ToString()).ShouldBe(("infrastructure", 0, "sandbox"));
        server.Sessions.Active.ShouldBe(0);
    }

    [Fact]
    public async Task When_the_server_ends_nothing_of_it_is_left()
    {
        string[] Left() => [.. Directory.EnumerateFileSystemEntries(Path.Combine(sample.Workspace.Root, "tmp")).Order(StringComparer.Ordinal)];
        var before = Left();
        var server = await sample.StartAsync();
        await using var client = await SocketTalk.OpenAsync(server);
        await client.AskAsync("""{"type": "reset"}""");
        await client.SendAsync($$"""{"type": "step", "data": {{Step("sleep 3000")}} }""");
        using (var http = new HttpTalk(server)) await http.PostAsync("/reset", "{}");
        await server.DisposeAsync();
        Left().ShouldBe(before);
        server.Sessions.Active.ShouldBe(0);
    }
}
