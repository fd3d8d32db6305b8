using System.Text.RegularExpressions;
using Runproof.Agents.Repair.Localisation;

namespace Runproof.Agents.Repair.Candidates;

/// <summary>What the code that was read is made of: much of what a repair needs stands elsewhere in the same file (Barr et al., The plastic surgery hypothesis, FSE 2014).</summary>
/// <param name="Kinds">Each with its texts, the commonest first.</param>
internal sealed partial record Ingredients(IReadOnlyList<(string Name, IReadOnlyList<string> Texts)> Kinds)
{
    private const int MostOfKind = 24;

    private static readonly string[] UsualErrors = ["ValueError", "TypeError", "KeyError", "IndexError", "AttributeError", "StopIteration", "ImportError", "NotImplementedError"];

    public static Ingredients Of(IReadOnlyList<Source> sources)
    {
        var lines = sources.SelectMany(source => source.Lines.Where((_, i) => source.IsCode(i))).ToList();
        return new(
        [
            ("callee", Commonest(lines.SelectMany(line => Callee().Matches(line)).Select(match => match.Groups[1].Value).Where(name => !IsWord(name)))),
            ("method", Commonest(lines.SelectMany(line => Method().Matches(line)).Select(match => match.Groups[1].Value))),
            ("condition", Commonest(lines.SelectMany(line => Condition().Matches(line)).SelectMany(match => Separator().Split(match.Groups[1].Value.Trim())).Select(Bare).Where(text => text.Length is > 1 and < 60 && IsBalanced(text)))),
            ("exception", [.. Commonest(lines.SelectMany(line => Exception().Matches(line)).Select(match => match.Value)).Concat(UsualErrors).Distinct()]),
            ("argument", Commonest(lines.SelectMany(line => Argument().Matches(line)).Select(match => match.Groups[1].Value))),
            ("sentinel", Commonest(lines.SelectMany(line => Sentinel().Matches(line)).Select(match => match.Value))),

            // A call with a text beside its argument, which $A stands for.
            ("wrapper", Commonest(lines.SelectMany(line => Wrapper().Matches(line)).Select(match => $"{match.Groups[1].Value}($A, {match.Groups[2].Value})"))),
        ]);
    }

    /// <summary>Without the brackets around it.</summary>
    private static string Bare(string text)
    {
        text = text.Trim();
        while (text.Length > 2 && text[0] == '(' && text[^1] == ')' && IsBalanced(text[1..^1])) text = text[1..^1].Trim();
        return text;
    }

    private static bool IsBalanced(string text)
    {
        var depth = 0;
        foreach (var one in text)
        {
            if (one is '(' or '[' or '{') depth++;
            else if (one is ')' or ']' or '}' && --depth < 0) return false;
        }

        return depth == 0;
    }

    private static IReadOnlyList<string> Commonest(IEnumerable<string> texts) => [.. texts.GroupBy(text => text).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(MostOfKind).Select(group => group.Key)];

    private static bool IsWord(string name) => name is "if" or "for" or "while" or "switch" or "return" or "def" or "func" or "function" or "catch" or "not" or "and" or "or" or "in" or "elif" or "else" or "print" or "lambda" or "super" or "assert" or "await" or "yield";

    [GeneratedRegex(@"(?<![\w.])([\p{L}_][\w]*(?:\.[\p{L}_][\w]*)?)\(")]
    private static partial Regex Callee();

    [GeneratedRegex(@"\.([\p{L}_]\w*)\(\)")]
    private static partial Regex Method();

    [GeneratedRegex(@"\b(?:if|elif|while|unless)\s+(?!let\b)(.{2,160}?)\s*(?:\{|:|then|do)?\s*$")]
    private static partial Regex Condition();

    [GeneratedRegex(@"\s+(?:and|or|&&|\|\|)\s+|;\s*")]
    private static partial Regex Separator();

    [GeneratedRegex(@"[(,]\s*(\w+=[\w.]+)(?=[,)])")]
    private static partial Regex Argument();

    [GeneratedRegex(@"\b[Ee]rr[A-Z]\w*")]
    private static partial Regex Sentinel();

    [GeneratedRegex(@"(?<![\w.])([\w.]{1,60})\([^(),]{1,60}, (""[^""\\]{0,20}""|'[^'\\]{0,20}')\)")]
    private static partial Regex Wrapper();

    [GeneratedRegex(@"\b[A-Z]\w*(?:Error|Exception)\b")]
    private static partial Regex Exception();
}
