using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Runproof.Server.Gateway;

namespace Runproof.Tests.Server;

/// <summary>Any chat client behind the gateway.</summary>
public sealed class ChatClientBackendTests(ServedTextkit sample) : IClassFixture<ServedTextkit>
{
    [Fact]
    public async Task A_chat_client_with_tokens_is_recorded_like_a_server()
    {
        await using var server = await sample.StartAsync(backend: new ChatClientBackend(new Parrot(), "parrot"));
        using var http = new HttpTalk(server);
        var reply = await http.PostAsync("/sessions/p/v1/chat/completions", """{"messages": [{"role": "user", "content": "Polly"}], "tools": [{"type": "function", "function": {"name": "fly", "parameters": {"type": "object"}}}]}""");
        (reply["choices"]![0]!["message"]!["content"]!.ToString(), reply["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]!["name"]!.ToString(), reply["choices"]![0]!["finish_reason"]!.ToString()).ShouldBe(("Polly", "fly", "tool_calls"));
        var trace = ((JsonArray)await http.GetAsync("/sessions/p/traces"))[0]!;
        (trace["prompt_token_ids"]!.ToJsonString(), trace["completion_token_ids"]!.ToJsonString(), trace["logprobs"]!.ToJsonString()).ShouldBe(("[1,2]", "[3]", "[-0.25]"));
        var streamed = await http.SendAsync(HttpMethod.Post, "/sessions/p/v1/chat/completions", """{"stream": true, "messages": [{"role": "user", "content": "Polly"}]}""");
        streamed.Text.ShouldContain("\"content\":\"Polly\"");
        streamed.Text.TrimEnd().ShouldEndWith("[DONE]");
        (await http.GetAsync("/v1/models"))["data"]![0]!["id"]!.ToString().ShouldBe("parrot");
    }

    private sealed class Parrot : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            List<AIContent> contents = [new TextContent(messages.Last().Text), .. (options?.Tools ?? []).Select(tool => new FunctionCallContent("c1", tool.Name, new Dictionary<string, object?> { ["height"] = 3 }))];
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, contents))
            {
                AdditionalProperties = new() { ["prompt_token_ids"] = new List<int> { 1, 2 }, ["token_ids"] = new List<int> { 3 }, ["token_logprobs"] = new List<double> { -0.25 } },
            });
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
            // It holds nothing open.
        }
    }
}
