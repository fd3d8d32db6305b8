using System.Text;
using System.Text.Json.Nodes;
using Runproof.ToolCalls;

namespace Runproof.Bench.ToolCalls;

/// <summary>Makes replies and conversations at random, full of what looks like one format's marks or another's, and damages what formats write.</summary>
internal sealed class RandomReplies(ToolCallFormat format, int seed)
{
    private static readonly string[] Words = ["a", "if a < b:", "x", "foo(bar)", "\t", " ", "\n", "\n\n", "\r\n", "é", "東京", "🙂", "\"", "'", "\\", "{", "}", "[", "]", "<", ">", "&amp;", "#", "``", "-", "+", "@@", "0", "null", "\u0001", "\u2028"];
    private readonly Random _random = new(seed);

    public (string Text, string Thought, IReadOnlyList<ToolCall> Calls) Reply()
    {
        var most = format.HoldsMany ? 4 : 2;
        IReadOnlyList<ToolCall> calls = [.. Enumerable.Range(0, _random.Next(most)).Select(_ => Call())];
        return (_random.Next(3) == 0 ? "" : Text(6).Trim(), format.KeepsThought && _random.Next(3) == 0 ? Text(4).Trim() : "", calls);
    }

    public ToolConversation ToolConversation()
    {
        List<ConversationTurn> turns = [new UserTurn(Text(5))];
        for (var round = _random.Next(1, 4); round > 0; round--)
        {
            var (text, thought, calls) = Reply();
            turns.Add(new AssistantTurn(text, calls, thought));
            if (calls.Count > 0) turns.Add(new ResultsTurn([.. calls.Select(call => new ToolResult(call.Name, Text(6), call.Id, format.Results.KeepsErrors && _random.Next(4) == 0))]));
            else turns.Add(new UserTurn(Text(3)));
        }

        return new(_random.Next(2) == 0 ? "" : Text(4), turns);
    }

    /// <summary>With one to three places cut out, doubled, filled or cut off.</summary>
    public string Damaged(string reply)
    {
        var text = new StringBuilder(reply);
        for (var change = _random.Next(1, 4); change > 0; change--)
        {
            var at = _random.Next(text.Length + 1);
            var length = Math.Min(_random.Next(1, 12), text.Length - at);
            switch (_random.Next(5))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 2:
                    text.Insert(at, (char)_random.Next(1, 0xffff));
                    break;
                case 3:
                    text.Insert(at, Any(CallSamples.Tricky));
                    break;
                default:
                    text.Length = at;
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>A text in pieces of any length.</summary>
    public IEnumerable<string> Pieces(string text)
    {
        var most = _random.Next(3) == 0 ? 2 : _random.Next(2, 40);
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Min(text.Length - at, _random.Next(1, most));
            yield return text.Substring(at, length);
            at += length;
        }
    }

    private ToolCall Call()
    {
        var id = string.Concat(Enumerable.Range(0, 9).Select(_ => (char)('a' + _random.Next(26))));
        if (_random.Next(8) == 0) return format.Kept(Any(CallSamples.CallsOf(format)).Call with { Id = id });
        var tool = Any(CallSamples.ToolsOf(format));
        var (arguments, required) = (new JsonObject(), (JsonArray)tool.Parameters["required"]!);
        foreach (var (key, schema) in (JsonObject)tool.Parameters["properties"]!)
        {
            if (required.Any(one => one!.GetValue<string>() == key) || _random.Next(3) == 0) arguments[key] = Value(key, schema!["type"]!.GetValue<string>());
        }

        return format.Kept(new ToolCall(tool.Name, arguments, id));
    }

    private JsonNode? Value(string key, string type) => type switch
    {
        "integer" => _random.Next(-1000, 1000),
        "number" => _random.Next(-1000, 1000) / 8.0,
        "boolean" => _random.Next(2) == 0,
        "array" => new JsonArray([.. Enumerable.Range(0, _random.Next(4)).Select(_ => Any(3))]),
        "object" => new JsonObject(Enumerable.Range(0, _random.Next(4)).Select(i => KeyValuePair.Create($"{i}{Text(1)}", Any(3)))),
        _ => key switch
        {
            "path" => $"{Any(["a", "src/b", "東京"])}.py",
            "old_path" => "/dev/null",
            "search" or "replace" => Lines(""),
            "content" when format.OwnTools is not null => Lines(""),
            "diff" => $"@@ {Any(["...", "def f():"])} @@\n+\n{Lines("+-  ")}",
            "input" => $"*** Begin Patch\n*** Update File: a.py\n@@ f\n-x\n{Lines("+-  ")}{(_random.Next(2) == 0 ? $"*** Add File: b.py\n{Lines("+")}" : "")}*** End Patch",
            _ => Text(8),
        },
    };

    private JsonNode? Any(int depth) => _random.Next(depth > 0 ? 7 : 5) switch
    {
        0 => null,
        1 => _random.Next(2) == 0,
        2 => _random.Next(),
        3 => _random.NextDouble(),
        4 => Text(4),
        5 => new JsonArray([.. Enumerable.Range(0, _random.Next(3)).Select(_ => Any(depth - 1))]),
        _ => new JsonObject(Enumerable.Range(0, _random.Next(3)).Select(i => KeyValuePair.Create($"k{i}", Any(depth - 1)))),
    };

    /// <summary>Whole lines, each behind one of some signs.</summary>
    private string Lines(string signs) => string.Concat(Enumerable.Range(0, _random.Next(6)).Select(_ => $"{(signs.Length > 0 ? signs[_random.Next(signs.Length)].ToString() : "")}{Text(3).ReplaceLineEndings("")}\n"));

    private string Text(int most) => string.Concat(Enumerable.Range(0, _random.Next(most + 1)).Select(_ => _random.Next(12) == 0 ? Any(CallSamples.Tricky) : Any(Words)));

    private T Any<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];
}
