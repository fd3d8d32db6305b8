using System.Text.Json;
using System.Text.Json.Nodes;

namespace Runproof.Server.Gateway;

/// <summary>A request of Anthropic's messages as one of chat completions.</summary>
internal static class AnthropicRequest
{
    private static readonly (string Theirs, string Ours)[] Same = [("model", "model"), ("max_tokens", "max_tokens"), ("temperature", "temperature"), ("top_p", "top_p"), ("top_k", "top_k"), ("stream", "stream"), ("stop_sequences", "stop")];

    /// <exception cref="InputException">It is none.</exception>
    public static JsonObject ToChat(JsonObject asked)
    {
        if (asked["messages"] is not JsonArray messages) throw new InputException("'messages' must be a list");
        var chat = new JsonObject();
        foreach (var (theirs, ours) in Same)
        {
            if (asked[theirs] is { } value) chat[ours] = value.DeepClone();
        }

        // Their streams always end with the tokens used.
        if (chat["stream"]?.GetValueKind() == JsonValueKind.True) chat["stream_options"] = new JsonObject { ["include_usage"] = true };
        var all = new JsonArray();
        if (asked["system"] is { } system && TextOf(system) is { Length: > 0 } words) all.Add(new JsonObject { ["role"] = "system", ["content"] = words });
        foreach (var message in messages) Add(all, message as JsonObject ?? throw new InputException("a message must be an object"));
        chat["messages"] = all;
        if (asked["tools"] is JsonArray { Count: > 0 } tools)
        {
            chat["tools"] = new JsonArray([.. tools.Select(tool => (JsonNode)Tool(tool as JsonObject ?? throw new InputException("a tool must be an object")))]);
            AddChoice(chat, asked["tool_choice"] as JsonObject);
        }

        return chat;
    }

    private static void Add(JsonArray all, JsonObject message)
    {
        var role = message["role"]?.ToString();
        if (role is not ("user" or "assistant" or "system")) throw new InputException($"a message's role is user or assistant, not '{role}'");
        if (message["content"] is JsonValue text)
        {
            all.Add(new JsonObject { ["role"] = role, ["content"] = text.ToString() });
            return;
        }

        if (message["content"] is not JsonArray blocks) throw new InputException("a message's content must be a string or a list of blocks");
        if (role == "assistant") all.Add(Said(blocks));
        else AddHeard(all, role, blocks);
    }

    private static JsonObject Said(JsonArray blocks)
    {
        var calls = blocks.OfType<JsonObject>().Where(block => Type(block) == "tool_use").Select(block => (JsonNode)new JsonObject
        {
            ["id"] = block["id"]?.DeepClone(), ["type"] = "function", ["function"] = new JsonObject { ["name"] = block["name"]?.DeepClone(), ["arguments"] = (block["input"] ?? new JsonObject()).ToJsonString(Catalogue.Json.Compact) },
        }).ToList();
        var text = string.Concat(blocks.OfType<JsonObject>().Where(block => Type(block) == "text").Select(block => block["text"]));
        var thought = string.Concat(blocks.OfType<JsonObject>().Where(block => Type(block) == "thinking").Select(block => block["thinking"]));
        var message = new JsonObject { ["role"] = "assistant", ["content"] = text.Length > 0 || calls.Count == 0 ? text : null };
        if (thought.Length > 0) message["reasoning_content"] = thought;
        if (calls.Count > 0) message["tool_calls"] = new JsonArray([.. calls]);
        return message;
    }

    /// <summary>Results of tools are messages of their own, and come first: chat completions want them right behind the calls.</summary>
    private static void AddHeard(JsonArray all, string role, JsonArray blocks)
    {
        var others = new JsonArray();
        foreach (var block in blocks.OfType<JsonObject>())
        {
            switch (Type(block))
            {
                case "tool_result":
                    var content = TextOf(block["content"]);
                    all.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = block["tool_use_id"]?.DeepClone(), ["content"] = block["is_error"]?.GetValueKind() == JsonValueKind.True ? $"Error: {content}" : content });
                    foreach (var image in (block["content"] as JsonArray ?? []).OfType<JsonObject>().Where(part => Type(part) == "image")) others.Add(Image(image));
                    break;
                case "text":
                    others.Add(new JsonObject { ["type"] = "text", ["text"] = block["text"]?.DeepClone() });
                    break;
                case "image":
                    others.Add(Image(block));
                    break;
                case var type:
                    throw new InputException($"a content block of type '{type}' is not taken: text, image, tool_use, tool_result, thinking are");
            }
        }

        if (others.Count == 0) return;
        var isText = others.All(part => Type((JsonObject)part!) == "text");
        all.Add(new JsonObject { ["role"] = role, ["content"] = isText ? string.Join("\n", others.Select(part => part!["text"])) : others });
    }

    private static JsonObject Image(JsonObject block)
    {
        var source = block["source"] as JsonObject ?? throw new InputException("an image needs a source");
        var url = Type(source) == "url" ? source["url"]?.ToString() : $"data:{source["media_type"]};base64,{source["data"]}";
        return new() { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = url } };
    }

    private static JsonObject Tool(JsonObject tool)
    {
        if (tool["input_schema"] is null) throw new InputException($"the tool '{tool["name"]}' has no input_schema: tools that Anthropic runs itself are not there");
        var function = new JsonObject { ["name"] = tool["name"]?.DeepClone(), ["description"] = tool["description"]?.DeepClone() ?? "", ["parameters"] = tool["input_schema"]!.DeepClone() };
        return new() { ["type"] = "function", ["function"] = function };
    }

    private static void AddChoice(JsonObject chat, JsonObject? choice)
    {
        if (choice is null) return;
        chat["tool_choice"] = Type(choice) switch
        {
            "any" => "required",
            "none" => "none",
            "tool" => new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = choice["name"]?.DeepClone() } },
            _ => "auto",
        };
        if (choice["disable_parallel_tool_use"]?.GetValueKind() == JsonValueKind.True) chat["parallel_tool_calls"] = false;
    }

    private static string Type(JsonObject block) => block["type"]?.ToString() ?? "";

    private static string TextOf(JsonNode? content) => content switch
    {
        JsonValue value => value.ToString(),
        JsonArray blocks => string.Join("\n", blocks.OfType<JsonObject>().Where(block => Type(block) == "text").Select(block => block["text"])),
        _ => "",
    };
}
