using System.Text.Json.Nodes;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Runproof.Tests.Server;

/// <summary>Environments as tools: OpenEnv's JSON-RPC over HTTP and WebSockets, and MCP's own client.</summary>
public sealed class McpTests(ServedTextkit sample) : IClassFixture<ServedTextkit>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Request(string method, JsonObject? parameters = null) => new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 4, ["method"] = method, ["params"] = parameters ?? [] }.ToJsonString();

    private static JsonObject Tool(string name, JsonObject? arguments = null, string? session = null) => new() { ["name"] = name, ["arguments"] = arguments ?? [], ["session_id"] = session };

    [Fact]
    public async Task JSON_RPC_over_HTTP_has_sessions_by_name()
    {
        await using var server = await sample.StartAsync();
        using var http = new HttpTalk(server);
        var listed = await http.PostAsync("/mcp", Request("tools/list"));
        listed["id"]!.GetValue<int>().ShouldBe(4);
        listed["result"]!["tools"]!.AsArray().Select(tool => tool!["name"]!.ToString()).ShouldBe(["list_tasks", "start_task", "submit_task", "bash"]);
        (await http.PostAsync("/mcp", Request("tools/call", Tool("list_tasks"))))["result"]!["content"]![0]!["text"]!.ToString().ShouldContain("small.x.1");
        (await http.PostAsync("/mcp", Request("tools/call", Tool("bash", new() { ["command"] = "pwd" }))))["error"]!["code"]!.GetValue<int>().ShouldBe(-32602);

        var id = (await http.PostAsync("/mcp", Request("openenv/session/create")))["result"]!["session_id"]!.ToString();
        (await http.PostAsync("/mcp", Request("tools/call", Tool("start_task", new() { ["task_id"] = "small.x.1" }, id))))["result"]!["structuredContent"]!["observation"]!["session_id"]!.ToString().ShouldBe(id);
        (await http.PostAsync("/mcp", Request("tools/call", Tool("bash", new() { ["command"] = ServedTextkit.Repair.Split(" &&")[0] }, id))))["result"]!["isError"]!.GetValue<bool>().ShouldBeFalse();
        var submitted = (await http.PostAsync("/mcp", Request("tools/call", Tool("submit_task", null, id))))["result"]!["structuredContent"]!;
        (submitted["done"]!.GetValue<bool>(), submitted["reward"]!.GetValue<double>()).ShouldBe((true, 1.0));
        server.Sessions.Active.ShouldBe(0);

        var second = (await http.PostAsync("/mcp", Request("openenv/session/create")))["result"]!["session_id"]!.ToString();
        (await http.PostAsync("/mcp", Request("openenv/session/close", new() { ["session_id"] = second })))["result"]!["closed"]!.GetValue<bool>().ShouldBeTrue();
        server.Sessions.Active.ShouldBe(0);
        (await http.PostAsync("/mcp", Request("openenv/session/close", new() { ["session_id"] = second })))["error"]!["code"]!.GetValue<int>().ShouldBe(-32602);
        (await http.PostAsync("/mcp", Request("dance")))["error"]!["code"]!.GetValue<int>().ShouldBe(-32601);
        (await http.PostAsync("/mcp", "{bad"))["error"]!["code"]!.GetValue<int>().ShouldBe(-32700);
        (await http.PostAsync("/mcp", "{}"))["error"]!["code"]!.GetValue<int>().ShouldBe(-32600);
    }

    [Fact]
    public async Task JSON_RPC_over_a_websocket_has_a_session_for_each_connection()
    {
        await using var server = await sample.StartAsync();
        await using (var client = await SocketTalk.OpenAsync(server, "/mcp"))
        {
            (await client.AskAsync("{bad"))!["error"]!["code"]!.GetValue<int>().ShouldBe(-32700);
            await client.AskAsync(Request("tools/call", Tool("start_task", new() { ["agent"] = "swe-agent" })));
            (await client.AskAsync(Request("tools/list")))!["result"]!["tools"]!.AsArray().Count.ShouldBeGreaterThan(4);
            var answer = await client.AskAsync(Request("tools/call", Tool("bash", new() { ["command"] = "echo $((6 * 7))" })));
            answer!["result"]!["content"]![0]!["text"]!.ToString().ShouldContain("42");
            server.Sessions.Active.ShouldBe(1);
            client.Abort();
        }

        await ServedTextkit.ShouldBeFreeAsync(server);
        await using var mixed = await SocketTalk.OpenAsync(server);
        (await mixed.AskAsync($$"""{"type": "mcp", "data": {{Request("tools/list")}} }"""))!["data"]!["result"]!["tools"]!.AsArray().Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_client_of_MCP_solves_a_task()
    {
        await using var server = await sample.StartAsync();
        await using (var client = await McpClient.CreateAsync(new HttpClientTransport(new() { Endpoint = new Uri(server.Address, "mcp") }), cancellationToken: Cancel))
        {
            (await client.ListToolsAsync(cancellationToken: Cancel)).Select(tool => tool.Name).ShouldContain("start_task");
            var begun = await client.CallToolAsync("start_task", new Dictionary<string, object?> { ["task_id"] = "small.x.1" }, cancellationToken: Cancel);
            var id = begun.StructuredContent!.Value.GetProperty("observation").GetProperty("session_id").GetString();
            var looked = await client.CallToolAsync("bash", new Dictionary<string, object?> { ["command"] = ServedTextkit.Repair.Split(" &&")[0] + "; pwd", ["session_id"] = id }, cancellationToken: Cancel);
            looked.Content.OfType<TextContentBlock>().Single().Text.ShouldContain("/testbed");
            (await client.CallToolAsync("bash", new Dictionary<string, object?> { ["session_id"] = id }, cancellationToken: Cancel)).IsError.ShouldBe(true);
            var ended = await client.CallToolAsync("submit_task", new Dictionary<string, object?> { ["session_id"] = id }, cancellationToken: Cancel);
            ended.StructuredContent!.Value.GetProperty("reward").GetDouble().ShouldBe(1);
            (await client.CallToolAsync("bash", new Dictionary<string, object?> { ["command"] = "pwd", ["session_id"] = id }, cancellationToken: Cancel)).IsError.ShouldBe(true);
        }

        server.Sessions.Active.ShouldBe(0);
    }

    [Fact]
    public async Task A_client_that_shakes_hands_has_its_task_in_its_MCP_session()
    {
        await using var server = await sample.StartAsync();
        using var http = new HttpTalk(server);
        const string Accept = "application/json, text/event-stream";
        var (_, _, shaken) = await http.SendAsync(HttpMethod.Post, "/mcp", Request("initialize", new() { ["protocolVersion"] = "2025-06-18", ["capabilities"] = new JsonObject(), ["clientInfo"] = new JsonObject { ["name"] = "t", ["version"] = "1" } }), ("Accept", Accept));
        var session = shaken.Headers.GetValues("Mcp-Session-Id").Single();
        async Task<string> AskAsync(string body) => (await http.SendAsync(HttpMethod.Post, "/mcp", body, ("Accept", Accept), ("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-06-18"))).Text;
        await AskAsync("""{"jsonrpc": "2.0", "method": "notifications/initialized"}""");
        (await AskAsync(Request("tools/call", new() { ["name"] = "start_task", ["arguments"] = new JsonObject() }))).ShouldContain("/testbed");
        (await AskAsync(Request("tools/call", new() { ["name"] = "bash", ["arguments"] = new JsonObject { ["command"] = "echo $((6 * 7))" } }))).ShouldContain("42");
        server.Sessions.Active.ShouldBe(1);
        await http.SendAsync(HttpMethod.Delete, "/mcp", null, ("Mcp-Session-Id", session));
        server.Sessions.Active.ShouldBe(0);
    }
}
