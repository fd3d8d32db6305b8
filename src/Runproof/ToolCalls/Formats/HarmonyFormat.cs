namespace Runproof.ToolCalls.Formats;

/// <summary>gpt-oss (Harmony): channels for thoughts (<c>analysis</c>), calls and remarks (<c>commentary</c>) and the answer (<c>final</c>); a call names its recipient in the head of its message.</summary>
internal sealed class HarmonyFormat : ToolCallFormat
{
    private const string Start = "<|start|>assistant";
    private const string Channel = "<|channel|>";
    private const string Message = "<|message|>";

    public override string Name => "harmony";

    internal override IReadOnlyList<Opener> Openers { get; } = [new(Start, _ => new HarmonyBlock()), new(Channel, _ => new HarmonyBlock(), IsBody: true)];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        # Tools

        ## functions

        These can be called in the commentary channel, with JSON as their argument:

        {string.Join("\n\n", tools.Select(tool => $"// {tool.Description.Trim()}\n{tool.Name}: {JsonText.Of(tool.Parameters)}"))}
        """;

    public override string WriteResults(IReadOnlyList<ToolResult> results) => string.Concat(results.Select(result => $"<|start|>functions.{result.Name} to=assistant{Channel}commentary{Message}{result.Content}<|end|>"));

    protected override string Render(string text, IReadOnlyList<ToolCall> calls)
    {
        var said = text.Length == 0 ? "" : $"{Start}{Channel}{(calls.Count == 0 ? "final" : "commentary")}{Message}{text}{(calls.Count == 0 ? "<|return|>" : "<|end|>")}";
        return said + string.Concat(calls.Select(call => $"{Start} to=functions.{call.Name}{Channel}commentary json{Message}{JsonText.Of(call.Arguments)}<|call|>"));
    }

    /// <summary>One message: its head, then its content up to the mark that ends it.</summary>
    private sealed class HarmonyBlock : BlockReader
    {
        private const int LongestHead = 300;
        private static readonly string[] Ends = ["<|call|>", "<|end|>", "<|return|>"];
        private string _head = "";
        private bool _isContent;
        private string _tail = "";

        public override BlockState Take(char next)
        {
            if (_isContent)
            {
                _tail = (_tail + next) is { Length: > 12 } seen ? seen[^12..] : _tail + next;
                return next == '>' && Ends.Any(end => _tail.EndsWith(end, StringComparison.Ordinal)) ? BlockState.Done : BlockState.More;
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
