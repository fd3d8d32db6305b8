namespace Runproof.Statements;

/// <param name="Text">Null when no wording passes the leak check.</param>
/// <param name="Leaks">What was found in wordings that were thrown away.</param>
internal sealed record Statement(string? Text, IReadOnlyList<Leak> Leaks);

/// <summary>Writes a statement that passes the leak check: behaviours that leak are left out one after the other, down to the most general wording.</summary>
internal static class StatementWriter
{
    private const int Attempts = 40;

    public static Statement Write(IReadOnlyList<Behaviour> behaviours, Secrets secrets, string project, string language, int failing, int seed)
    {
        List<Leak> found = [];
        var left = behaviours.ToList();
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var text = StatementTemplate.Write(left, project, language, failing, seed);
            var leaks = LeakCheck.Find(text, secrets);
            if (leaks.Count == 0) return new(text, found);
            found.AddRange(leaks);
            var examples = StatementTemplate.Examples(left);
            if (examples.Count == 0) break;

            // The examples that leak by themselves; if only their combination does, the longest one.
            var guilty = examples.Where(one => LeakCheck.Find(StatementTemplate.Write([one], project, language, 1, seed), secrets).Count > 0).ToList();
            var dropped = guilty.Count > 0 ? guilty : [examples[^1]];
            left.RemoveAll(dropped.Contains);
        }

        var general = StatementTemplate.Write([], project, language, failing, seed);
        return LeakCheck.Find(general, secrets).Count == 0 ? new(general, found) : new(null, found);
    }
}
