using System.Text.Json.Nodes;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Families;

/// <summary>Formats in which a whole reply is a JSON message, as an API gives it. What is no such message is text.</summary>
internal abstract class MessageFormat : ToolCallFormat
{
    public override bool KeepsIds => true;

    internal override IReadOnlyList<Opener> Openers => [new("{", tools => new JsonBlock(ReadText, null, json => JsonReading.Read(json, out _) is JsonObject message && IsMessage(message)), AtLine: true, IsBody: true)];

    public override bool KeepsThought => true;

    protected abstract JsonObject Message(string thought, string text, IReadOnlyList<ToolCall> calls);

    protected abstract bool IsMessage(JsonObject message);

    protected abstract void Read(JsonObject message, BlockResult into);

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Render("", text, calls);

    protected override string Render(string thought, string text, IReadOnlyList<ToolCall> calls) => JsonText.Of(Message(thought, text, calls));

    private void ReadText(string json, BlockResult into)
    {
        var message = JsonReading.Read(json, out var repair);
        if (repair is not null) into.Repairs.Add(repair);
        Read((JsonObject)message!, into);
    }
}
