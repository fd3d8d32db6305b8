using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Runproof.Rollouts.Sessions;
using Runproof.Server.Sessions;

namespace Runproof.Server.Mcp;

/// <summary>MCP proper (streamable HTTP) at <c>/mcp</c>. A client that shakes hands has its task in its MCP session; one of the stateless revisions names it in each call (<c>session_id</c>).</summary>
internal static class McpRoutes
{
    private const string SessionHeader = "Mcp-Session-Id", Prefix = "mcp-";

    public static void Add(IServiceCollection services, SessionTable sessions, EnvironmentTools tools) => services
        .AddMcpServer(options => options.ServerInfo = new() { Name = "runproof", Version = typeof(McpRoutes).Assembly.GetName().Version?.ToString(3) ?? "0" })
        .WithHttpTransport(options => options.SessionMode = HttpServerSessionMode.StatefulForInitializeClients)
        .WithListToolsHandler((request, _) => ValueTask.FromResult(new ListToolsResult { Tools = [.. tools.Of(NameOf(request.Server) is { } name ? sessions.Find(name) : null).Select(Declared)] }))
        .WithCallToolHandler(async (request, cancel) => await CallAsync(tools, request, cancel));

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMcp("/mcp").WithTags("MCP");

    /// <summary>A client that ends its MCP session gives its slot back with it.</summary>
    public static async Task CloseAsync(HttpContext context, SessionTable sessions)
    {
        if (HttpMethods.IsDelete(context.Request.Method) && context.Request.Path == "/mcp" && sessions.Find(Prefix + context.Request.Headers[SessionHeader]) is { } session) await sessions.CloseAsync(session, "the client closed it");
    }

    private static async Task<CallToolResult> CallAsync(EnvironmentTools tools, RequestContext<CallToolRequestParams> request, CancellationToken cancel)
    {
        try
        {
            var arguments = new JsonObject((request.Params?.Arguments ?? new Dictionary<string, JsonElement>()).Select(one => KeyValuePair.Create(one.Key, JsonSerializer.SerializeToNode(one.Value))));
            var answer = await tools.CallAsync(request.Params?.Name ?? "", arguments, NameOf(request.Server), null, cancel);
            return new() { Content = [new TextContentBlock { Text = answer.Text }], StructuredContent = JsonSerializer.SerializeToElement(answer.Structured), IsError = answer.IsError };
        }
        catch (Exception error) when (error is InputException or SessionGoneException or SessionBusyException or CapacityException or Sandboxes.SandboxException)
        {
            return new() { Content = [new TextContentBlock { Text = error.Message }], IsError = true };
        }
    }

    private static string? NameOf(McpServer server) => string.IsNullOrEmpty(server.SessionId) ? null : Prefix + server.SessionId;

    private static Tool Declared(ToolCalls.ToolDefinition tool) => new() { Name = tool.Name, Description = tool.Description, InputSchema = JsonSerializer.SerializeToElement(tool.Parameters) };
}
