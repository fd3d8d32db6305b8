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

    /// <param name="file">The text of the test file.</param>
    /// <returns>With groups of the rule's declaration; empty where the framework has none, or the file uses none.</returns>
    public static string For(LanguageProfile profile, FailingRule failing, string file)
    {
        if (failing.Guard is not { } guard) return "";
        var forms = profile.Assertions.SelectMany(rule => rule.Used.Matches(file).SelectMany(use => rule.Fails.Select(form => use.Result(form)))).Distinct().ToArray();
        RandomNumberGenerator.Shuffle(forms.AsSpan());
        return string.Concat(forms.Take(Most).Select(form => guard.Replace("{form}", form.Replace("$", "$$", StringComparison.Ordinal), StringComparison.Ordinal)));
    }
}
