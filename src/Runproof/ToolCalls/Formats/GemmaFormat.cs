using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Runproof.ToolCalls.Reading;
using Runproof.ToolCalls.Results;
using Runproof.ToolCalls.Values;

namespace Runproof.ToolCalls.Formats;

/// <summary>Gemma 4: <c>&lt;|tool_call&gt;call:get{city:&lt;|"|&gt;SF&lt;|"|&gt;,n:2}&lt;tool_call|&gt;</c>, strings between marks of their own and without escapes.</summary>
internal sealed class GemmaFormat : ToolCallFormat
{
    private const string Begin = "<|tool_call>";
    private const string Finish = "<tool_call|>";
    private const string Quote = "<|\"|>";

    public override string Name => "gemma";

    internal override IReadOnlyList<Opener> Openers { get; } = [new(Begin, _ => new TaggedBlock("call:", "}" + Finish, (body, isEnded, into) => Read(isEnded ? body[..^Finish.Length] : body, into)))];

    public override string Declare(IReadOnlyList<ToolDefinition> tools) =>
        $$"""
        You can call these functions (JSON Schema):
        {{string.Join('\n', tools.Select(tool => JsonText.Of(tool.Plain())))}}

        To call one, reply in this form; strings stand between {{Quote}} and {{Quote}}:
        {{Begin}}call:name_of_the_function{name_of_an_argument:{{Quote}}value{{Quote}},another:2}{{Finish}}
        """;

    public override ResultStyle Results { get; } = new MarkedResults(ResultStyle.Tool, "<|tool_response>response:{name}{result:" + Quote, Quote + "}<tool_response|>", between: "");

    protected override string Render(string text, IReadOnlyList<ToolCall> calls) => Lines(text, calls.Select(call => $"{Begin}call:{call.Name}{Written(call.Arguments, isKeyPlain: true)}{Finish}"));

    private static string Written(JsonNode? value, bool isKeyPlain) => value switch
    {
        JsonObject pairs => $"{{{string.Join(',', pairs.Select(pair => $"{(isKeyPlain && pair.Key.All(IsOfKey) && pair.Key.Length > 0 ? pair.Key : Quote + pair.Key + Quote)}:{Written(pair.Value, isKeyPlain)}"))}}}",
        JsonArray list => $"[{string.Join(',', list.Select(one => Written(one, isKeyPlain)))}]",
        JsonValue one when one.TryGetValue<string>(out var text) => Quote + text + Quote,
        null => "null",
        _ => value.ToJsonString(),
    };

    private static bool IsOfKey(char letter) => char.IsLetterOrDigit(letter) || letter is '_' or '-';

    private static void Read(string body, BlockResult into)
    {
        var open = body.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
        {
            into.Faults.Add("a call without arguments");
            return;
        }

        var name = body["call:".Length..open].Trim();
        try
        {
            var reader = new Values(body, open);
            var arguments = reader.Value(0) as JsonObject;
            if (arguments is null || name.Length == 0 || !reader.IsAtEnd) into.Faults.Add($"no call: {(body.Length <= 80 ? body : body[..80])}");
            else into.Calls.Add(new(name, arguments));
        }
        catch (FormatException error)
        {
            into.Faults.Add($"the arguments of '{name}' cannot be read: {error.Message}");
        }
    }

    private sealed class Values(string text, int start) : LiteralReader(text, start)
    {
        public bool IsAtEnd => All.AsSpan(At).Trim().IsEmpty;

        public JsonNode? Value(int depth)
        {
            Deep(depth);
            Blank();
            if (Is(Quote)) return JsonValue.Create(Text());
            if (Try('{')) return Pairs(depth);
            if (Try('[')) return Items(depth);
            var word = Word();
            return word switch
            {
                "true" => JsonValue.Create(true),
                "false" => JsonValue.Create(false),
                "null" => null,
                _ when long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
                _ when double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) => JsonValue.Create(real),
                _ => throw new FormatException($"'{word}' is no value"),
            };
        }

        private JsonObject Pairs(int depth)
        {
            var pairs = new JsonObject();
            while (!Try('}'))
            {
                if (pairs.Count > 0) Expect(',');
                Blank();
                var key = Is(Quote) ? Text() : Word();
                Expect(':');
                if (!pairs.TryAdd(key, Value(depth + 1))) throw new FormatException($"'{key}' stands twice");
            }

            return pairs;
        }

        private JsonArray Items(int depth)
        {
            var list = new JsonArray();
            while (!Try(']'))
            {
                if (list.Count > 0) Expect(',');
                list.Add(Value(depth + 1));
            }

            return list;
        }

        private string Text()
        {
            var begin = At + Quote.Length;
            var end = All.IndexOf(Quote, begin, StringComparison.Ordinal);
            if (end < 0) throw new FormatException("a string without an end");
            At = end + Quote.Length;
            return All[begin..end];
        }

        private string Word()
        {
            var word = new StringBuilder();
            while (At < All.Length && (IsOfKey(All[At]) || All[At] is '.' or '+')) word.Append(All[At++]);
            return word.Length > 0 ? word.ToString() : throw Wrong("a value");
        }

        private bool Is(string mark) => string.CompareOrdinal(All, At, mark, 0, mark.Length) == 0;
    }
}
