using System.Text.Json.Nodes;

namespace Runproof.ToolCalls;

/// <summary>What a model may call.</summary>
/// <param name="Parameters">JSON Schema of an object.</param>
internal sealed record ToolDefinition(string Name, string Description, JsonObject Parameters)
{
    /// <summary>The schema of one parameter; null where it is not declared.</summary>
    public JsonObject? Parameter(string name) => (Parameters["properties"] as JsonObject)?[name] as JsonObject;

    public JsonObject Plain() => new() { ["name"] = Name, ["description"] = Description, ["parameters"] = Parameters.DeepClone() };
}

/// <param name="Id">What results name it by, in formats that say so.</param>
internal sealed record ToolCall(string Name, JsonObject Arguments, string? Id = null)
{
    public bool Equals(ToolCall? other) => other is not null && Name == other.Name && Id == other.Id && JsonNode.DeepEquals(Arguments, other.Arguments);

    public override int GetHashCode() => HashCode.Combine(Name, Id, Arguments.Count);
}

/// <param name="CallId">Of the call that it answers, where calls have ids.</param>
internal sealed record ToolResult(string Name, string Content, string? CallId = null, bool IsError = false);

/// <summary>How a reply was read. Nothing is guessed in silence.</summary>
internal enum ParseOutcome
{
    /// <summary>As the format wants it.</summary>
    Clean,

    /// <summary>Not quite, but it can mean one thing only; the problems say what was wrong.</summary>
    Repaired,

    /// <summary>A call could not be read; it is not among the calls.</summary>
    Rejected,
}

/// <param name="Text">What stands beside the calls, without the white space at its ends.</param>
/// <param name="Thought">What the model thinks, in formats that set it apart.</param>
internal sealed record ParsedReply(string Text, IReadOnlyList<ToolCall> Calls, ParseOutcome Outcome, IReadOnlyList<string> Problems, string Thought = "");
