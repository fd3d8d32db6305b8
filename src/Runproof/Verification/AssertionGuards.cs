using System.Security.Cryptography;
using Runproof.Languages;

namespace Runproof.Verification;

/// <summary>
/// Statements at the beginning of a test that is made to fail: each tries an assertion that its file uses on values that it must refuse. Code under test that has replaced an assertion makes such a test pass, which gives it away.
/// </summary>
internal static class AssertionGuards
{
    /// <summary>Of one test; more would tell no more.</summary>
    private const int Most = 40;

    /// <returns>For the place behind the head of a test, with groups of its declaration; empty where the language has none, or the file uses none.</returns>
    public static string For(LanguageProfile profile, string file)
    {
        if (profile.Assertions is not { } assertions) return "";
        var forms = assertions.Rules.SelectMany(rule => rule.Used.Matches(file).SelectMany(use => rule.Fails.Select(form => use.Result(form)))).Distinct().ToArray();
        RandomNumberGenerator.Shuffle(forms.AsSpan());
        return string.Concat(forms.Take(Most).Select(form => assertions.Guard.Replace("{form}", form.Replace("$", "$$", StringComparison.Ordinal), StringComparison.Ordinal)));
    }
}
