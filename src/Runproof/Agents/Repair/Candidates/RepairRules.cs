using System.Collections.Concurrent;
using System.Globalization;
using Runproof.Injection;
using Runproof.Languages;

namespace Runproof.Agents.Repair.Candidates;

/// <summary>A rule that undoes a kind of bug: an ast-grep rule as operators are, in which <c>{callee}</c>, <c>{condition}</c> and the like stand for what else is in the file.</summary>
internal sealed record RepairRule(BugOperator Operator)
{
    public string Id => Operator.Id;

    /// <summary>The rule itself, or one for each ingredient.</summary>
    public IEnumerable<(string Id, string Rule, double Weight)> WithIngredients(Ingredients ingredients)
    {
        var kind = ingredients.Kinds.FirstOrDefault(kind => Operator.Rule.Contains("{" + kind.Name + "}", StringComparison.Ordinal));
        if (kind.Name is null) return [(Id, Operator.Rule, 1)];
        return kind.Texts.Select((text, place) => (
            string.Create(CultureInfo.InvariantCulture, $"{Id}-{place}"),
            Operator.Rule.Replace($"id: {Id}\n", string.Create(CultureInfo.InvariantCulture, $"id: {Id}-{place}\n"), StringComparison.Ordinal).Replace("{" + kind.Name + "}", text.Replace("'", "''", StringComparison.Ordinal), StringComparison.Ordinal),
            0.8 - (0.2 * place / kind.Texts.Count)));
    }
}

/// <summary>The rules under <c>repairs/LANGUAGE/</c>: data, with fixtures as operators have.</summary>
internal static class RepairRules
{
    private static readonly ConcurrentDictionary<string, IReadOnlyList<RepairRule>> Known = new();

    public static IReadOnlyList<RepairRule> For(LanguageProfile profile) => profile.Extends is { } inner ? [.. Of(profile.Name), .. Of(inner)] : Of(profile.Name);

    private static IReadOnlyList<RepairRule> Of(string language) => Known.GetOrAdd(language, name => [.. Operators.In("repairs", name).Select(one => new RepairRule(one))]);
}
