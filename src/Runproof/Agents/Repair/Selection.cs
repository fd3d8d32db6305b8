using Runproof.Agents.Repair.Candidates;
using Runproof.Agents.Repair.Localisation;
using Runproof.Agents.Repair.Trials;

namespace Runproof.Agents.Repair;

/// <summary>
/// Hands in with less than a failing test to go by: a few examples, or nothing but tests that must go on passing. Many edits pass those, so it does not take the first: it collects, and takes the one to believe most.
/// </summary>
/// <param name="hasExamples">Otherwise nothing shows the problem, and what decides is that nothing breaks.</param>
internal sealed class Selection(Dialogue dialogue, Workplace place, bool hasExamples)
{
    private const int Reserve = 5, MostChecked = 3, MostBatches = 6;

    /// <summary>Batches that are tried behind the first edit that passes.</summary>
    private const int MoreWithExamples = 3;

    private readonly Survivors _survivors = new();

    /// <returns>How many were tried, and whether one was handed in.</returns>
    public async Task<(int Tried, bool IsDone)> RunAsync(IReadOnlyList<Edit> edits, IReadOnlyDictionary<string, Source> sources)
    {
        var (next, behind) = (0, 0);
        var last = "";
        for (var batches = 0; next < edits.Count && dialogue.Left > Reserve && dialogue.IsEarly && (hasExamples || batches < MostBatches) && behind <= MoreWithExamples; batches++)
        {
            var batch = edits.Skip(next).Take(place.BatchSize).ToList();
            var (tried, passing) = await place.SiftAsync($"{last}I let a script try {batch.Count} small edits near the suspects and list those that pass.", batch);
            var good = hasExamples ? await GoodAsync(passing, sources) : passing;
            _survivors.Note(batch.Take(tried), good);
            next += tried;
            if (hasExamples && _survivors.Count > 0) behind++;
            last = passing.Count == 0 ? "None of these. " : good.Count == 0 ? "All of these break something else. " : $"{good.Count} of these may be it; I look whether there are better ones. ";
        }

        if (_survivors.Best is not { } best) return (next, false);
        var told = best.Told(sources[best.File]);
        var others = _survivors.Count > 1 ? $" {_survivors.Count - 1} other edits pass as well; this one fits the code around it best." : "";
        await place.TryAsync($"{char.ToUpperInvariant(told[0])}{told[1..]}.{others} I apply it.", best, sources[best.File]);
        await place.CleanAsync("I remove what only served the search, and look at what I changed.");
        await dialogue.SubmitAsync(hasExamples ? $"The examples behave as the statement tells: {told}. I submit." : $"I could not reproduce the problem. This is the likeliest cause that I see, and nothing that worked breaks: {told}. I submit.");
        return (next, true);
    }

    /// <summary>Those with which the whole suite fares no worse.</summary>
    private async Task<IReadOnlyList<Edit>> GoodAsync(IReadOnlyList<Edit> passing, IReadOnlyDictionary<string, Source> sources)
    {
        List<Edit> good = [];
        foreach (var edit in passing.OrderByDescending(CandidateEdits.Natural).Take(MostChecked))
        {
            if (dialogue.Left <= Reserve) break;
            var broken = await place.BrokenAsync($"With this edit the examples pass: {edit.Told(sources[edit.File])}. I run the whole suite with it.", edit, sources[edit.File]);
            if (broken.Count == 0) good.Add(edit);
        }

        return good;
    }
}
