using System.Text.Json.Nodes;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Formats;

/// <summary>GLM 4.5 and later: a name, then pairs of <c>&lt;arg_key&gt;</c> and <c>&lt;arg_value&gt;</c>; values are text or JSON, as the tool's schema says.</summary>
internal sealed class GlmFormat : ToolCallFormat
{
    private const string Begin = "<tool_call>";
    private const string Finish = "</tool_call>";
    private const string Key = "<arg_key>";
    private const string KeyEnd = "</arg_key>";
    private const string Value = "<arg_value>";
    private const string ValueEnd = "</arg_value>";

    public override string Name => "glm";

    internal override IReadOnlyList<Opener> Openers { get; } = [new(Begin, tools => new GlmBlock(tools))];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $"""
        # Tools

        You may call one or more functions. Their signatures stand within <tools></tools>:
        <tools>
        {string.Join('\n', tools.Select(JsonText.OfFunction))}
        </tools>

        For each call, reply in this form:
        {Written(new("name_of_the_function", new() { ["name_of_an_argument"] = "value" }))}
        """;

    public override ResultStyle Results { get; } = new MarkedResults(ResultStyle.Tool, "<tool_response>\n", "\n</tool_response>", before: "<|observation|>\n");

    protected override (string Begin, string End)? ThoughtTags => Think;

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Lines(text, calls.Select(Written));

    private static string Written(ToolCall call) => $"{Begin}{call.Name}\n{string.Concat(call.Arguments.Select(pair => $"{Key}{pair.Key}{KeyEnd}\n{Value}{TypedText.Write(pair.Value)}{ValueEnd}\n"))}{Finish}";

    /// <summary>A block ends where its closing tag follows a value's, or the name.</summary>
    private sealed class GlmBlock(IReadOnlyList<ToolDefinition> tools) : BlockReader
    {
        private const int LongestName = 128;
        private string _head = "";
        private bool _isCall;
        private readonly Tail _tail = new(ValueEnd.Length + Finish.Length);

        public override BlockState Take(char next)
        {
            if (!_isCall)
            {
                _head += next;
                var at = _head.IndexOf('<', StringComparison.Ordinal);
                if (!IsName(at < 0 ? _head : _head[..at])) return BlockState.Prose;
                if (at < 0) return BlockState.More;
                var tag = _head[at..];
                if (tag == Finish) return BlockState.Done;
                if (!Key.StartsWith(tag, StringComparison.Ordinal) && !Finish.StartsWith(tag, StringComparison.Ordinal)) return BlockState.Prose;
                _isCall = tag == Key;
                return BlockState.More;
            }

            return _tail.AddTag(next) && next == '>' && _tail.EndsWith(ValueEnd + Finish) ? BlockState.Done : BlockState.More;
        }

        public override bool IsText(string body) => !_isCall;

        public override void Read(string body, bool isEnded, BlockResult into)
        {
            if (!isEnded) into.Repairs.Add("the reply ends inside a call");
            var inside = isEnded ? body[..body.LastIndexOf(Finish, StringComparison.Ordinal)] : body;
            var first = inside.IndexOf(Key, StringComparison.Ordinal);
            var name = (first < 0 ? inside : inside[..first]).Trim();
            var tool = tools.FirstOrDefault(tool => tool.Name == name);
            var arguments = new JsonObject();
            for (var at = first; at >= 0 && at < inside.Length;)
            {
                var (keyEnd, value) = (inside.IndexOf(KeyEnd, at, StringComparison.Ordinal), inside.IndexOf(Value, at, StringComparison.Ordinal));
                if (keyEnd < 0 || value < keyEnd || inside[(keyEnd + KeyEnd.Length)..value].Trim().Length > 0)
                {
                    into.Faults.Add($"an argument of '{name}' without a value");
                    return;
                }

                var key = inside[(at + Key.Length)..keyEnd].Trim();
                var (end, next) = EndOf(inside, value + Value.Length);
                if (next < 0) into.Repairs.Add($"'{ValueEnd}' is missing behind '{key}'");
                var read = TypedText.Read(inside[(value + Value.Length)..end], tool?.Parameter(key), out var repair);
                if (repair is not null) into.Repairs.Add(repair);
                if (!arguments.TryAdd(key, read))
                {
                    into.Faults.Add($"'{key}' of '{name}' is given twice");
                    return;
                }

                at = next < 0 ? inside.Length : next;
            }

            into.Calls.Add(new(name, arguments));
        }

        /// <summary>Where a value ends, and where the next key begins: its closing tag is followed by a key, or by nothing.</summary>
        private static (int End, int Next) EndOf(string inside, int from)
        {
            for (var end = inside.IndexOf(ValueEnd, from, StringComparison.Ordinal); end >= 0; end = inside.IndexOf(ValueEnd, end + 1, StringComparison.Ordinal))
            {
                var behind = inside.AsSpan(end + ValueEnd.Length).TrimStart();
                if (behind.IsEmpty || behind.StartsWith(Key, StringComparison.Ordinal)) return (end, inside.Length - behind.Length);
            }

            return (inside.Length, -1);
        }

        /// <summary>White space, a name, white space.</summary>
        private static bool IsName(string head) => head.Length <= LongestName && head.Trim().All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '-' or '.');
    }
}
