namespace Runproof.ToolCalls;

/// <summary>Results between marks. <c>{name}</c> and <c>{id}</c> in the first mark stand for those of the result. Without any marks a turn is one result.</summary>
/// <param name="before">What stands before all results of a turn; <paramref name="after"/>: behind them.</param>
/// <param name="isOne">Each result has a turn of its own.</param>
/// <param name="error">The marks of results that are errors, where they have others.</param>
internal sealed class MarkedResults(string role, string begin, string end, string between = "\n", string before = "", string after = "", bool isOne = false, (string Begin, string End)? error = null) : ResultStyle(role)
{
    private const int LongestName = 256;
    private static readonly string[] Holes = ["{name}", "{id}"];
    private readonly (string Begin, string End, bool IsError)[] _marks = error is { } other ? [(other.Begin, other.End, true), (begin, end, false)] : [(begin, end, false)];

    /// <summary>The text as it is: one result.</summary>
    public static MarkedResults Plain(string role) => new(role, "", "", isOne: true);

    public override bool IsOne => isOne;

    public override bool KeepsErrors => _marks.Length > 1;

    public override string Write(IReadOnlyList<ToolResult> results) => before + string.Join(between, results.Select(One)) + after;

    public override IReadOnlyList<ToolResult>? Read(string turn)
    {
        if (turn.Length < before.Length + after.Length || !turn.StartsWith(before, StringComparison.Ordinal) || !turn.EndsWith(after, StringComparison.Ordinal)) return null;
        var text = turn[before.Length..^after.Length];
        List<ToolResult> results = [];
        for (var at = 0; Begin(text, at) is var (mark, name, id, from);)
        {
            var (content, next) = Content(text, from, mark.End);
            if (content is null) return null;
            results.Add(new(name, content, id, mark.IsError));
            if (next < 0) return results;
            at = next;
        }

        return null;
    }

    private string One(ToolResult result)
    {
        var mark = _marks.First(mark => mark.IsError == result.IsError || _marks.Length == 1);
        return mark.Begin.Replace("{name}", result.Name, StringComparison.Ordinal).Replace("{id}", result.CallId ?? result.Name, StringComparison.Ordinal) + result.Content + mark.End;
    }

    /// <summary>The content that begins at a place, and where the next result begins; -1 behind the last one.</summary>
    private (string? Content, int Next) Content(string text, int from, string close)
    {
        var last = close.Length == 0 || text.EndsWith(close, StringComparison.Ordinal) ? text.Length - close.Length : -1;
        for (var end = isOne ? -1 : text.IndexOf(close + between, from, StringComparison.Ordinal); end >= 0; end = text.IndexOf(close + between, end + 1, StringComparison.Ordinal))
        {
            var next = end + close.Length + between.Length;
            if (Begin(text, next) is not null) return (text[from..end], next);
        }

        return last < from ? (null, -1) : (text[from..last], -1);
    }

    private ((string Begin, string End, bool IsError) Mark, string Name, string? Id, int From)? Begin(string text, int at)
    {
        foreach (var mark in _marks)
        {
            if (Match(mark.Begin, text, at) is var (name, id, from)) return (mark, name, id, from);
        }

        return null;
    }

    private (string Name, string? Id, int From)? Match(string mark, string text, int at)
    {
        var (name, id) = ("", (string?)null);
        for (var i = 0; i < mark.Length;)
        {
            if (Holes.FirstOrDefault(hole => string.CompareOrdinal(mark, i, hole, 0, hole.Length) == 0) is not { } hole)
            {
                if (at == text.Length || text[at] != mark[i]) return null;
                i++;
                at++;
                continue;
            }

            i += hole.Length;
            var stop = mark[i..].Split(Holes, StringSplitOptions.None)[0];
            var length = text.AsSpan(at, Math.Min(isOne ? text.Length : LongestName, text.Length - at)).IndexOf(stop, StringComparison.Ordinal);
            if (length < 0) return null;
            var said = text.Substring(at, length);
            if (!isOne && said.Contains('\n', StringComparison.Ordinal)) return null;
            (name, id) = hole == Holes[0] ? (said, id) : (name, said);
            at += length;
        }

        return (name, id, at);
    }
}
