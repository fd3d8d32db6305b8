namespace Runproof.Statements;

/// <summary>What the writer of a statement is told, and what it must not tell.</summary>
/// <param name="Examples">Behaviours that pass the leak check, the clearest first; none where only a general wording does.</param>
/// <param name="Failing">How many tests show the problem.</param>
/// <param name="Seed">Chooses wording, tone and length.</param>
internal sealed record StatementBrief(IReadOnlyList<Behaviour> Examples, Secrets Secrets, string Project, string Language, int Failing, int Seed);

/// <param name="Text">Null when no wording passes the leak check.</param>
/// <param name="Leaks">What was found in wordings that were thrown away.</param>
/// <param name="Brief">What <paramref name="Text"/> was written from, for a writer that words it better.</param>
/// <param name="TellsAll">It tells the value of everything that fails: who answers these by heart passes.</param>
internal sealed record Statement(string? Text, IReadOnlyList<Leak> Leaks, StatementBrief Brief, bool TellsAll = false);

/// <summary>
/// Writes a statement that passes the leak check: behaviours that leak are left out one after the other, down to the most general wording. Where more than one thing fails, one is not told.
/// </summary>
internal static class StatementWriter
{
    private const int Attempts = 40;

    /// <param name="parts">Sets of tests of each of which something is told, where that is possible.</param>
    public static Statement Write(IReadOnlyList<Behaviour> behaviours, Secrets secrets, string project, string language, int failing, int seed, IReadOnlyList<IReadOnlySet<string>>? parts = null, bool isRegression = true)
    {
        List<Leak> found = [];
        var left = behaviours.ToList();
        var different = behaviours.DistinctBy(one => (one.Call ?? one.Message, one.Actual, one.Expected)).Count();
        parts ??= [];
        var most = Math.Clamp(different - 1, Math.Max(1, parts.Count), Math.Max(StatementTemplate.MostExamples, parts.Count));
        StatementBrief Brief(IReadOnlyList<Behaviour> examples) => new(examples, secrets, project, language, failing, seed);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var text = StatementTemplate.Write(left, project, language, failing, seed, most, parts, isRegression);
            var leaks = LeakCheck.Find(text, secrets);
            var examples = StatementTemplate.Examples(left, most, parts);
            if (leaks.Count == 0) return new(text, found, Brief(examples), TellsAll: different <= examples.Count && examples.Any(one => one.Expected is not null || one.Kind == BehaviourKind.Raises));
            found.AddRange(leaks);
            if (examples.Count == 0) break;

            // The examples that leak by themselves; if only their combination does, the longest one.
            var guilty = examples.Where(one => LeakCheck.Find(StatementTemplate.Write([one], project, language, 1, seed), secrets).Count > 0).ToList();
            var dropped = guilty.Count > 0 ? guilty : [examples[^1]];
            left.RemoveAll(dropped.Contains);
        }

        var general = StatementTemplate.Write([], project, language, failing, seed, isRegression: isRegression);
        return new(LeakCheck.Find(general, secrets).Count == 0 ? general : null, found, Brief([]));
    }
}
