using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Formats;

/// <summary>gpt-oss (Harmony): channels for thoughts (<c>analysis</c>), calls and remarks (<c>commentary</c>) and the answer (<c>final</c>); a call names its recipient in the head of its message.</summary>
internal sealed class HarmonyFormat : ToolCallFormat
{
    private const string Start = "<|start|>assistant";
    private const string Channel = "<|channel|>";
    private const string Message = "<|message|>";
    private static readonly string[] Marks = ["<|"];

    public override string Name => "harmony";

    internal override IReadOnlyList<Opener> Openers { get; } = [new(Start, _ => new HarmonyBlock()), new(Channel, _ => new HarmonyBlock(), IsBody: true)];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        # Tools

        ## functions

        These can be called in the commentary channel, with JSON as their argument:

        {string.Join("\n\n", tools.Select(tool => $"// {tool.Description.Trim()}\n{tool.Name}: {JsonText.Of(tool.Parameters)}"))}
        """;

    public override ResultStyle Results { get; } = new MarkedResults(ResultStyle.Tool, $"<|start|>functions.{{name}} to=assistant{Channel}commentary{Message}", "<|end|>", between: "");

    public override bool KeepsThought => true;

    protected override string Render(string thought, string text, IReadOnlyList<ToolCall> calls) =>
        (thought.Length == 0 ? "" : $"{Start}{Channel}analysis{Message}{thought}<|end|>") + Render(text, calls);

    protected override string Render(string text, IReadOnlyList<ToolCall> calls)
    {
        var said = text.Length == 0 ? "" : $"{Start}{Channel}{(calls.Count == 0 ? "final" : "commentary")}{Message}{text}{(calls.Count == 0 ? "<|return|>" : "<|end|>")}";
        return said + string.Concat(calls.Select(call => $"{Start} to=functions.{call.Name}{Channel}commentary json{Message}{JsonText.Of(call.Arguments, Marks)}<|call|>"));
    }

    /// <summary>One message: its head, then its content up to the mark that ends it.</summary>
    private sealed class HarmonyBlock : BlockReader
    {
        private const int LongestHead = 300;
        private static readonly string[] Ends = ["<|call|>", "<|end|>", "<|return|>"];
        private string _head = "";
        private bool _isContent;
        private readonly Tail _tail = new(12);

        public override BlockState Take(char next)
        {
            if (_isContent)
            {
                _tail.Add(next);
                return next == '>' && Ends.Any(end => _tail.EndsWith(end)) ? BlockState.Done : BlockState.More;
            }

            _head += next;
            if (_head.Length > LongestHead) return BlockState.Prose;
            _isContent = _head.EndsWith(Message, StringComparison.Ordinal);
            return BlockState.More;
        }

        public override bool IsText(string body) => !_isContent;

        public override void Read(string body, bool isEnded, BlockResult into)
        {
            var content = body[_head.Length..];
            var end = isEnded ? Ends.First(end => content.EndsWith(end, StringComparison.Ordinal)) : "";
            content = content[..^end.Length];
            var head = _head[..^Message.Length];
            var name = Recipient(head);
            if (name is not null)
            {
                if (end is not "<|call|>") into.Repairs.Add(end.Length == 0 ? "the reply ends inside a call" : $"a call that ends with '{end}'");
                JsonCall.ReadArguments(name, content, into);
            }
            else if (head.Contains("analysis", StringComparison.Ordinal)) into.Thought = content;
            else into.Text = content;
        }

        private static string? Recipient(string head)
        {
            const string To = "to=";
            var at = head.IndexOf(To, StringComparison.Ordinal);
            if (at < 0) return null;
            var name = new string([.. head[(at + To.Length)..].TakeWhile(letter => !char.IsWhiteSpace(letter) && letter != '<')]);
            return name.StartsWith("functions.", StringComparison.Ordinal) ? name["functions.".Length..] : name;
        }
    }
}
