namespace Cskit;

/// <summary>Minutes from a start to an end that does not belong to it.</summary>
public readonly record struct Span
{
    public Span(int start, int end)
    {
        if (end < start) throw new ArgumentOutOfRangeException(nameof(end), "a span cannot end before it starts");
        Start = start;
        End = end;
    }

    public int Start { get; }

    public int End { get; }

    public int Length => End - Start;

    public bool Contains(int minute) => minute >= Start && minute < End;

    public bool Overlaps(Span other) => Start < other.End && other.Start < End;

    /// <summary>What both have; null where they are apart.</summary>
    public Span? Common(Span other)
    {
        if (!Overlaps(other)) return null;
        return new Span(Math.Max(Start, other.Start), Math.Min(End, other.End));
    }

    /// <summary>Spans joined where they touch, in order.</summary>
    public static IReadOnlyList<Span> Merge(IEnumerable<Span> spans)
    {
        List<Span> merged = [];
        foreach (var span in spans.OrderBy(one => one.Start))
        {
            if (merged.Count > 0 && span.Start <= merged[^1].End) merged[^1] = new(merged[^1].Start, Math.Max(merged[^1].End, span.End));
            else merged.Add(span);
        }

        return merged;
    }

    public override string ToString() => $"{Start / 60:00}:{Start % 60:00}-{End / 60:00}:{End % 60:00}";
}
