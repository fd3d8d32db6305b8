using System.Text.RegularExpressions;
using Runproof.Agents.Repair.Localisation;
using Runproof.Agents.Repair.Trials;

namespace Runproof.Agents.Repair.Candidates;

/// <summary>
/// How natural an edit reads beside the rest of the code: the tokens of a bug are less likely to follow one another than those of its repair (Ray et al., On the "naturalness" of buggy code, ICSE 2016). An n-gram model of what was
/// read, once of the tokens as they are and once of their kinds; the lines that an edit changes do not count, neither as they were nor as they become.
/// </summary>
internal sealed partial class Naturalness
{
    /// <summary>Tokens that take part in the likelihood of the next one; and those behind the change that are looked at.</summary>
    private const int Order = 4, Behind = 3;

    private readonly Dictionary<string, ushort> _ids = [];
    private readonly Dictionary<Source, Tokens> _tokens;
    private readonly Grams _words, _kinds;

    public Naturalness(IReadOnlyList<Source> sources)
    {
        _tokens = sources.ToDictionary(source => source, source => TokensOf(source.Lines.Select((line, i) => source.IsCode(i) ? line : "")));
        (_words, _kinds) = (new(Order), new(Order));
        foreach (var tokens in _tokens.Values)
        {
            for (var i = 0; i < tokens.Count; i++)
            {
                _words.Add(tokens.Words, i, 1);
                _kinds.Add(tokens.Kinds, i, 1);
            }
        }
    }

    /// <summary>By how many bits a token of the changed lines is likelier with the edit than without.</summary>
    public double Gain(Source source, Edit edit)
    {
        var tokens = _tokens[source];
        var (from, to) = (tokens.Begins[edit.First - 1], tokens.Begins[Math.Max(edit.Last, edit.First - 1)]);
        var made = TokensOf(edit.Lines);
        var end = Math.Min(tokens.Count, to + Behind);
        var old = tokens.Part(Math.Max(0, from - Order + 1), end);
        var changed = Tokens.Joined(tokens.Part(Math.Max(0, from - Order + 1), from), made, tokens.Part(to, end));
        var skipped = from - Math.Max(0, from - Order + 1);
        Count(tokens, from, end, -1);
        var gain = Bits(old, skipped) - Bits(changed, skipped);
        Count(tokens, from, end, 1);
        return gain;
    }

    private void Count(Tokens tokens, int from, int to, int by)
    {
        for (var i = from; i < to; i++)
        {
            _words.Add(tokens.Words, i, by);
            _kinds.Add(tokens.Kinds, i, by);
        }
    }

    /// <summary>Bits for a token, on the average.</summary>
    private double Bits(Tokens tokens, int from)
    {
        var sum = 0.0;
        for (var i = from; i < tokens.Count; i++)
            sum -= Math.Log2((0.5 * _words.Likelihood(tokens.Words, i)) + (0.5 * _kinds.Likelihood(tokens.Kinds, i) * _words.Share(tokens.Words[i], _kinds.Total(tokens.Kinds[i]))));
        return tokens.Count > from ? sum / (tokens.Count - from) : 0;
    }

    private Tokens TokensOf(IEnumerable<string> lines)
    {
        List<ushort> words = [], kinds = [];
        List<int> begins = [];
        foreach (var line in lines)
        {
            begins.Add(words.Count);
            foreach (Match match in Token().Matches(line))
            {
                var (word, kind) = match.Groups["text"].Success ? ("\"\"", "\"\"") : match.Groups["number"].Success ? (match.Value, "0") : match.Groups["name"].Success && !TokenEdits.IsWord(match.Value) ? (match.Value, "name") : (match.Value, match.Value);
                words.Add(Id(word));
                kinds.Add(Id(kind));
            }

            if (words.Count == begins[^1]) continue;
            words.Add(Id("\n"));
            kinds.Add(Id("\n"));
        }

        begins.Add(words.Count);
        return new([.. words], [.. kinds], [.. begins]);
    }

    /// <summary>From 1; what no longer finds a number shares the last one.</summary>
    private ushort Id(string text)
    {
        if (!_ids.TryGetValue(text, out var id)) _ids[text] = id = (ushort)Math.Min(_ids.Count + 1, ushort.MaxValue);
        return id;
    }

    [GeneratedRegex("""(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|(?<number>\d[\w.]*)|(?<name>[\p{L}_$][\w$]*)|[=!<>+\-*/%&|^:.?]+|\S""")]
    private static partial Regex Token();

    /// <param name="Begins">Of each line its first token, and the end of all.</param>
    private sealed record Tokens(ushort[] Words, ushort[] Kinds, int[] Begins)
    {
        public int Count => Words.Length;

        public Tokens Part(int from, int to) => new(Words[from..to], Kinds[from..to], []);

        public static Tokens Joined(params Tokens[] parts) => new([.. parts.SelectMany(part => part.Words)], [.. parts.SelectMany(part => part.Kinds)], []);
    }

    /// <summary>Counts of runs of up to four tokens, with Witten and Bell's interpolation of shorter and longer ones (1991).</summary>
    private sealed class Grams(int order)
    {
        private readonly Dictionary<ulong, int> _counts = [];

        /// <summary>What follows a run: how many tokens, and how many different ones.</summary>
        private readonly Dictionary<ulong, (int All, int Different)> _followers = [];

        private readonly Dictionary<ushort, int> _single = [];
        private int _all;

        public void Add(ushort[] tokens, int at, int by)
        {
            _single[tokens[at]] = _single.GetValueOrDefault(tokens[at]) + by;
            _all += by;
            ulong before = 0;
            for (var length = 1; length < order && at - length >= 0; length++)
            {
                before |= (ulong)tokens[at - length] << (16 * length);
                var count = _counts[before | tokens[at]] = _counts.GetValueOrDefault(before | tokens[at]) + by;
                var (all, different) = _followers.GetValueOrDefault(before);
                _followers[before] = (all + by, different + (by > 0 && count == by ? 1 : by < 0 && count == 0 ? -1 : 0));
            }
        }

        /// <summary>Of a token behind those before it.</summary>
        public double Likelihood(ushort[] tokens, int at)
        {
            var likelihood = (_single.GetValueOrDefault(tokens[at]) + 0.5) / (_all + (0.5 * (_single.Count + 1)));
            ulong before = 0;
            for (var length = 1; length < order && at - length >= 0; length++)
            {
                before |= (ulong)tokens[at - length] << (16 * length);
                if (!_followers.TryGetValue(before, out var followers) || followers.All == 0) break;
                likelihood = (_counts.GetValueOrDefault(before | tokens[at]) + (followers.Different * likelihood)) / (followers.All + followers.Different);
            }

            return likelihood;
        }

        public int Total(ushort token) => _single.GetValueOrDefault(token);

        /// <summary>Of a token among all of its kind.</summary>
        public double Share(ushort token, int ofKind) => (_single.GetValueOrDefault(token) + 0.5) / (ofKind + 1.0);
    }
}
