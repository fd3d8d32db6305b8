using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Runproof.ToolCalls;

namespace Runproof.Server.Gateway;

/// <summary>
/// Any chat client as a backend. One that knows its tokens puts them into the response's additional properties, under the names that vLLM gives them: <c>prompt_token_ids</c>, <c>token_ids</c> (lists of int),
/// <c>token_logprobs</c> (a list of double).
/// </summary>
internal sealed class ChatClientBackend(IChatClient chat, string model) : IBackend
{
    public Task<BackendReply> AskAsync(JsonObject request, CancellationToken cancel)
    {
        var messages = (request["messages"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(Read).ToList();
        var isStream = request["stream"]?.GetValueKind() == JsonValueKind.True;
        return Task.FromResult(new BackendReply(200, null, RepliesAsync(messages, Options(request), isStream, cancel)));
    }

    public Task<JsonObject> ModelsAsync(CancellationToken cancel) =>
        Task.FromResult(new JsonObject { ["object"] = "list", ["data"] = new JsonArray(new JsonObject { ["id"] = model, ["object"] = "model", ["owned_by"] = "runproof" }) });

    public void Dispose() => chat.Dispose();

    /// <summary>A client that answers whole gives its reply as one chunk.</summary>
    private async IAsyncEnumerable<JsonObject> RepliesAsync(List<ChatMessage> messages, ChatOptions options, bool isStream, [EnumeratorCancellation] CancellationToken cancel)
    {
        ChatResponse response;
        try
        {
            response = await chat.GetResponseAsync(messages, options, cancel);
        }
        catch (Chat.ModelException error)
        {
            throw new BackendException(error.Fault == Chat.ModelFault.TooSlow ? 504 : 502, error.Message);
        }

        var message = Message(response);
        var finish = message.ContainsKey("tool_calls") ? "tool_calls" : response.FinishReason?.Value ?? "stop";
        var choice = new JsonObject { ["index"] = 0, [isStream ? "delta" : "message"] = message, ["finish_reason"] = finish };
        var properties = response.AdditionalProperties;
        if (properties?.GetValueOrDefault("token_ids") is IEnumerable<int> tokens) choice["token_ids"] = new JsonArray([.. tokens.Select(one => (JsonNode)one)]);
        if (properties?.GetValueOrDefault("token_logprobs") is IEnumerable<double> logprobs) choice["logprobs"] = new JsonObject { ["content"] = new JsonArray([.. logprobs.Select(one => (JsonNode)new JsonObject { ["logprob"] = one })]) };
        var reply = new JsonObject
        {
            ["id"] = response.ResponseId ?? $"chatcmpl-{Guid.NewGuid():n}", ["object"] = isStream ? "chat.completion.chunk" : "chat.completion", ["created"] = (response.CreatedAt ?? DateTimeOffset.UnixEpoch).ToUnixTimeSeconds(),
            ["model"] = response.ModelId ?? model, ["choices"] = new JsonArray(choice),
            ["usage"] = new JsonObject { ["prompt_tokens"] = response.Usage?.InputTokenCount ?? 0, ["completion_tokens"] = response.Usage?.OutputTokenCount ?? 0, ["total_tokens"] = response.Usage?.TotalTokenCount ?? 0 },
        };
        if (properties?.GetValueOrDefault("prompt_token_ids") is IEnumerable<int> prompt) reply["prompt_token_ids"] = new JsonArray([.. prompt.Select(one => (JsonNode)one)]);
        yield return reply;
    }

    private static ChatOptions Options(JsonObject request) => new()
    {
        Temperature = Number<float>(request["temperature"]), TopP = Number<float>(request["top_p"]), MaxOutputTokens = Number<int>(request["max_completion_tokens"] ?? request["max_tokens"]), Seed = Number<long>(request["seed"]),
        StopSequences = request["stop"] switch { JsonArray list => [.. list.Select(one => one!.ToString())], JsonValue one => [one.ToString()], _ => null },
        Tools = request["tools"] is JsonArray { Count: > 0 } tools ? [.. tools.Select(tool => new Declaration((JsonObject)tool!["function"]!))] : null,
    };

    private static T? Number<T>(JsonNode? node) where T : struct => node is JsonValue value && value.TryGetValue<T>(out var number) ? number : null;

    private static IEnumerable<ChatMessage> Read(JsonObject message)
    {
        var text = message["content"] switch { JsonValue value => value.ToString(), JsonArray parts => string.Concat(parts.Select(part => part?["text"]?.ToString())), _ => "" };
        var role = message["role"]?.ToString();
        if (role == "tool") return [new(ChatRole.Tool, [new FunctionResultContent(message["tool_call_id"]?.ToString() ?? "", text)])];
        List<AIContent> contents = text.Length > 0 ? [new TextContent(text)] : [];
        foreach (var call in (message["tool_calls"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var arguments = JsonReading.Read(CapturedChoice.Text(call["function"]?["arguments"]), out _) as JsonObject ?? [];
            contents.Add(new FunctionCallContent(call["id"]?.ToString() ?? "", call["function"]?["name"]?.ToString() ?? "", arguments.ToDictionary(one => one.Key, one => (object?)one.Value?.DeepClone())));
        }

        return [new(new(role ?? "user"), contents)];
    }

    private static JsonObject Message(ChatResponse response)
    {
        var contents = response.Messages.SelectMany(message => message.Contents).ToList();
        var message = new JsonObject { ["role"] = "assistant", ["content"] = string.Concat(contents.OfType<TextContent>().Select(one => one.Text)) };
        if (string.Concat(contents.OfType<TextReasoningContent>().Select(one => one.Text)) is { Length: > 0 } thought) message["reasoning_content"] = thought;
        var calls = contents.OfType<FunctionCallContent>().Select((call, i) => (JsonNode)new JsonObject
        {
            ["index"] = i, ["id"] = call.CallId, ["type"] = "function", ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>()) },
        }).ToList();
        if (calls.Count > 0) message["tool_calls"] = new JsonArray([.. calls]);
        return message;
    }

    private sealed class Declaration(JsonObject function) : AIFunctionDeclaration
    {
        public override string Name => function["name"]!.ToString();

        public override string Description => function["description"]?.ToString() ?? "";

        public override JsonElement JsonSchema { get; } = JsonSerializer.SerializeToElement(function["parameters"] ?? new JsonObject { ["type"] = "object" });
    }
}
