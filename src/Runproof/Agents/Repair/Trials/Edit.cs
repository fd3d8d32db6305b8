using System.Globalization;
using System.Text;
using Runproof.Agents.Repair.Localisation;

namespace Runproof.Agents.Repair.Trials;

/// <summary>A small change that may be the repair.</summary>
/// <param name="First">First line, from 1, that is replaced; with a <paramref name="Last"/> before it nothing is, and the text comes before that line.</param>
/// <param name="Lines">What stands there instead.</param>
/// <param name="Score">How likely it is, beside others.</param>
internal sealed record Edit(string File, int First, int Last, IReadOnlyList<string> Lines, double Score)
{
    private const int Around = 3;
    private const double OfNothing = 0.45, OfOneLess = 0.85, OfLess = 0.7;

    /// <summary>By how many bits a token of the changed lines reads more natural with the edit.</summary>
    public double Gain { get; init; }

    public string Key => $"{File}:{First}-{Last}|{string.Join('\n', Lines)}";

    /// <summary>A line of the input of <c>try.pl</c>.</summary>
    public string Entry => $"{File}:{First}-{Last}|{string.Join("\\n", Lines.Select(line => line.Replace("\\", "\\\\", StringComparison.Ordinal)))}";

    public bool Changes(Source source) => First > Last ? Lines.Count > 0 : !Lines.SequenceEqual(source.Lines.Skip(First - 1).Take(Last - First + 1));

    /// <summary>
    /// The same, less likely where it only takes code away: that makes many a test pass and is seldom the repair (Qi, Long, Achour and Rinard, ISSTA 2015). A negation that goes is no such case.
    /// </summary>
    public Edit Weighed(Source source)
    {
        if (First > Last) return this;
        var left = source.Lines.Skip(First - 1).Take(Last - First + 1).SelectMany(Source.WordsOf).Where(word => word != "not").ToList();
        var added = 0;
        foreach (var word in Lines.SelectMany(Source.WordsOf).Where(word => word != "not"))
        {
            if (!left.Remove(word)) added++;
        }

        if (added > 0 || left.Count == 0) return this;
        return this with { Score = Score * (Lines.Count == 0 ? OfNothing : left.Count == 1 ? OfOneLess : OfLess) };
    }

    /// <summary>In words.</summary>
    public string Told(Source source)
    {
        var old = source.Lines.Skip(First - 1).Take(Last - First + 1).Select(line => line.Trim()).ToList();
        var made = Lines.Select(line => line.Trim()).ToList();
        var place = string.Create(CultureInfo.InvariantCulture, $"line {First} of {File}");
        if (old.Count == 0) return $"{Quoted(made)} seems to be missing before {place}";
        var (before, after) = (old.Except(made).ToList(), made.Except(old).ToList());
        if (after.Count == 0) return $"{Quoted(before.Count > 0 ? before : old)} at {place} seems to be too much";
        return before.Count == 0 ? $"{Quoted(after)} seems to be missing at {place}" : $"{place} should perhaps read {Quoted(after)} in place of {Quoted(before)}";
    }

    /// <summary>As a unified diff.</summary>
    public string Diff(Source source)
    {
        var (from, to) = (Math.Max(1, First - Around), Math.Min(source.Lines.Count, Last + Around));
        var text = new StringBuilder();
        var removed = Last - First + 1;
        text.Append(CultureInfo.InvariantCulture, $"--- a/{File}\n+++ b/{File}\n@@ -{from},{to - from + 1} +{from},{to - from + 1 - removed + Lines.Count} @@\n");
        foreach (var line in source.Lines.Skip(from - 1).Take(First - from)) text.Append(' ').Append(line).Append('\n');
        foreach (var line in source.Lines.Skip(First - 1).Take(removed)) text.Append('-').Append(line).Append('\n');
        foreach (var line in Lines) text.Append('+').Append(line).Append('\n');
        foreach (var line in source.Lines.Skip(Last).Take(to - Last)) text.Append(' ').Append(line).Append('\n');
        return text.ToString();
    }

    private static string Quoted(IReadOnlyList<string> lines)
    {
        var first = lines.FirstOrDefault(line => line.Length > 1) ?? lines[0];
        var shown = first.Length <= 100 ? first : first[..100] + " ...";
        return (shown.Contains('`', StringComparison.Ordinal) ? $"`` {shown} ``" : $"`{shown}`") + (lines.Count > 1 ? " (and what follows)" : "");
    }
}
