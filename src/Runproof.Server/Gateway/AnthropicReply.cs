using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Runproof.Catalogue;
using Runproof.ToolCalls;

namespace Runproof.Server.Gateway;

/// <summary>A reply of chat completions as Anthropic's messages give it, whole or as events.</summary>
internal sealed class AnthropicReply(HttpContext context, string model)
{
    private readonly EventStream _events = new(context);

    /// <summary>The block that is open; null where none is.</summary>
    private (string Type, int Call)? _block;

    private int _blocks;
    private string _stop = "end_turn";
    private JsonObject _usage = [];

    public static JsonObject Error(int status, string message) => new()
    {
        ["type"] = "error",
        ["error"] = new JsonObject
        {
            ["type"] = status switch { 401 => "authentication_error", 403 => "permission_error", 404 => "not_found_error", 413 => "request_too_large", 429 => "rate_limit_error", 503 or 529 => "overloaded_error", < 500 => "invalid_request_error", _ => "api_error" },
            ["message"] = message,
        },
    };

    public async Task WriteAsync(Exchange exchange, bool isStream, TimeSpan keepAlive)
    {
        while (!await exchange.BegunAsync(isStream ? keepAlive : Timeout.InfiniteTimeSpan, context.RequestAborted)) await _events.KeepAliveAsync();
        if (isStream) await StreamAsync(exchange, keepAlive);
        else await WholeAsync(exchange);
    }

    private static (int Status, JsonObject Error)? ProblemOf(Exchange exchange) => OpenAiReply.ProblemOf(exchange) is var (status, error)
        ? (status, Error(status, (error["error"] as JsonObject)?["message"]?.ToString() ?? error["message"]?.ToString() ?? error.ToJsonString()))
        : null;

    private async Task WholeAsync(Exchange exchange)
    {
        while (!exchange.From(0).IsOver) await exchange.MoreAsync(int.MaxValue - 1, Timeout.InfiniteTimeSpan, context.RequestAborted);
        if (ProblemOf(exchange) is var (status, error))
        {
            await Answers.WriteAsync(context, error, status);
            return;
        }

        var reply = (JsonObject)JsonNode.Parse(exchange.From(0).Parts[0])!;
        var choice = (reply["choices"] as JsonArray)?.FirstOrDefault() as JsonObject ?? throw new BackendException(502, "the backend's reply has no choice");
        var message = choice["message"] as JsonObject ?? [];
        var content = new JsonArray();
        if (CapturedChoice.Text(message["reasoning_content"] ?? message["reasoning"]) is { Length: > 0 } thought) content.Add(new JsonObject { ["type"] = "thinking", ["thinking"] = thought, ["signature"] = "" });
        if (CapturedChoice.Text(message["content"]) is { Length: > 0 } text) content.Add(new JsonObject { ["type"] = "text", ["text"] = text });
        foreach (var call in (message["tool_calls"] as JsonArray ?? []).OfType<JsonObject>())
            content.Add(new JsonObject { ["type"] = "tool_use", ["id"] = call["id"]?.DeepClone(), ["name"] = call["function"]?["name"]?.DeepClone(), ["input"] = Input(CapturedChoice.Text(call["function"]?["arguments"])) });
        await Answers.WriteAsync(context, new JsonObject
        {
            ["id"] = Id(reply), ["type"] = "message", ["role"] = "assistant", ["model"] = reply["model"]?.DeepClone() ?? model, ["content"] = content, ["stop_reason"] = Stop(choice), ["stop_sequence"] = StopSequence(choice),
            ["usage"] = Usage(reply["usage"] as JsonObject),
        });
    }

    private async Task StreamAsync(Exchange exchange, TimeSpan keepAlive)
    {
        if (!_events.HasBegun && ProblemOf(exchange) is var (status, early))
        {
            await Answers.WriteAsync(context, early, status);
            return;
        }

        await _events.BeginAsync();
        var (number, sequence) = (0, (JsonNode?)null);
        while (true)
        {
            var (parts, isOver) = exchange.From(number);
            foreach (var chunk in parts.Select(part => (JsonObject)JsonNode.Parse(part)!))
            {
                if (number++ == 0) await SayAsync("message_start", new() { ["message"] = Empty(chunk) });
                if (chunk["usage"] is JsonObject usage) _usage = (JsonObject)usage.DeepClone();
                if ((chunk["choices"] as JsonArray)?.FirstOrDefault() is not JsonObject choice) continue;
                if (choice["delta"] is JsonObject delta) await DeltaAsync(delta);
                if (choice["finish_reason"] is not null) (_stop, sequence) = (Stop(choice), StopSequence(choice));
            }

            if (isOver) break;
            if (parts.Count > 0) await _events.FlushAsync();
            if (await exchange.MoreAsync(number, keepAlive, context.RequestAborted)) continue;
            if (number > 0) await SayAsync("ping", []);
            await _events.KeepAliveAsync();
        }

        await CloseAsync();
        if (ProblemOf(exchange) is var (_, late))
        {
            await _events.EventAsync(JsonSerializer.SerializeToUtf8Bytes(late), "error");
        }
        else
        {
            await SayAsync("message_delta", new() { ["delta"] = new JsonObject { ["stop_reason"] = _stop, ["stop_sequence"] = sequence }, ["usage"] = Usage(_usage) });
            await SayAsync("message_stop", []);
        }

        await _events.FlushAsync();
    }

    private async Task DeltaAsync(JsonObject delta)
    {
        if (CapturedChoice.Text(delta["reasoning_content"] ?? delta["reasoning"]) is { Length: > 0 } thought)
        {
            await OpenAsync("thinking", 0, () => new() { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" });
            await PartAsync(new() { ["type"] = "thinking_delta", ["thinking"] = thought });
        }

        if (CapturedChoice.Text(delta["content"]) is { Length: > 0 } text)
        {
            await OpenAsync("text", 0, () => new() { ["type"] = "text", ["text"] = "" });
            await PartAsync(new() { ["type"] = "text_delta", ["text"] = text });
        }

        foreach (var call in (delta["tool_calls"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var index = call["index"] is JsonValue at && at.TryGetValue<int>(out var place) ? place : 0;
            await OpenAsync("tool_use", index, () => new() { ["type"] = "tool_use", ["id"] = call["id"]?.DeepClone() ?? $"call_{index}", ["name"] = call["function"]?["name"]?.DeepClone() ?? "", ["input"] = new JsonObject() });
            if (CapturedChoice.Text(call["function"]?["arguments"]) is { Length: > 0 } arguments) await PartAsync(new() { ["type"] = "input_json_delta", ["partial_json"] = arguments });
        }
    }

    private async Task OpenAsync(string type, int call, Func<JsonObject> block)
    {
        if (_block == (type, call)) return;
        await CloseAsync();
        _block = (type, call);
        await SayAsync("content_block_start", new() { ["index"] = _blocks, ["content_block"] = block() });
    }

    private Task PartAsync(JsonObject delta) => SayAsync("content_block_delta", new() { ["index"] = _blocks, ["delta"] = delta });

    private async Task CloseAsync()
    {
        if (_block is null) return;
        _block = null;
        await SayAsync("content_block_stop", new() { ["index"] = _blocks++ });
    }

    private Task SayAsync(string name, JsonObject data)
    {
        data.Insert(0, "type", name);
        return _events.EventAsync(JsonSerializer.SerializeToUtf8Bytes(data, Json.Compact), name);
    }

    private JsonObject Empty(JsonObject chunk) => new()
    {
        ["id"] = Id(chunk), ["type"] = "message", ["role"] = "assistant", ["model"] = chunk["model"]?.DeepClone() ?? model, ["content"] = new JsonArray(), ["stop_reason"] = null, ["stop_sequence"] = null, ["usage"] = Usage(chunk["usage"] as JsonObject),
    };

    private static string Id(JsonObject reply) => $"msg_{CapturedChoice.Text(reply["id"])}";

    private static string Stop(JsonObject choice) => choice["finish_reason"]?.ToString() switch
    {
        "tool_calls" or "function_call" => "tool_use",
        "length" => "max_tokens",
        "content_filter" => "refusal",
        _ => StopSequence(choice) is null ? "end_turn" : "stop_sequence",
    };

    /// <summary>vLLM names the word that it stopped at.</summary>
    private static JsonNode? StopSequence(JsonObject choice) => CapturedChoice.Text(choice["stop_reason"]) is { Length: > 0 } word ? word : null;

    private static JsonObject Usage(JsonObject? usage) => new() { ["input_tokens"] = usage?["prompt_tokens"]?.DeepClone() ?? 0, ["output_tokens"] = usage?["completion_tokens"]?.DeepClone() ?? 0 };

    /// <summary>What a model wrote that is no object is not made one: the client sees it as it is.</summary>
    private static JsonObject Input(string arguments) => arguments.Trim().Length == 0 ? [] : JsonReading.Read(arguments, out _) as JsonObject ?? new() { ["raw_arguments"] = arguments };
}
